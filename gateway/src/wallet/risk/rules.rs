//! The rules by which withdrawals are decided: a table of conditions, each with an outcome and a reason. Data,
//! read and checked once at start.
//!
//! A condition is an expression of CEL over the facts' names: it always ends, touches nothing, and the same
//! facts give the same answer.

use super::facts::{Facts, Known, NEVER_HOURS};
use cel::{Context, Env, Program, Value};
use contract::money::Currency;
use contract::risk::Outcome;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use thiserror::Error;

const HOUSE: &str = include_str!("rules.toml");
/// Rules of one table: all of them are asked for each withdrawal.
const MOST_RULES: usize = 200;
const MAX_NAME_CHARS: usize = 60;
const MAX_TEXT_CHARS: usize = 300;
const CURRENCY: &str = "currency";

/// Why rules are not used.
#[derive(Debug, Error)]
pub enum RulesError {
    /// The file can't be read.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// It is not what it should be.
    #[error("{0}")]
    Read(#[from] toml::de::Error),
    /// A value of the table as a whole makes no sense.
    #[error("{field}: {what}")]
    Value {
        /// Which one.
        field: String,
        /// What it has to be.
        what: String,
    },
    /// A value of one rule makes no sense.
    #[error("rule {rule}: {field}: {what}")]
    Rule {
        /// The rule's name, or its place where it has none.
        rule: String,
        /// Which value.
        field: &'static str,
        /// What is wrong with it.
        what: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[serde(default)]
    amounts: BTreeMap<String, BTreeMap<Currency, i64>>,
    #[serde(default)]
    rule: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    when: String,
    outcome: Outcome,
    reason: String,
}

/// A rule that can be asked.
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) outcome: Outcome,
    pub(super) reason: String,
    when: Program,
}

/// The rules of a file.
pub struct Rules {
    /// The version that they give themselves.
    pub version: String,
    /// SHA-256 over the file, in hex.
    pub(super) digest: String,
    /// The file, word for word.
    pub(super) text: String,
    pub(super) rules: Vec<Rule>,
    amounts: BTreeMap<String, BTreeMap<Currency, i64>>,
    env: Arc<Env>,
}

impl Rules {
    /// Those of the house.
    ///
    /// # Errors
    /// The data that comes with the program makes no sense.
    pub fn house() -> Result<Self, RulesError> {
        Self::read(HOUSE)
    }

    /// Those in a file.
    ///
    /// # Errors
    /// The file can't be read, or a value in it makes no sense.
    pub fn open(file: &Path) -> Result<Self, RulesError> {
        Self::read(&std::fs::read_to_string(file)?)
    }

    /// Those in a text.
    ///
    /// # Errors
    /// A value makes no sense.
    pub fn read(text: &str) -> Result<Self, RulesError> {
        let file: File = toml::from_str(text)?;
        check(&file)?;
        let mut rules = Vec::with_capacity(file.rule.len());
        for row in file.rule {
            let when = condition(&row, &file.amounts)?;
            rules.push(Rule { name: row.name, outcome: row.outcome, reason: row.reason, when });
        }
        let env = Arc::new(Env::stdlib());
        let digest = crate::signed::hex(&Sha256::digest(text));
        let rules = Self { version: file.version, digest, text: text.to_owned(), rules, amounts: file.amounts, env };
        rules.try_out()?;
        Ok(rules)
    }

    /// What the conditions can name, with its value.
    pub(super) fn context(&self, facts: &Facts) -> Context<'static, 'static> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.add_variable_from_value(CURRENCY, facts.currency.as_str());
        for (name, known) in facts.each() {
            let value = match known {
                Known::Number(number) => Value::Int(number),
                Known::Since(hours) => Value::Int(hours.unwrap_or(NEVER_HOURS)),
                Known::Flag(flag) => Value::Bool(flag),
            };
            context.add_variable_from_value(name, value);
        }
        for (name, of) in &self.amounts {
            // Each has every currency, which was checked.
            context.add_variable_from_value(name.as_str(), Value::Int(of.get(&facts.currency).copied().unwrap_or(0)));
        }
        context
    }

    /// Asks every rule about two players, so that one that can never be answered is found at start.
    fn try_out(&self) -> Result<(), RulesError> {
        for currency in Currency::ALL.iter().copied() {
            let one = Facts::unremarkable(currency, 1);
            let other = Facts { locked: true, device_hours: Some(0), staked_minor: 1, ..one.clone() };
            for facts in [one, other] {
                let context = self.context(&facts);
                for rule in &self.rules {
                    rule.holds(&context).map_err(|what| wrong(&rule.name, "when", what))?;
                }
            }
        }
        Ok(())
    }
}

