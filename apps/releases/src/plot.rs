//! What a plot shows, before anything is drawn: how long each bar is beside the longest. Pure.

/// How long each bar is, of 100: the longest is 100, and whatever is not zero can be seen.
#[must_use]
pub fn lengths(values: &[u64]) -> Vec<u64> {
    let longest = values.iter().copied().max().unwrap_or_default();
    values.iter().map(|value| if *value == 0 { 0 } else { of_hundred(*value, longest).max(3) }).collect()
}

/// A part of a whole, of 100; 0 where there is no whole.
#[must_use]
pub fn of_hundred(part: u64, whole: u64) -> u64 {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    u64::try_from(percent).unwrap_or(u64::MAX).min(100)
}

/// How often of a million: to compare two rates whose wholes differ.
#[must_use]
pub fn of_million(part: u64, whole: u64) -> u64 {
    u64::try_from(u128::from(part) * 1_000_000 / u128::from(whole.max(1))).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_little_is_seen_and_what_is_nothing_is_not() {
        assert_eq!(lengths(&[0, 1, 500, 1000]), [0, 3, 50, 100]);
        assert_eq!(lengths(&[0, 0]), [0, 0]);
        assert_eq!(lengths(&[u64::MAX, 1]), [100, 3]);
        assert_eq!(lengths(&[]), Vec::<u64>::new());
    }

    #[test]
    fn parts_of_nothing_are_nothing() {
        assert_eq!((of_hundred(0, 0), of_hundred(1, 3), of_hundred(7, 3)), (0, 33, 100));
        assert_eq!((of_million(1, 1000), of_million(0, 0), of_million(u64::MAX, 1)), (1000, 0, u64::MAX));
    }
}
