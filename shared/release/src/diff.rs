//! What two releases of a fragment differ in, said for those who decide about the newer one.

use std::collections::{BTreeMap, BTreeSet};

use contract::manifest::Placement;
use serde::Serialize;

use crate::audit::CAPABILITIES;
use crate::compatible::readable;
use crate::document::Release;

/// A size, before and after brotli 11.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// Before.
    pub raw: u64,
    /// After.
    pub brotli: u64,
}

/// A release with the sizes of its files.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The document.
    pub release: Release,
    /// By what they are: `entry`, `wasm`, `style`, `messages.en`.
    pub files: BTreeMap<String, Bytes>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where: `capabilities.browser`, `bytes of wasm`.
    pub what: String,
    /// What was there.
    pub old: Option<String>,
    /// What is there.
    pub new: Option<String>,
    /// Why somebody should look twice, if so.
    pub danger: Option<String>,
}

/// What is different in the new one; nothing if both are the same release.
#[must_use]
pub fn diff(old: &Packed, new: &Packed) -> Vec<Change> {
    let mut changes = Changes(Vec::new());
    let (a, b) = (&old.release.fragment, &new.release.fragment);
    changes.value("name", &a.name, &b.name, None);
    changes.value("version", &a.version, &b.version, None);
    changes.value("channel", a.channel.as_str(), b.channel.as_str(), None);
    let freed = b.placement == Placement::Document;
    let freed = freed.then_some("in the document it reads the page and every other fragment");
    changes.value("placement", a.placement.as_str(), b.placement.as_str(), freed);
    let vital = b.critical.then_some("the page now counts as broken without it");
    changes.value("critical", a.critical, b.critical, vital);
    let slots = |release: &Packed| {
        let slots = release.release.fragment.slots.iter();
        slots.map(|slot| format!("{} on {}", slot.name, routes(&slot.routes))).collect::<Vec<_>>()
    };
    changes.set("slots", &slots(old), &slots(new), |_| None);
    changes.set("capabilities.requests", &a.capabilities.requests, &b.capabilities.requests, |added| {
        (!added.starts_with("GET ")).then(|| "it changes something on the server".to_owned())
    });
    changes.set("capabilities.origins", &a.capabilities.origins, &b.capabilities.origins, |_| {
        Some("it reaches servers that are not ours".to_owned())
    });
    changes.set("capabilities.browser", &old.release.browser, &new.release.browser, |added| {
        let known = CAPABILITIES.iter().find(|capability| capability.name == added);
        Some(known.map_or("it is in no table of this version", |capability| capability.why).to_owned())
    });
    changes.set("publishes", &a.publishes, &b.publishes, |_| None);
    changes.set("subscribes", &a.subscribes, &b.subscribes, |_| None);
    changes.schemas(&old.release, &new.release);
    changes.limits(&old.release, &new.release);
    changes.bytes(&old.files, &new.files);
    changes.0
}

fn routes(routes: &[String]) -> String {
    if routes.is_empty() { "every page".to_owned() } else { routes.join(" ") }
}

struct Changes(Vec<Change>);

impl Changes {
    fn add(&mut self, what: impl Into<String>, old: Option<String>, new: Option<String>, danger: Option<String>) {
        self.0.push(Change { what: what.into(), old, new, danger });
    }

    fn value<T: ToString + PartialEq>(&mut self, what: &str, old: T, new: T, danger: Option<&str>) {
        if old != new {
            self.add(what, Some(old.to_string()), Some(new.to_string()), danger.map(str::to_owned));
        }
    }

    fn set(&mut self, what: &str, old: &[String], new: &[String], danger: impl Fn(&str) -> Option<String>) {
        for gone in old.iter().filter(|item| !new.contains(item)) {
            self.add(what, Some(gone.clone()), None, None);
        }
        for added in new.iter().filter(|item| !old.contains(item)) {
            self.add(what, None, Some(added.clone()), danger(added));
        }
    }

    /// Of topics that both have, each on the side on which the new one has them.
    fn schemas(&mut self, old: &Release, new: &Release) {
        for known in &new.fragment.contracts {
            let (topic, after) = (&known.topic, &known.schema);
            let Some(before) = old.hash_of(topic).filter(|before| before != after) else { continue };
            let danger = old.schema_of(topic).zip(new.schema_of(topic)).and_then(|(was, is)| {
                let misread = |reader, writer| readable(reader, writer).err();
                let says = new.fragment.publishes.contains(topic).then(|| misread(was, is)).flatten();
                let hears = new.fragment.subscribes.contains(topic).then(|| misread(is, was)).flatten();
                says.or(hears).map(|mismatch| format!("not compatible: {mismatch}"))
            });
            self.add(format!("schema of {topic}"), Some(before.to_owned()), Some(after.clone()), danger);
        }
    }

