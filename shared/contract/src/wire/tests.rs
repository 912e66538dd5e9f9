use super::*;
use crate::feed::{FromVendor, RefusalCode, Refused};
use crate::wallet::{Balance, History};

fn balance() -> Balance {
    Balance {
        currency: crate::money::Currency::Eur,
        cash_minor: 5,
        held_minor: 0,
        bonus_minor: 0,
        version: 3,
        as_of_ms: 1_700_000_000_000,
    }
}

#[test]
fn both_codecs_write_the_same() {
    let written: serde_json::Value = balance().write();
    assert_eq!(written, serde_json::to_value(balance()).unwrap());
    let refused =
        FromVendor::Refused(Refused { key: None, code: RefusalCode::TableLimit, field: None, detail: "no".into() });
    let written: serde_json::Value = refused.write();
    assert_eq!(written, serde_json::to_value(&refused).unwrap());
    assert_eq!(read(written), Ok(refused));
}

#[test]
fn a_raw_field_name_is_plain_on_the_wire() {
    let problem = crate::problem::Problem {
        r#type: "/problems/internal".into(),
        title: "t".into(),
        status: 500,
        detail: "d".into(),
        field: None,
    };
    let written: serde_json::Value = problem.write();
    assert_eq!(written, serde_json::to_value(&problem).unwrap());
    assert_eq!(read(written), Ok(problem));
}

#[test]
fn an_error_names_the_member_by_its_path() {
    let mut entry =
        serde_json::json!({ "entries": [{ "id": 5 }], "total_in_minor": 0, "total_out_minor": 0, "currency": "EUR" });
    let error = read::<_, History>(entry.clone()).unwrap_err();
    assert_eq!(error.to_string(), "entries[0].id: expected text");
    entry["entries"] = serde_json::json!([]);
    entry["total_in_minor"] = serde_json::json!(1.5);
    assert_eq!(read::<_, History>(entry).unwrap_err().path, "total_in_minor");
}
