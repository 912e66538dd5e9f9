//! Faults on demand: how the vendor misbehaves when an operator or a test tells it to.
//!
//! **Architecture invariant:** a fault spoils what goes out (feed, video, the time it takes), never
//! the books. Rounds run on and money stays right under every fault.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;

/// A way to misbehave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// All is well.
    #[default]
    None,
    /// Feed, video and the tables API refuse and close at once; the process lives on.
    Stop,
    /// As `stop` for `ms`, then as if nothing were wrong for `ms`, and so on.
    Flap,
    /// Half-open: connections are taken and stay, but nothing is answered, sent or read.
    Hang,
    /// Every frame of the feed and every bet takes `ms` longer.
    Slow,
    /// The feed sends frames that are no JSON or do not fit the schema.
    Garbage,
    /// Every second delta is not sent, though it counts.
    Gap,
    /// Every delta is sent twice.
    Duplicate,
    /// Each two deltas change places: the first waits for the second.
    Reorder,
    /// Each connection of the feed gets its last frame again, thousands of times a second.
    Flood,
    /// The video stands still.
    FrozenVideo,
}

/// What is switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// How to misbehave.
    pub fault: Fault,
    /// At which table; at all of them if absent.
    #[serde(default)]
    pub table: Option<String>,
    /// For `slow`, how much slower; for `flap`, how long each half lasts.
    #[serde(default)]
    pub ms: Option<u64>,
}

/// The longest delay, and the longest half of a flap: longer than any time-out that is to be tried.
const MAX_MS: u64 = 60_000;
/// The shortest half of a flap: time for a connection to be made.
const MIN_FLAP_MS: u64 = 100;

/// A setting that makes no sense; nothing changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct BadSetting {
    /// The member at fault.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// A setting, and since when.
#[derive(Clone, Debug)]
pub struct Switched {
    setting: Setting,
    at: Instant,
}

impl Switched {
    /// The whole vendor is out: stopped, or in the first, third … half of a flap.
    fn is_out(&self, now: Instant) -> bool {
        match (self.setting.fault, self.halves(now)) {
            (Fault::Stop, _) => true,
            (_, Some((_, over))) => over.is_multiple_of(2),
            _ => false,
        }
    }

    /// When a flap turns next.
    fn turns_at(&self, now: Instant) -> Option<Instant> {
        let (half_ms, over) = self.halves(now)?;
        Some(self.at + Duration::from_millis(half_ms.saturating_mul(over + 1)))
    }

    /// How long a half of the flap is, and how many are over.
    fn halves(&self, now: Instant) -> Option<(u64, u64)> {
        let half_ms = self.setting.ms.filter(|_| self.setting.fault == Fault::Flap)?;
        let elapsed_ms = u64::try_from(now.duration_since(self.at).as_millis()).unwrap_or(u64::MAX);
        Some((half_ms, elapsed_ms.checked_div(half_ms)?))
    }
}

/// The switch, shared by all parts.
#[derive(Debug)]
pub struct Faults {
    switched: watch::Sender<Switched>,
    tables: Vec<String>,
}

impl Faults {
    /// All is well, at these tables.
    #[must_use]
    pub fn new(tables: Vec<String>) -> Self {
        Self { switched: watch::Sender::new(Switched { setting: Setting::default(), at: Instant::now() }), tables }
    }

    /// Replaces what was switched on before.
    ///
    /// # Errors
    /// Names the member at fault.
    pub fn set(&self, setting: Setting) -> Result<(), BadSetting> {
        let bad = |field, reason| Err(BadSetting { field, reason });
        if setting.table.as_ref().is_some_and(|table| !self.tables.contains(table)) {
            return bad("table", "there is no such table");
        }
        if matches!(setting.fault, Fault::Stop | Fault::Flap | Fault::Hang) && setting.table.is_some() {
            return bad("table", "this fault is for the whole vendor; leave it out");
        }
        match (setting.fault, setting.ms) {
            (Fault::Slow, None | Some(0)) => return bad("ms", "how much slower? more than 0"),
            (Fault::Flap, None | Some(..MIN_FLAP_MS)) => return bad("ms", "how long is each half? at least 100"),
            (Fault::Slow | Fault::Flap, Some(ms)) if ms > MAX_MS => return bad("ms", "at most 60000"),
            _ => {}
        }
        tracing::info!(?setting, "fault switched");
        self.switched.send_replace(Switched { setting, at: Instant::now() });
        Ok(())
    }

    /// What is switched on.
    #[must_use]
    pub fn get(&self) -> Setting {
        self.switched.borrow().setting.clone()
    }

