//! Whether those that are shown together still understand each other, asked again whenever what is shown has changed.
//!
//! A release is held to that before it is published and before it is shown. What may differ later is everything around
//! it: a floor that has come with another contract, a roll back, which nobody is kept from, a canary that has ended.
//!
//! **Architecture invariant:** tells, and does nothing about it. What was shown before the change is no worse than what
//! ends it; whoever operates the floor decides.

use std::time::Duration;

use super::Registry;
use crate::problem::ApiError;

/// How long a change of the floor is given to be whole.
const SETTLES: Duration = Duration::from_millis(500);

impl Registry {
    /// Asks for as long as it runs.
    pub async fn keep_asking_who_fits(self) {
        let mut news = self.0.news.subscribe();
        news.mark_changed();
        while news.changed().await.is_ok() {
            tokio::time::sleep(SETTLES).await;
            news.mark_unchanged();
            if let Err(error) = self.tell_who_does_not_fit().await {
                tracing::warn!(error = error.detail, "whether what is shown fits together is not known");
            }
        }
    }

    async fn tell_who_does_not_fit(&self) -> Result<(), ApiError> {
        let misfits = self.misfits().await?;
        for (fragment, version, problem) in &misfits {
            tracing::warn!(fragment, version, problem, "a release that is shown does not fit its neighbours any more");
        }
        metrics::gauge!("registry_misfits").set(u32::try_from(misfits.len()).unwrap_or(u32::MAX));
        Ok(())
    }
}
