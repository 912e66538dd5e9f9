//! How much of what is told counts: so much of a device, so much of a network.
//!
//! Canaries are judged by chance, and of chance are devices that have nothing to do with each other. A device on which
//! something is broken crashes again and again, and is still one device.
//!
//! **Architecture invariant:** bounded in memory. When it is full it forgets all, and everybody begins again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use super::super::audience::Device;

/// Of one release and [`Kind`], what counts of one device in a day.
const OF_DEVICE: u32 = 1;
/// Of all that becomes of a release, and of pages, what counts of a network in a day: it may have many devices, or one
/// that says that it is many.
const OF_NETWORK: u32 = 100;
/// Reports of a network in a minute.
const REPORTS: u32 = 300;
const DAY_MS: i64 = 24 * 3600 * 1000;
const MINUTE_MS: i64 = 60_000;
const MAX_KEYS: usize = 200_000;

/// Who tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    /// As its cookie says; nothing of a browser that keeps none.
    pub(super) device: Option<Device>,
    pub(super) network: Option<IpAddr>,
}

/// What is granted by itself. A crash that comes late is told as a mount of its own, after one that went well: if that
/// were all that counts of a device, nothing would be known of such crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A mount that neither crashed nor was degraded.
    Well,
    Crashed,
    Degraded,
    /// A load that failed.
    Failed,
    Page,
}

/// What was counted in a window of time.
#[derive(Debug, Default)]
struct Window {
    began_ms: i64,
    counts: HashMap<u64, u32>,
}

impl Window {
    fn renew(&mut self, now_ms: i64, lasts_ms: i64) {
        if now_ms.abs_diff(self.began_ms) >= lasts_ms.unsigned_abs() || self.counts.len() >= MAX_KEYS {
            *self = Self { began_ms: now_ms, counts: HashMap::new() };
        }
    }

    fn has_room(&self, key: u64, most: u32) -> bool {
        self.counts.get(&key).is_none_or(|count| *count < most)
    }

    fn take(&mut self, key: u64) {
        *self.counts.entry(key).or_default() += 1;
    }
}

/// The books of a process.
#[derive(Debug, Default)]
pub(super) struct Quota {
    /// What makes the keys of this process its own.
    keys: RandomState,
    day: Window,
    minute: Window,
}

impl Quota {
    /// Whether a network may send one more report now.
    pub(super) fn admits(&mut self, network: Option<IpAddr>, now_ms: i64) -> bool {
        self.minute.renew(now_ms, MINUTE_MS);
        let key = self.keys.hash_one(network);
        let admits = self.minute.has_room(key, REPORTS);
        if admits {
            self.minute.take(key);
        }
        admits
    }

    /// Whether one of a kind counts of a release.
    pub(super) fn grants(&mut self, sender: Sender, kind: Kind, release: (&str, &str), now_ms: i64) -> bool {
        self.day.renew(now_ms, DAY_MS);
        // Who keeps no cookie is one with the whole network.
        let nobodys = sender.network.filter(|_| sender.device.is_none());
        let device = self.keys.hash_one((sender.device, nobodys, kind, release));
        // What went well and what did not together: a bound on one of them alone would change what part it is.
        let network = self.keys.hash_one((sender.network, kind == Kind::Page, release));
        let grants = self.day.has_room(device, OF_DEVICE) && self.day.has_room(network, OF_NETWORK);
        if grants {
            self.day.take(device);
            self.day.take(network);
        }
        grants
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(device: Option<u64>, last: u8) -> Sender {
        Sender { device: device.map(Device), network: Some(IpAddr::from([192, 0, 2, last])) }
    }

    #[test]
    fn of_a_device_one_of_each_kind_counts_in_a_day() {
        let mut quota = Quota::default();
        let mut grants =
            |device, last, kind, version, now_ms| quota.grants(sender(device, last), kind, ("wallet", version), now_ms);
        assert!(grants(Some(1), 1, Kind::Crashed, "1", 0));
        assert!(!grants(Some(1), 1, Kind::Crashed, "1", 0), "however often it crashes");
        assert!(!grants(Some(1), 2, Kind::Crashed, "1", 0), "wherever it is");
        assert!(grants(Some(1), 1, Kind::Well, "1", 0));
        assert!(grants(Some(1), 1, Kind::Crashed, "2", 0), "of another release");
        assert!(grants(Some(2), 1, Kind::Crashed, "1", 0));
        assert!(grants(None, 1, Kind::Crashed, "1", 0));
        assert!(!grants(None, 1, Kind::Crashed, "1", 0), "without a cookie they are all one");
        assert!(grants(None, 3, Kind::Crashed, "1", 0));
        assert!(grants(Some(1), 1, Kind::Crashed, "1", DAY_MS), "another day");
    }

    #[test]
    fn a_network_that_says_it_is_many_is_bounded() {
        let mut quota = Quota::default();
        let mut counts = |kind| {
            let counts = |device: &u64| quota.grants(sender(Some(*device), 1), kind, ("wallet", "1"), 0);
            (0..500_u64).filter(counts).count()
        };
        let (crashed, well, pages) = (counts(Kind::Crashed), counts(Kind::Well), counts(Kind::Page));
        assert_eq!((crashed, well, pages), (OF_NETWORK as usize, 0, OF_NETWORK as usize));
        let admitted = (0..1000).filter(|_| quota.admits(None, 0)).count();
        assert_eq!(admitted, REPORTS as usize);
        assert!(quota.admits(None, MINUTE_MS));
    }

    #[test]
    fn it_stays_small() {
        let mut quota = Quota::default();
        for device in 0..MAX_KEYS as u64 + 9 {
            let version = (device % 5000).to_string();
            quota.grants(sender(Some(device), 1), Kind::Well, ("wallet", &version), 0);
            assert!(quota.day.counts.len() <= MAX_KEYS + 2);
        }
    }
}
