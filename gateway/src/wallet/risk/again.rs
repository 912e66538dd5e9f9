//! Every decision made again from what was kept of it: who asks a year later why a withdrawal waited gets the
//! answer from the same facts and the same rules.

use super::decide::decide;
use super::facts::Facts;
use super::rules::Rules;
use crate::store::{Sql, StoreError, params};
use contract::risk::{Outcome, Reason};
use std::collections::HashMap;

/// Decisions that are read at once.
const PAGE: u32 = 1_000;

struct Kept {
    withdrawal: String,
    outcome: Outcome,
    rules: String,
    reasons: String,
    facts: String,
}

/// Names each decision that its facts and rules do not lead to.
pub(in crate::wallet) fn decide_again(sql: &Sql, differs: &mut dyn FnMut(String)) -> Result<(), StoreError> {
    let mut known: HashMap<String, Option<Rules>> = HashMap::new();
    let mut after = String::new();
    loop {
        let page = page(sql, &after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.withdrawal);
        for kept in &page {
            if !known.contains_key(&kept.rules) {
                known.insert(kept.rules.clone(), rules(sql, &kept.rules)?);
            }
            let rules = known.get(&kept.rules).and_then(Option::as_ref);
            if !rules.is_some_and(|rules| follows(kept, rules)) {
                differs(format!("the decision about withdrawal {} does not follow from its facts", kept.withdrawal));
            }
        }
    }
}

fn follows(kept: &Kept, rules: &Rules) -> bool {
    let Ok(facts) = serde_json::from_str::<Facts>(&kept.facts) else { return false };
    let Ok(reasons) = serde_json::from_str::<Vec<Reason>>(&kept.reasons) else { return false };
    let verdict = decide(rules, &facts);
    verdict.outcome == kept.outcome && verdict.reasons == reasons
}

/// The rules of a digest, if they are there and are what it says.
fn rules(sql: &Sql, digest: &str) -> Result<Option<Rules>, StoreError> {
    let text: Option<String> =
        sql.query_opt("SELECT text FROM risk_rules WHERE digest = ?1", params![digest], |row| row.get(0))?;
    Ok(text.and_then(|text| Rules::read(&text).ok()).filter(|rules| rules.digest == digest))
}

fn page(sql: &Sql, after: &str) -> Result<Vec<Kept>, StoreError> {
    sql.query_all(
        "SELECT withdrawal, outcome, rules, reasons, facts FROM risk_decisions WHERE withdrawal > ?1
         ORDER BY withdrawal LIMIT ?2",
        params![after, PAGE],
        |row| {
            Ok(Kept {
                withdrawal: row.get(0)?,
                outcome: row.named(1, Outcome::from_name)?,
                rules: row.get(2)?,
                reasons: row.get(3)?,
                facts: row.get(4)?,
            })
        },
    )
}
