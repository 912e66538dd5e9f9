//! `release.json`: what the shell loads by, and beside it what only those who decide about a release read.

use std::collections::BTreeMap;

use contract::event::payload_schema;
use contract::manifest::{Fragment, TopicSchema};
use contract::schema::Schema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A release of a fragment, as it is packed and published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// What becomes part of the manifest.
    #[serde(flatten)]
    pub fragment: Fragment,
    /// What of the browser its code may reach: names of [`crate::CAPABILITIES`], or of globals that are in no table.
    #[serde(default)]
    pub browser: Vec<String>,
    /// The schemas that `fragment.contracts` names, by their hashes.
    #[serde(default)]
    pub schemas: BTreeMap<String, Schema>,
}

impl Release {
    /// The release of a fragment that is built with the contract of this program: its topics get their schemas.
    #[must_use]
    pub fn of(mut fragment: Fragment, browser: Vec<String>) -> Self {
        let mut schemas = BTreeMap::new();
        let mut topics: Vec<_> = fragment.publishes.iter().chain(&fragment.subscribes).cloned().collect();
        topics.sort();
        topics.dedup();
        fragment.contracts = topics
            .into_iter()
            .filter_map(|topic| {
                let described = payload_schema(&topic)?;
                let schema = schema_hash(&described);
                schemas.insert(schema.clone(), described);
                Some(TopicSchema { topic, schema })
            })
            .collect();
        Self { fragment, browser, schemas }
    }

    /// What it takes the payload of a topic to be; none if it does not say.
    #[must_use]
    pub fn schema_of(&self, topic: &str) -> Option<&Schema> {
        self.schemas.get(self.hash_of(topic)?)
    }

    /// The hash of it.
    #[must_use]
    pub fn hash_of(&self, topic: &str) -> Option<&str> {
        self.fragment.contracts.iter().find(|known| known.topic == topic).map(|known| known.schema.as_str())
    }
}

/// What a gateway says of the releases that a new one would live with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Those that everybody is shown, and the canaries.
    pub releases: Vec<Release>,
}

/// The hash by which a schema is named: the first 16 hexadecimal digits of the SHA-256 of its JSON. Members stand in
/// the order of their names, so the same shape has the same hash wherever it is computed.
#[must_use]
pub fn schema_hash(schema: &Schema) -> String {
    // A tree of texts and integers is always JSON.
    let text = serde_json::to_string(schema).unwrap_or_default();
    Sha256::digest(text)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::release;

    #[test]
    fn a_release_names_each_topic_once_with_its_schema() {
        let release = release("wallet", &["session.stale"], &["wallet.balance", "session.stale"]);
        let topics: Vec<_> = release.fragment.contracts.iter().map(|known| known.topic.as_str()).collect();
        assert_eq!(topics, ["session.stale", "wallet.balance"]);
        assert!(matches!(release.schema_of("wallet.balance"), Some(Schema::Object(members)) if members.len() == 6));
        assert_eq!(release.schema_of("wallet.entry"), None);
        assert!(release.schemas.iter().all(|(hash, schema)| schema_hash(schema) == *hash));
    }

    #[test]
    fn the_document_reads_back_and_the_shell_reads_its_part() {
        let release = release("wallet", &[], &["session.changed"]);
        let text = serde_json::to_string(&release).unwrap();
        assert_eq!(serde_json::from_str::<Release>(&text).unwrap(), release);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(contract::wire::read::<_, Fragment>(value).unwrap(), release.fragment);
    }

    #[test]
    fn a_document_of_before_there_were_schemas_is_still_read() {
        let mut value = serde_json::to_value(release("wallet", &[], &["session.changed"])).unwrap();
        for member in ["contracts", "browser", "schemas"] {
            value.as_object_mut().unwrap().remove(member);
        }
        let read: Release = serde_json::from_value(value.clone()).unwrap();
        assert!(read.fragment.contracts.is_empty() && read.schemas.is_empty());
        assert_eq!(contract::wire::read::<_, Fragment>(value).unwrap(), read.fragment);
    }

    #[test]
    fn a_hash_names_one_shape() {
        let one = Schema::object([("a", Schema::Text), ("b", Schema::Flag)]);
        let same = Schema::object([("b", Schema::Flag), ("a", Schema::Text)]);
        assert_eq!(schema_hash(&one), schema_hash(&same));
        assert_eq!(schema_hash(&one), "48e8bfe08c9d0415");
        assert_ne!(schema_hash(&one), schema_hash(&Schema::object([("a", Schema::Text)])));
    }
}
