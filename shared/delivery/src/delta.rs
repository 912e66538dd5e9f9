//! A file, told by what the browser has already: RFC 9842 with Zstandard, `dcz`. The browser names a dictionary by its
//! SHA-256, and gets what is different.
//!
//! Whether a delta is worth it, and for which dictionaries there are any, decides who calls.

use std::io::{self, ErrorKind, Read, Write};

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// What a stream begins with, a frame that decoders skip; the dictionary's hash is what is in it.
pub const MAGIC: [u8; 8] = [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0];
/// No dictionary and no file is longer: both fit into the window that every browser has room for.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// As far as it goes: it is made once and served often.
const LEVEL: i32 = 22;
/// Windows, as powers of two: the smallest that there is, and what every browser has room for.
const WINDOWS: std::ops::RangeInclusive<u32> = 10..=23;

/// A SHA-256.
pub type Hash = [u8; 32];

/// What the browser may have.
#[derive(Clone, Debug)]
pub struct Dictionary {
    /// How the browser names it.
    pub hash: Hash,
    bytes: Bytes,
}

impl Dictionary {
    /// Of what the browser has, decoded.
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        Self { hash: Sha256::digest(&bytes).into(), bytes }
    }

    /// What is different in `plain`, with the dictionary's hash before it.
    ///
    /// # Errors
    /// One of the two is too long; or the compressor's.
    pub fn delta(&self, plain: &[u8]) -> io::Result<Bytes> {
        if self.bytes.len().max(plain.len()) > MAX_BYTES {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let head = [&MAGIC[..], &self.hash].concat();
        let mut encoder = zstd::Encoder::with_ref_prefix(head, LEVEL, &self.bytes)?;
        // Both lie in it, so that the last of the file still finds the first of the dictionary.
        let window = (self.bytes.len() + plain.len()).next_power_of_two().ilog2();
        encoder.window_log(window.clamp(*WINDOWS.start(), *WINDOWS.end()))?;
        encoder.set_pledged_src_size(Some(plain.len() as u64))?;
        encoder.write_all(plain)?;
        Ok(encoder.finish()?.into())
    }

    /// What a delta stands for, as a browser makes it out of the two.
    ///
    /// # Errors
    /// It is none, or one for another dictionary; or there would be more than `at_most` bytes.
    pub fn restore(&self, delta: &[u8], at_most: usize) -> io::Result<Vec<u8>> {
        let stream = delta.strip_prefix(&MAGIC).and_then(|rest| rest.strip_prefix(&self.hash));
        let decoder = zstd::Decoder::with_ref_prefix(stream.ok_or(ErrorKind::InvalidData)?, &self.bytes)?;
        let mut plain = Vec::new();
        decoder.take(at_most as u64 + 1).read_to_end(&mut plain)?;
        if plain.len() > at_most {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_small_change_of_what_can_not_be_compressed_is_a_small_delta() {
        let mut seed = 7_u32;
        let noise = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        });
        let before: Vec<u8> = noise.take(600_000).collect();
        let mut after = before.clone();
        after.splice(70_000..70_000, *b"something new");
        let dictionary = Dictionary::new(before.into());
        let delta = dictionary.delta(&after).expect("a delta");
        assert!(delta.len() < 300, "{} bytes", delta.len());
        assert_eq!(dictionary.restore(&delta, after.len()).expect("restored"), after);
        assert!(dictionary.restore(&delta, after.len() - 1).is_err(), "a bomb has a bound");
    }

    #[test]
    fn what_is_no_delta_or_one_for_another_dictionary_is_refused() {
        let dictionary = Dictionary::new(Bytes::from_static(b"what a browser has"));
        let delta = dictionary.delta(b"what a browser gets").expect("a delta");
        let other = Dictionary::new(Bytes::from_static(b"what another browser has"));
        assert!(other.restore(&delta, 100).is_err());
        // What is cut where a frame begins is a whole stream of nothing.
        for cut in (0..delta.len()).filter(|cut| *cut != MAGIC.len() + 32) {
            assert!(dictionary.restore(&delta[..cut], 100).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn what_would_not_fit_into_every_browsers_window_is_refused() {
        let long = Bytes::from(vec![7; MAX_BYTES + 1]);
        assert!(Dictionary::new(long.clone()).delta(b"short").is_err());
        assert!(Dictionary::new(Bytes::from_static(b"short")).delta(&long).is_err());
        let most = Dictionary::new(long.slice(..MAX_BYTES));
        let delta = most.delta(&long[..MAX_BYTES]).expect("a delta");
        assert_eq!(most.restore(&delta, MAX_BYTES).expect("restored"), long[..MAX_BYTES]);
    }

    proptest! {
        #[test]
        fn the_exact_bytes_come_back(
            before in prop::collection::vec(any::<u8>(), 2..3000),
            at in any::<prop::sample::Index>(),
            put in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut after = before.clone();
            let at = at.index(before.len());
            after.splice(at..at, put);
            let dictionary = Dictionary::new(before.into());
            let delta = dictionary.delta(&after).expect("a delta");
            prop_assert_eq!(dictionary.restore(&delta, after.len()).expect("restored"), after);
        }
    }
}