    /// To wait for a change.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Switched> {
        self.switched.subscribe()
    }

    /// The whole vendor is out.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.switched.borrow().is_out(Instant::now())
    }

    /// Waits until the whole vendor is out.
    pub async fn stopped(&self) {
        let mut switched = self.switched.subscribe();
        loop {
            let turns_at = {
                let now = Instant::now();
                let switched = switched.borrow_and_update();
                if switched.is_out(now) {
                    return;
                }
                switched.turns_at(now)
            };
            // The sender lives as long as `self`, so the wait for a change can't end with an error.
            match turns_at {
                Some(at) => drop(tokio::time::timeout_at(at, switched.changed()).await),
                None => drop(switched.changed().await),
            }
        }
    }

    /// Waits for as long as the vendor hangs.
    pub async fn hung(&self) {
        let mut switched = self.switched.subscribe();
        // As above, no error.
        let _ = switched.wait_for(|now| now.setting.fault != Fault::Hang).await;
    }

    /// Waits until what was due at `due` may go out: later while this table, or what belongs to none, is
    /// slow.
    pub async fn slowed(&self, table: Option<&str>, due: Instant) {
        let mut switched = self.switched.subscribe();
        loop {
            switched.borrow_and_update();
            let until = due + Duration::from_millis(self.slow_ms(table));
            if tokio::time::timeout_at(until, switched.changed()).await.is_err() {
                return;
            }
        }
    }

    /// By how much this table, or what belongs to none, is slower now.
    #[must_use]
    pub fn slow_ms(&self, table: Option<&str>) -> u64 {
        if self.is_on(Fault::Slow, table) { self.switched.borrow().setting.ms.unwrap_or(0) } else { 0 }
    }

    /// Whether a fault is on for this table, or for what belongs to none.
    #[must_use]
    pub fn is_on(&self, fault: Fault, table: Option<&str>) -> bool {
        let setting = &self.switched.borrow().setting;
        setting.fault == fault && (setting.table.is_none() || setting.table.as_deref() == table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(fault: Fault, table: Option<&str>, ms: Option<u64>) -> Setting {
        Setting { fault, table: table.map(str::to_owned), ms }
    }

    #[test]
    fn a_fault_holds_where_it_was_switched_on_and_none_heals() {
        let faults = Faults::new(vec!["a".into(), "b".into()]);
        faults.set(setting(Fault::Slow, Some("a"), Some(50))).unwrap();
        assert_eq!([faults.slow_ms(Some("a")), faults.slow_ms(Some("b")), faults.slow_ms(None)], [50, 0, 0]);
        faults.set(setting(Fault::Garbage, None, None)).unwrap();
        assert!(faults.is_on(Fault::Garbage, Some("b")) && faults.is_on(Fault::Garbage, None));
        assert_eq!(faults.slow_ms(Some("a")), 0);
        faults.set(Setting::default()).unwrap();
        assert!(!faults.is_on(Fault::Garbage, None));
    }

    #[test]
    fn a_bad_setting_names_its_member_and_changes_nothing() {
        let faults = Faults::new(vec!["a".into()]);
        for (bad, field) in [
            (setting(Fault::Gap, Some("c"), None), "table"),
            (setting(Fault::Stop, Some("a"), None), "table"),
            (setting(Fault::Slow, None, None), "ms"),
            (setting(Fault::Slow, None, Some(60_001)), "ms"),
            (setting(Fault::Hang, Some("a"), None), "table"),
            (setting(Fault::Flap, Some("a"), Some(500)), "table"),
            (setting(Fault::Flap, None, None), "ms"),
            (setting(Fault::Flap, None, Some(99)), "ms"),
            (setting(Fault::Flap, None, Some(60_001)), "ms"),
        ] {
            assert_eq!(faults.set(bad).unwrap_err().field, field);
        }
        assert_eq!(faults.get(), Setting::default());
    }

    #[test]
    fn a_flap_is_out_in_each_other_half() {
        let at = Instant::now();
        let flap = Switched { setting: setting(Fault::Flap, None, Some(1_000)), at };
        let after = |ms| at + Duration::from_millis(ms);
        let halves = [0, 999, 1_000, 1_999, 2_000, 3_500].map(|ms| flap.is_out(after(ms)));
        assert_eq!(halves, [true, true, false, false, true, false]);
        assert_eq!(flap.turns_at(after(0)), Some(after(1_000)));
        assert_eq!(flap.turns_at(after(3_500)), Some(after(4_000)));
        let slow = Switched { setting: setting(Fault::Slow, None, Some(1_000)), at };
        assert_eq!((slow.is_out(at), slow.turns_at(at)), (false, None));
    }

    #[tokio::test]
    async fn whoever_waits_for_the_end_hears_of_it() {
        let faults = Faults::new(vec![]);
        faults.set(setting(Fault::Flap, None, Some(100))).unwrap();
        faults.stopped().await;
        assert!(faults.is_stopped());
        faults.set(Setting::default()).unwrap();
        let mut waits = std::pin::pin!(faults.stopped());
        assert!(futures::poll!(waits.as_mut()).is_pending());
        faults.set(setting(Fault::Stop, None, None)).unwrap();
        waits.await;
    }

    #[tokio::test]
    async fn whoever_waits_out_a_hang_goes_on_when_it_ends() {
        let faults = Faults::new(vec![]);
        faults.hung().await;
        faults.set(setting(Fault::Hang, None, None)).unwrap();
        let (waits, heals) = (faults.hung(), async { faults.set(Setting::default()).unwrap() });
        let mut waits = std::pin::pin!(waits);
        assert!(futures::poll!(waits.as_mut()).is_pending());
        heals.await;
        waits.await;
    }
}
