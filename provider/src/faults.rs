//! Faults on demand: how the vendor misbehaves when an operator or a test tells it to.
//!
//! **Architecture invariant:** a fault spoils what goes out (feed, video, the time it takes), never
//! the books. Rounds run on and money stays right under every fault.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A way to misbehave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// All is well.
    #[default]
    None,
    /// Feed, video and the tables API refuse and close at once; the process lives on.
    Stop,
    /// Every frame of the feed and every bet takes `ms` longer.
    Slow,
    /// The feed sends frames that are no JSON or do not fit the schema.
    Garbage,
    /// Every second delta is not sent, though it counts.
    Gap,
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
    /// For `slow`.
    #[serde(default)]
    pub ms: Option<u64>,
}

/// The longest delay: longer than any time-out that is to be tried.
const MAX_SLOW_MS: u64 = 60_000;

/// A setting that makes no sense; nothing changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct BadSetting {
    /// The member at fault.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// The switch, shared by all parts.
#[derive(Debug)]
pub struct Faults {
    setting: watch::Sender<Setting>,
    tables: Vec<String>,
}

impl Faults {
    /// All is well, at these tables.
    #[must_use]
    pub fn new(tables: Vec<String>) -> Self {
        Self { setting: watch::Sender::default(), tables }
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
        if setting.fault == Fault::Stop && setting.table.is_some() {
            return bad("table", "stop is for the whole vendor; leave it out");
        }
        match (setting.fault, setting.ms) {
            (Fault::Slow, None | Some(0)) => return bad("ms", "how much slower? more than 0"),
            (Fault::Slow, Some(ms)) if ms > MAX_SLOW_MS => return bad("ms", "at most 60000"),
            _ => {}
        }
        tracing::info!(?setting, "fault switched");
        self.setting.send_replace(setting);
        Ok(())
    }

    /// What is switched on.
    #[must_use]
    pub fn get(&self) -> Setting {
        self.setting.borrow().clone()
    }

    /// To wait for a change.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Setting> {
        self.setting.subscribe()
    }

    /// The whole vendor is out.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.setting.borrow().fault == Fault::Stop
    }

    /// By how much this table, or what belongs to none, is slower now.
    #[must_use]
    pub fn slow_ms(&self, table: Option<&str>) -> u64 {
        if self.is_on(Fault::Slow, table) { self.setting.borrow().ms.unwrap_or(0) } else { 0 }
    }

    /// Whether a fault is on for this table, or for what belongs to none.
    #[must_use]
    pub fn is_on(&self, fault: Fault, table: Option<&str>) -> bool {
        let setting = self.setting.borrow();
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
        ] {
            assert_eq!(faults.set(bad).unwrap_err().field, field);
        }
        assert_eq!(faults.get(), Setting::default());
    }
}
