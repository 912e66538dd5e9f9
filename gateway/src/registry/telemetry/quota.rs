//! How much of what is told counts: so much of a device, so much of a network.
//!
//! **Architecture invariant:** bounded in memory. When it is full it forgets all, and everybody begins again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use super::super::audience::Device;

/// Of one release, mounts and pages of one device that count in a day. Few: a device on which something is broken crashes
/// again and again, and is still one device.
const OF_DEVICE: u32 = 2;
/// The same of a network, which may have many devices, or one that says that it is many.
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

/// What is granted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Mounts,
    Pages,
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

    fn left(&self, key: u64, most: u32) -> u32 {
        most.saturating_sub(self.counts.get(&key).copied().unwrap_or(0))
    }

    fn take(&mut self, key: u64, count: u32) {
        if count > 0 {
            *self.counts.entry(key).or_default() += count;
        }
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
        let admits = self.minute.left(key, REPORTS) > 0;
        self.minute.take(key, u32::from(admits));
        admits
    }

    /// How many of so many of a kind count of a release.
    pub(super) fn grant(&mut self, sender: Sender, of: (Kind, &str, &str), wanted: u32, now_ms: i64) -> u32 {
        self.day.renew(now_ms, DAY_MS);
        // Who keeps no cookie is one with the whole network.
        let device = self.keys.hash_one((sender.device, sender.network.filter(|_| sender.device.is_none()), of));
        let network = self.keys.hash_one((sender.network, of));
        let granted = wanted.min(self.day.left(device, OF_DEVICE)).min(self.day.left(network, OF_NETWORK));
        self.day.take(device, granted);
        self.day.take(network, granted);
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(device: Option<u64>, last: u8) -> Sender {
        Sender { device: device.map(Device), network: Some(IpAddr::from([192, 0, 2, last])) }
    }

    #[test]
    fn of_a_device_two_mounts_of_a_release_count_in_a_day() {
        let mut quota = Quota::default();
        let mut grant = |device, last, version, now_ms| {
            quota.grant(sender(device, last), (Kind::Mounts, "wallet", version), 5, now_ms)
        };
        assert_eq!(grant(Some(1), 1, "1", 0), 2);
        assert_eq!(grant(Some(1), 2, "1", 0), 0, "wherever it is");
        assert_eq!(grant(Some(1), 1, "2", 0), 2, "of another release");
        assert_eq!(grant(Some(2), 1, "1", 0), 2);
        assert_eq!(grant(None, 1, "1", 0), 2);
        assert_eq!(grant(None, 1, "1", 0), 0, "without a cookie they are all one");
        assert_eq!(grant(None, 3, "1", 0), 2);
        assert_eq!(grant(Some(1), 1, "1", DAY_MS), 2, "another day");
    }

    #[test]
    fn a_network_that_says_it_is_many_is_bounded() {
        let mut quota = Quota::default();
        let granted: u32 =
            (0..500).map(|device| quota.grant(sender(Some(device), 1), (Kind::Mounts, "wallet", "1"), 9, 0)).sum();
        assert_eq!(granted, OF_NETWORK);
        let admitted = (0..1000).filter(|_| quota.admits(None, 0)).count();
        assert_eq!(admitted, REPORTS as usize);
        assert!(quota.admits(None, MINUTE_MS));
    }

    #[test]
    fn it_stays_small() {
        let mut quota = Quota::default();
        for device in 0..MAX_KEYS as u64 + 9 {
            let version = (device % 5000).to_string();
            quota.grant(sender(Some(device), 1), (Kind::Mounts, "wallet", &version), 1, 0);
            assert!(quota.day.counts.len() <= MAX_KEYS + 2);
        }
    }
}
