//! What the vendor's answer makes of the lobby: pure.

use std::collections::HashSet;

use contract::live::{Table, Tables};
use serde::Deserialize;
use thiserror::Error;

use crate::config::VendorOrigins;

/// No vendor has more tables here.
const MAX_TABLES: usize = 200;

/// Why an answer of the vendor's is not used.
#[derive(Debug, Error)]
pub(super) enum BadAnswer {
    /// It is no list of tables.
    #[error("tables: {0}")]
    Shape(#[from] serde_json::Error),
    /// Too many.
    #[error("tables: {0} of them, at most {MAX_TABLES} are taken")]
    TooMany(usize),
    /// Two of one id, or an id that is none.
    #[error("tables[{0}].id: is taken or no short name")]
    Id(usize),
    /// Limits that no stake can meet.
    #[error("tables[{0}].min_minor: must be more than 0 and at most max_minor")]
    Limits(usize),
    /// An address outside of the vendor's origin: the page may not reach it.
    #[error("tables[{0}].{1}: is not below the vendor's origin")]
    Origin(usize, &'static str),
}

#[derive(Deserialize)]
struct Answer {
    tables: Vec<Table>,
}

/// Reads the answer to `GET /tables`.
///
/// # Errors
/// The first thing wrong with it; then none of it is used.
pub(super) fn read(answer: &[u8], vendor: &VendorOrigins) -> Result<Tables, BadAnswer> {
    let tables = serde_json::from_slice::<Answer>(answer)?.tables;
    if tables.len() > MAX_TABLES {
        return Err(BadAnswer::TooMany(tables.len()));
    }
    let mut ids = HashSet::new();
    for (index, table) in tables.iter().enumerate() {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good_id = (1..=40).contains(&table.id.len()) && table.id.bytes().all(plain);
        if !good_id || !ids.insert(table.id.as_str()) {
            return Err(BadAnswer::Id(index));
        }
        if table.min_minor <= 0 || table.min_minor > table.max_minor {
            return Err(BadAnswer::Limits(index));
        }
        let addresses = [
            ("feed_url", &table.feed_url, &vendor.ws),
            ("video_url", &table.video_url, &vendor.http),
            ("still_url", &table.still_url, &vendor.http),
        ];
        for (name, url, origin) in addresses {
            if !VendorOrigins::holds(origin, url) {
                return Err(BadAnswer::Origin(index, name));
            }
        }
    }
    Ok(Tables { tables, offline_since_ms: None })
}

/// The same tables while the vendor does not answer; it was there until now, or is already known to be gone.
pub(super) fn offline(last: &Tables, now_ms: i64) -> Tables {
    let tables = last.tables.iter().cloned().map(|table| Table { online: false, seated: 0, ..table }).collect();
    Tables { tables, offline_since_ms: last.offline_since_ms.or(Some(now_ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn vendor() -> VendorOrigins {
        VendorOrigins { http: "http://v:9".into(), ws: "ws://v:9".into() }
    }

    fn table(id: &str) -> Value {
        json!({ "id": id, "game": "roulette", "name": "Azure", "dealer": "Ada", "min_minor": 100, "max_minor": 500,
                "currency": "EUR", "seated": 3, "online": true, "feed_url": "ws://v:9/feed",
                "video_url": "http://v:9/video/r/index.m3u8", "still_url": "http://v:9/video/r/still.jpg" })
    }

    fn refusal(change: impl Fn(&mut Value)) -> String {
        let mut answer = json!({ "tables": [table("r-1")] });
        change(&mut answer["tables"]);
        read(answer.to_string().as_bytes(), &vendor()).expect_err("a bad answer").to_string()
    }

    #[test]
    fn a_good_list_is_kept_as_it_is_and_goes_offline_as_a_whole() {
        let answer = json!({ "tables": [table("r-1"), table("r-2")] }).to_string();
        let lobby = read(answer.as_bytes(), &vendor()).expect("a good answer");
        assert!(lobby.offline_since_ms.is_none() && lobby.tables.iter().all(|table| table.online));
        let gone = offline(&lobby, 7_000);
        let offline = offline(&gone, 9_000);
        assert_eq!(offline.offline_since_ms, Some(7_000), "since it went, not since it was looked for last");
        assert!(offline.tables.iter().all(|table| !table.online && table.seated == 0));
        assert_eq!(offline.tables[1].name, "Azure");
    }

    #[test]
    fn whatever_else_the_vendor_sends_is_refused_by_name() {
        assert!(refusal(|tables| tables[0]["id"] = json!("../x")).contains("tables[0].id"));
        assert!(refusal(|tables| tables.as_array_mut().expect("a list").push(table("r-1"))).contains("tables[1].id"));
        assert!(refusal(|tables| tables[0]["min_minor"] = json!(0)).contains("min_minor"));
        assert!(refusal(|tables| tables[0]["min_minor"] = json!(501)).contains("min_minor"));
        assert!(refusal(|tables| tables[0]["feed_url"] = json!("ws://v:99/feed")).contains("feed_url"));
        assert!(refusal(|tables| tables[0]["still_url"] = json!("javascript:1")).contains("still_url"));
        assert!(refusal(|tables| tables[0]["currency"] = json!("XXX")).contains("tables"));
        assert!(read(b"<html>", &vendor()).is_err());
    }
}
