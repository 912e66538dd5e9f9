//! What was measured, and whether it is what was promised.

/// Prints each figure as it is found.
#[derive(Default)]
pub(crate) struct Figures {
    missed: usize,
}

impl Figures {
    pub(crate) fn say(&self, figure: &str) {
        println!("figure: {figure}");
    }

    pub(crate) fn at_least(&mut self, what: &str, value: f64, bound: f64) {
        self.judge(what, value, "at least", bound, value >= bound);
    }

    pub(crate) fn at_most(&mut self, what: &str, value: f64, bound: f64) {
        self.judge(what, value, "at most", bound, value <= bound);
    }

    fn judge(&mut self, what: &str, value: f64, how: &str, bound: f64, reached: bool) {
        self.missed += usize::from(!reached);
        let verdict = if reached { "" } else { ": NOT REACHED" };
        println!("figure: {what}: {value:.1}, {how} {bound:.1}{verdict}");
    }

    pub(crate) fn reached(&self) -> bool {
        self.missed == 0
    }
}

/// The part in a hundred of sorted times.
pub(crate) fn percentile(sorted_ms: &[f64], part: usize) -> f64 {
    let last = sorted_ms.len().saturating_sub(1);
    sorted_ms.get((sorted_ms.len() * part / 100).min(last)).copied().unwrap_or(f64::NAN)
}