    fn limits(&mut self, old: &Release, new: &Release) {
        let (a, b) = (&old.fragment.limits, &new.fragment.limits);
        let uncounted = (b.fuel_millions == 0).then_some("its loops are no longer counted");
        self.value("limits.memory_mib", a.memory_mib, b.memory_mib, None);
        self.value("limits.fuel_millions", a.fuel_millions, b.fuel_millions, uncounted);
        self.value("limits.mount_ms", a.mount_ms, b.mount_ms, None);
        self.value("limits.load_ms", a.load_ms, b.load_ms, None);
        self.value("limits.payload_kib", a.payload_kib, b.payload_kib, None);
        self.value("limits.events_per_second", a.events_per_second, b.events_per_second, None);
        self.value("limits.heartbeat_ms", a.heartbeat_ms, b.heartbeat_ms, None);
    }

    fn bytes(&mut self, old: &BTreeMap<String, Bytes>, new: &BTreeMap<String, Bytes>) {
        let said = |bytes: &Bytes| format!("{} ({} after brotli)", bytes.raw, bytes.brotli);
        let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for name in names.into_iter().filter(|name| old.get(*name) != new.get(*name)) {
            self.add(format!("bytes of {name}"), old.get(name).map(said), new.get(name).map(said), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::release;
    use contract::schema::Schema;

    fn packed(change: impl Fn(&mut Release)) -> Packed {
        let mut release = release("wallet", &["live.round"], &["wallet.balance"]);
        change(&mut release);
        Packed { release, files: BTreeMap::from([("entry".to_owned(), Bytes { raw: 9, brotli: 4 })]) }
    }

    /// The differences, as `what: old → new`, with a mark where there is danger.
    fn differences(change: impl Fn(&mut Release)) -> Vec<String> {
        let said = |value: Option<String>| value.unwrap_or_default();
        let changes = diff(&packed(|_| {}), &packed(change));
        let lines = changes.into_iter().map(|it| {
            let mark = if it.danger.is_some() { "! " } else { "" };
            format!("{mark}{}: {} → {}", it.what, said(it.old), said(it.new))
        });
        lines.collect()
    }

    #[test]
    fn the_same_release_has_no_differences() {
        assert_eq!(differences(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn what_is_added_is_told_from_what_is_gone_and_danger_is_marked() {
        let found = differences(|release| {
            release.browser = vec!["storage".into(), "Vendor".into()];
            release.fragment.capabilities.requests = vec!["GET /api/a".into(), "POST /api/a".into()];
            release.fragment.capabilities.origins = vec!["vendor".into()];
            release.fragment.publishes.clear();
            release.fragment.limits.fuel_millions = 0;
            release.fragment.critical = true;
            release.fragment.slots[0].routes = vec!["/a".into()];
        });
        assert_eq!(
            found,
            [
                "! critical: false → true",
                "slots: wallet on every page → ",
                "slots:  → wallet on /a",
                "capabilities.requests:  → GET /api/a",
                "! capabilities.requests:  → POST /api/a",
                "! capabilities.origins:  → vendor",
                "! capabilities.browser:  → storage",
                "! capabilities.browser:  → Vendor",
                "publishes: live.round → ",
                "! limits.fuel_millions: 2 → 0",
            ]
        );
    }

    #[test]
    fn a_changed_schema_is_dangerous_if_the_two_do_not_understand_each_other() {
        let changed = |topic: &'static str, schema: Schema| {
            differences(move |release| {
                let Some(Schema::Object(mut members)) = release.schema_of(topic).cloned() else { panic!("an object") };
                members.insert("tempo".into(), schema.clone());
                let hash = crate::schema_hash(&Schema::Object(members.clone()));
                release.schemas.insert(hash.clone(), Schema::Object(members));
                for known in release.fragment.contracts.iter_mut().filter(|known| known.topic == topic) {
                    known.schema.clone_from(&hash);
                }
            })
            .concat()
        };
        let optional = Schema::Optional(Box::new(Schema::Text));
        assert!(changed("live.round", Schema::Text).starts_with("schema of live.round: "));
        assert!(changed("wallet.balance", optional).starts_with("schema of wallet.balance: "));
        assert!(changed("wallet.balance", Schema::Text).starts_with("! schema of wallet.balance: "));
    }

    #[test]
    fn files_are_compared_by_what_they_are() {
        let mut new = packed(|_| {});
        new.files = BTreeMap::from([("wasm".to_owned(), Bytes { raw: 70, brotli: 30 })]);
        let found: Vec<_> = diff(&packed(|_| {}), &new).into_iter().map(|it| (it.what, it.old, it.new)).collect();
        assert_eq!(
            found,
            [
                ("bytes of entry".to_owned(), Some("9 (4 after brotli)".to_owned()), None),
                ("bytes of wasm".to_owned(), None, Some("70 (30 after brotli)".to_owned())),
            ]
        );
    }
}