impl Rule {
    /// Whether the rule holds; why that can't be said, if it can't.
    pub(super) fn holds(&self, context: &Context<'_, '_>) -> Result<bool, String> {
        match self.when.execute(context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(other) => Err(format!("it is a {}, not true or false", other.type_of())),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn wrong(rule: &str, field: &'static str, what: impl Into<String>) -> RulesError {
    RulesError::Rule { rule: rule.to_owned(), field, what: what.into() }
}

/// Refuses what has no meaning, except in the conditions.
fn check(file: &File) -> Result<(), RulesError> {
    let senseless = |field: String, what: &str| Err(RulesError::Value { field, what: what.to_owned() });
    if !is_name(&file.version) {
        return senseless("version".into(), "1 to 60 letters, digits, dots, hyphens and underscores");
    }
    if file.rule.len() > MOST_RULES {
        return senseless("rule".into(), &format!("at most {MOST_RULES}"));
    }
    for (name, of) in &file.amounts {
        if !is_variable(name) || name == CURRENCY || Facts::NAMES.contains(&name.as_str()) {
            return senseless(format!("amounts.{name}"), "a name of letters and underscores that no fact has");
        }
        for currency in Currency::ALL {
            if of.get(currency).is_none_or(|amount_minor| !(0..=contract::wire::MAX_INTEGER).contains(amount_minor)) {
                return senseless(format!("amounts.{name}.{}", currency.as_str()), "minor units, 0 or more");
            }
        }
    }
    let mut names = BTreeSet::new();
    for (index, row) in file.rule.iter().enumerate() {
        if !is_name(&row.name) {
            let place = format!("{} (from 1)", index + 1);
            return Err(wrong(&place, "name", "1 to 60 letters, digits, dots, hyphens and underscores"));
        }
        if !names.insert(&row.name) {
            return Err(wrong(&row.name, "name", "there is another rule of this name"));
        }
        if row.outcome == Outcome::Allow {
            return Err(wrong(&row.name, "outcome", "hold or lock: what no rule holds is allowed"));
        }
        if !(1..=MAX_TEXT_CHARS).contains(&row.reason.trim().chars().count()) {
            return Err(wrong(&row.name, "reason", format!("1 to {MAX_TEXT_CHARS} characters")));
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=MAX_NAME_CHARS).contains(&text.len()) && text.chars().all(plain)
}

fn is_variable(text: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Reads a condition. It may name facts, amounts and the currency, and use operators; a function would be a
/// way to floats, texts and lists, which no rule needs.
fn condition(row: &Row, amounts: &BTreeMap<String, BTreeMap<Currency, i64>>) -> Result<Program, RulesError> {
    let program = Program::compile(&row.when).map_err(|error| wrong(&row.name, "when", error.to_string()))?;
    let references = program.references();
    let is_known = |name: &str| name == CURRENCY || Facts::NAMES.contains(&name) || amounts.contains_key(name);
    let mut unknown: Vec<&str> = references.variables().into_iter().filter(|name| !is_known(name)).collect();
    unknown.sort_unstable();
    if let Some(name) = unknown.first() {
        return Err(wrong(&row.name, "when", format!("there is no fact or amount {name}")));
    }
    let is_operator = |name: &str| name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    if let Some(name) = references.functions().into_iter().find(|name| !is_operator(name)) {
        return Err(wrong(&row.name, "when", format!("no function can be called, like {name}")));
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "version = 'v1'\n[amounts]\nsome = { EUR = 5, GBP = 5, USD = 5, JPY = 5, KWD = 5 }\n\
                        [[rule]]\nname = 'one'\nwhen = 'amount_minor >= some'\noutcome = 'hold'\nreason = 'Much.'\n";

    fn refused(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        Rules::read(&GOOD.replacen(from, to, 1)).err().unwrap_or_else(|| panic!("{to}")).to_string()
    }

    #[test]
    fn the_house_has_rules() {
        let house = Rules::house().expect("the data is good");
        assert_eq!(house.version, "house-1");
        assert!(house.rules.iter().any(|rule| rule.outcome == Outcome::Lock));
    }

    #[test]
    fn a_bad_table_is_refused_by_rule_and_field() {
        assert!(Rules::read(GOOD).is_ok());
        for (from, to, says) in [
            ("version = 'v1'", "", "version"),
            ("'v1'", "'v 1'", "version"),
            ("JPY = 5, ", "", "amounts.some.JPY"),
            ("KWD = 5", "KWD = -5", "amounts.some.KWD"),
            ("some = {", "amount_minor = {", "amounts.amount_minor"),
            ("name = 'one'", "name = ''", "rule 1 (from 1): name"),
            ("'hold'", "'allow'", "rule one: outcome"),
            ("'hold'", "'block'", "outcome"),
            ("'Much.'", "' '", "rule one: reason"),
            ("reason", "why", "why"),
            ("amount_minor >= some", "amount_minor >=", "rule one: when"),
            ("amount_minor >= some", "amount >= some", "rule one: when: there is no fact or amount amount"),
            ("amount_minor >= some", "amount_minor", "rule one: when: it is a int"),
            ("amount_minor >= some", "amount_minor * 1.5 > 2.0", "rule one: when"),
            ("amount_minor >= some", "locked > 5", "rule one: when"),
            ("amount_minor >= some", "double(amount_minor) > 1.0", "rule one: when: no function"),
            ("amount_minor >= some", "currency.size() > 1", "rule one: when: no function"),
        ] {
            let error = refused(from, to);
            assert!(error.contains(says), "{to}: {error}");
        }
        let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[rule]]").expect("there")..]);
        assert!(Rules::read(&twice).err().expect("twice").to_string().contains("rule one: name"));
    }

    #[test]
    fn other_words_are_another_digest() {
        let (one, other) = (Rules::read(GOOD).expect("good"), Rules::read(&format!("{GOOD}\n")).expect("good"));
        assert_eq!(one.version, other.version);
        assert_ne!(one.digest, other.digest);
    }
}
