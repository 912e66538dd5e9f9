//! Where chance comes from: a ChaCha generator, seeded with 256 bits of the operating system's
//! random source for each single draw.
//!
//! **Architecture invariant:** no outcome exists before betting has closed. There is no shuffled
//! order and no long-lived generator state in memory from which one could be foretold.

use rand::SeedableRng;
use rand::distr::{Distribution, Uniform};
use rand::rngs::{StdRng, SysRng};

/// The operating system gave no randomness; nothing may be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the operating system's random source failed: {0}")]
pub struct NoRandomness(String);

/// A generator for one draw.
///
/// # Errors
/// The operating system gave no seed.
pub fn fresh() -> Result<StdRng, NoRandomness> {
    StdRng::try_from_rng(&mut SysRng).map_err(|error| NoRandomness(error.to_string()))
}

/// An index below `len`, each with exactly the same probability (by rejection, not by modulo).
///
/// # Panics
/// If `len` is 0: there is nothing to choose from.
#[must_use]
pub fn index(rng: &mut impl rand::Rng, len: usize) -> usize {
    Uniform::new(0, len).expect("something to choose from").sample(rng)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_comes_up_about_equally_often() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut seen = [0_u32; 37];
        for _ in 0..370_000 {
            seen[index(&mut rng, 37)] += 1;
        }
        // Expected 10,000 each, standard deviation 99: six of them hold in all but one run of 10^7.
        assert!(seen.iter().all(|count| count.abs_diff(10_000) < 600), "{seen:?}");
    }

    #[test]
    fn two_fresh_generators_differ() {
        let draw = || {
            let mut rng = fresh().unwrap();
            (0..32).map(|_| index(&mut rng, 1 << 30)).collect::<Vec<_>>()
        };
        assert_ne!(draw(), draw());
    }
}
