//! The normal distribution, to three digits: it chooses how a bet is made and not what it is worth.

/// Where the lower tail has this share: Abramowitz and Stegun, 26.2.23.
pub(crate) fn quantile(share: f64) -> f64 {
    let lower = share.min(1.0 - share).max(f64::MIN_POSITIVE);
    let t = (-2.0 * lower.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let distance = t - above / below;
    if share < 0.5 { -distance } else { distance }
}

/// How dense it is there.
pub(crate) fn density(at: f64) -> f64 {
    (-at * at / 2.0).exp() / std::f64::consts::TAU.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_tables() {
        for (share, at) in [(0.5, 0.0), (0.975, 1.960), (0.05, -1.645), (0.001, -3.090)] {
            assert!((quantile(share) - at).abs() < 1e-3, "{share}: {}", quantile(share));
        }
        assert!((density(1.0) - 0.241_97).abs() < 1e-5);
    }
}
