//! How long to wait before trying again.

const FIRST_MS: u32 = 250;
const LONGEST_MS: u32 = 8_000;

/// The wait before attempt `failures + 1`: doubled each time up to a bound. The upper half is
/// spread by `jitter_permille` (0 to 999), so that pages that failed together do not come back
/// together.
#[must_use]
pub fn delay_ms(failures: u32, jitter_permille: u32) -> u32 {
    let full = FIRST_MS.saturating_mul(1 << failures.min(10)).min(LONGEST_MS);
    full / 2 + full / 2 * jitter_permille.min(999) / 1000
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound() {
        assert_eq!(delay_ms(0, 0), 125);
        assert_eq!(delay_ms(0, 999), 249);
        assert_eq!(delay_ms(2, 500), 750);
        for failures in [5, 6, 100, u32::MAX] {
            assert_eq!(delay_ms(failures, 0), 4_000);
            assert!(delay_ms(failures, u32::MAX) < LONGEST_MS);
        }
    }
}
