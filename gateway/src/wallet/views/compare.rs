//! Two generations held against each other, row by row: a page of one beside its rows in the other. The
//! order is the database's, so nothing here depends on how it sorts.

use super::tables::{TABLES, Table};
use crate::store::{FromValue, Row, Sql, StoreError, ToValue, Value};
use std::collections::BTreeSet;
use std::fmt;

/// Rows that are read at once.
const PAGE: usize = 1_000;
/// Players that are remembered as suspects; a damaged store has more than anybody looks at.
const SUSPECTS: usize = 10_000;

/// What is live and what was rebuilt from the log say different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The read model: `balances`, `lines`, `days`, `sessions`, or `position` for how far it has come.
    pub projection: &'static str,
    /// Whose row it is; empty where it is nobody's.
    pub player: String,
    /// Which of the player's rows, where there are several.
    pub row: Option<String>,
    /// What differs; `row` where it is there on one side only.
    pub field: &'static str,
    /// What queries are answered with.
    pub live: String,
    /// What the log says.
    pub rebuilt: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { projection, player, row, field, live, rebuilt } = self;
        write!(f, "{projection}")?;
        for part in [Some(player), row.as_ref()].into_iter().flatten().filter(|part| !part.is_empty()) {
            write!(f, " {part}")?;
        }
        write!(f, " {field}: live {live}, rebuilt {rebuilt}")
    }
}

/// Any value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Integer(i64),
    Text(String),
}

impl FromValue for Cell {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Null),
            Value::Integer(number) => Some(Self::Integer(number)),
            Value::Text(text) => Some(Self::Text(text.to_owned())),
            Value::Blob(_) => None,
        }
    }
}

impl ToValue for Cell {
    fn to_value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("nothing"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A row of one generation, and the other's with the same keys.
struct Pair {
    keys: Vec<Cell>,
    left: Vec<Cell>,
    right: Option<Vec<Cell>>,
}

impl Pair {
    fn player(&self) -> String {
        self.keys.first().map(ToString::to_string).unwrap_or_default()
    }

    fn read(row: &Row<'_>, table: &Table) -> Result<Self, StoreError> {
        let (keys, fields) = (table.keys.len(), table.fields.len());
        let cells = |from: usize, count: usize| -> Result<Vec<Cell>, StoreError> {
            (from..from + count).map(|column| row.get(column)).collect()
        };
        let is_there = row.get::<Cell>(keys + fields)? != Cell::Null;
        let right = is_there.then(|| cells(keys + fields + 1, fields)).transpose()?;
        Ok(Self { keys: cells(0, keys)?, left: cells(keys, fields)?, right })
    }
}

/// Goes through the rows of one generation, all or one player's, each beside the other's. Ends when `visit`
/// says no.
fn pairs(
    sql: &Sql,
    table: &Table,
    (left, right): (i64, i64),
    only: Option<&str>,
    visit: &mut dyn FnMut(&Pair) -> bool,
) -> Result<(), StoreError> {
    let mut after: Option<Vec<Cell>> = None;
    loop {
        let statement = statement(table, after.is_some(), only.is_some());
        let mut values = vec![Value::Integer(left), Value::Integer(right)];
        values.extend(after.iter().flatten().map(ToValue::to_value));
        values.extend(only.iter().map(ToValue::to_value));
        let page = sql.query_all(&statement, &values, |row| Pair::read(row, table))?;
        for pair in &page {
            if !visit(pair) {
                return Ok(());
            }
        }
        match page.into_iter().nth(PAGE - 1) {
            Some(last) => after = Some(last.keys),
            None => return Ok(()),
        }
    }
}

fn statement(table: &Table, is_later: bool, is_one: bool) -> String {
    let Table { name, keys, fields } = table;
    let list = |prefix: &str, columns: &[&str]| {
        columns.iter().map(|column| format!("{prefix}{column}")).collect::<Vec<_>>().join(", ")
    };
    let marks =
        |from: usize, count: usize| (from..from + count).map(|mark| format!("?{mark}")).collect::<Vec<_>>().join(", ");
    let (own_keys, own_fields) = (list("", keys), list("", fields));
    let mut mark = 3;
    let mut which = String::new();
    if is_later {
        which.push_str(&format!(" AND ({own_keys}) > ({})", marks(mark, keys.len())));
        mark += keys.len();
    }
    if is_one {
        which.push_str(&format!(" AND player = ?{mark}"));
    }
    let same = keys.iter().map(|key| format!("r.{key} = l.{key}")).collect::<Vec<_>>().join(" AND ");
    format!(
        "SELECT {}, {}, r.gen, {}
         FROM (SELECT {own_keys}, {own_fields} FROM {name} WHERE gen = ?1{which} ORDER BY {own_keys} LIMIT {PAGE}) AS l
         LEFT JOIN {name} AS r ON r.gen = ?2 AND {same}
         ORDER BY {}",
        list("l.", keys),
        list("l.", fields),
        list("r.", fields),
        list("l.", keys),
    )
}

/// Players whose rows differ, many of them because an entry came in between; false if there are more than
/// anybody looks at. `progress` hears of rows.
pub(super) fn suspects(
    sql: &Sql,
    (live, rebuilt): (i64, i64),
    progress: &dyn Fn(u64),
) -> Result<(BTreeSet<String>, bool), StoreError> {
    let (mut found, mut rows) = (BTreeSet::new(), 0);
    for table in &TABLES {
        let mut visit = |pair: &Pair, is_same: bool| {
            rows += 1;
            progress(rows);
            if !is_same {
                found.insert(pair.player());
            }
            found.len() < SUSPECTS
        };
        pairs(sql, table, (live, rebuilt), None, &mut |pair| visit(pair, pair.right.as_ref() == Some(&pair.left)))?;
        pairs(sql, table, (rebuilt, live), None, &mut |pair| visit(pair, pair.right.is_some()))?;
    }
    let is_all = found.len() < SUSPECTS;
    Ok((found, is_all))
}

/// What differs for one player.
pub(super) fn differences(sql: &Sql, (live, rebuilt): (i64, i64), player: &str) -> Result<Vec<Difference>, StoreError> {
    let mut found = Vec::new();
    for table in &TABLES {
        let of = |pair: &Pair, field, live: String, rebuilt: String| {
            let own = table.keys.iter().zip(&pair.keys).skip(1).map(|(key, value)| format!("{key} {value}"));
            let row = Some(own.collect::<Vec<_>>().join(" ")).filter(|row| !row.is_empty());
            Difference { projection: table.name, player: pair.player(), row, field, live, rebuilt }
        };
        let (there, absent) = (|| "there".to_owned(), || "absent".to_owned());
        pairs(sql, table, (live, rebuilt), Some(player), &mut |pair| {
            let Some(right) = &pair.right else {
                found.push(of(pair, "row", there(), absent()));
                return true;
            };
            for (field, (live, rebuilt)) in table.fields.iter().zip(pair.left.iter().zip(right)) {
                if live != rebuilt {
                    found.push(of(pair, field, live.to_string(), rebuilt.to_string()));
                }
            }
            true
        })?;
        pairs(sql, table, (rebuilt, live), Some(player), &mut |pair| {
            if pair.right.is_none() {
                found.push(of(pair, "row", absent(), there()));
            }
            true
        })?;
    }
    Ok(found)
}
