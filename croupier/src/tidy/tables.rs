//! A service of the gateway reads and writes its own tables only. What it wants from another one
//! it asks for, or hears as an event: only so can each have a database of its own, and run alone.

use std::collections::{BTreeMap, BTreeSet};

use super::edge::has_word;
use super::{Finding, Source};

const HOME: &str = "gateway/src/";
/// The services of the gateway, each in a folder of its name.
const SERVICES: [&str; 6] = ["events", "identity", "live", "promotions", "registry", "wallet"];
/// Words that a table's name follows.
const BEFORE_A_TABLE: [&str; 5] = ["FROM", "INTO", "UPDATE", "JOIN", "TABLE"];

/// Those that can be a process of their own. The registry is the page's, and the page is the edge's.
pub(crate) fn services_apart() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter().filter(|service| *service != "registry")
}

/// The places where a service names a table of another.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (service, source) in sources.iter().filter_map(of_service) {
        for line in source.text.lines() {
            if let Some(table) = created(line) {
                owners.entry(table).or_default().insert(service);
            }
        }
    }
    let mut findings = Vec::new();
    for (service, source) in sources.iter().filter_map(of_service) {
        for (index, line) in source.text.lines().enumerate() {
            for (table, owners) in &owners {
                let foreign = !owners.contains(service);
                if foreign && BEFORE_A_TABLE.iter().any(|word| has_word(line, &format!("{word} {table}"))) {
                    let owner = owners.iter().copied().collect::<Vec<_>>().join(", ");
                    let place = format!("{}:{}", source.path, index + 1);
                    findings.push(Finding::new(
                        place,
                        format!("{service} touches {table}, a table of {owner}; ask {owner} for it"),
                    ));
                }
            }
        }
    }
    findings
}

fn of_service(source: &Source) -> Option<(&'static str, &Source)> {
    let folder = source.path.strip_prefix(HOME)?.split('/').next()?;
    let folder = folder.trim_end_matches(".rs");
    let service = SERVICES.into_iter().find(|service| *service == folder)?;
    Some((service, source))
}

fn created(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("CREATE TABLE ")?;
    let rest = rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    Some(&rest[..end]).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(promotions: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let sources = [
            source("gateway/src/wallet/ledger.sql", "CREATE TABLE transfers (\n id TEXT\n);"),
            source("gateway/src/wallet/history.rs", "\"SELECT * FROM transfers\""),
            source("gateway/src/promotions/store.rs", promotions),
        ];
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_service_that_reads_anothers_table_is_found() {
        let found = checked("CREATE TABLE offers (id);\n\"SELECT 1 FROM transfers WHERE id = ?\"");
        assert!(
            found.len() == 1 && found[0].contains("store.rs:2: promotions touches transfers, a table of wallet"),
            "{found:?}"
        );
        assert_eq!(checked("INSERT INTO transfers VALUES (1)").len(), 1);
    }

    #[test]
    fn its_own_tables_and_the_word_elsewhere_are_fine() {
        assert!(checked("CREATE TABLE offers (id);\nDELETE FROM offers\n// transfers of the wallet").is_empty());
        assert!(checked("SELECT * FROM transfers_seen").is_empty());
    }
}
