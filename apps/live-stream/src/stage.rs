//! Where a view is set up.

use fragment::scope::Scope;

/// Holds one view at a time. What a view starts (timers, feeds, subscriptions, listeners) ends when
/// another one takes its place.
#[derive(Default)]
pub(crate) struct Stage(Scope);

impl Stage {
    /// Ends what stands there and sets up something else.
    pub(crate) fn change(&self, set_up: impl FnOnce()) {
        self.0.end();
        self.0.run(set_up);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.end();
    }
}
