use super::*;
use crate::store::{Database, Storage, params};

const MIGRATIONS: &[&str] = &[SCHEMA, "CREATE TABLE effects (n INTEGER NOT NULL) STRICT"];

fn database() -> (tempfile::TempDir, Database) {
    let dir = tempfile::tempdir().unwrap();
    let database = Storage::Folder(dir.path().into()).open("a", MIGRATIONS).unwrap();
    (dir, database)
}

async fn command(database: &Database, key: &str, body: i64, refuse: Option<Code>) -> Result<Reply, ApiError> {
    let key = Key(key.to_owned());
    database
        .write(move |tx| {
            once(tx, "player", &key, Fingerprint::of("route", &body)?, |tx| {
                tx.execute("INSERT INTO effects VALUES (?1)", params![body])?;
                match refuse {
                    Some(code) => Err(ApiError::new(code, "refused")),
                    None => Ok((StatusCode::CREATED, body)),
                }
            })
        })
        .await
}

async fn effects(database: &Database) -> i64 {
    database.read(|sql| sql.query_one("SELECT count(*) FROM effects", &[], |row| row.get(0))).await.unwrap()
}

#[tokio::test]
async fn one_key_has_one_effect_and_one_reply() {
    let (_dir, database) = database();
    let first = command(&database, "k", 1, None).await.unwrap();
    let again = command(&database, "k", 1, None).await.unwrap();
    assert_eq!((first.hit, again.hit), (false, true));
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(command(&database, "k", 2, None).await.unwrap_err().code, Code::KeyReused);
    assert_eq!(effects(&database).await, 1);
    command(&database, "other", 2, None).await.unwrap();
    assert_eq!(effects(&database).await, 2);
}

#[tokio::test]
async fn a_refusal_by_a_rule_is_kept_and_leaves_no_effect() {
    let (_dir, database) = database();
    let refused = command(&database, "k", 1, Some(Code::InsufficientFunds)).await.unwrap();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = command(&database, "k", 1, None).await.unwrap();
    assert_eq!((again.hit, again.body), (true, refused.body));
    assert_eq!(effects(&database).await, 0);
}

#[tokio::test]
async fn what_may_end_otherwise_or_never_began_is_not_kept() {
    let (_dir, database) = database();
    for code in [Code::Unavailable, Code::Internal, Code::TooMany, Code::InvalidValue] {
        assert_eq!(command(&database, "k", 1, Some(code)).await.unwrap_err().code, code);
    }
    assert_eq!(effects(&database).await, 0);
    assert!(!command(&database, "k", 1, None).await.unwrap().hit);
}

#[test]
fn a_key_in_flight_is_refused_until_it_lands() {
    let all = InFlight::default();
    let key = Key("k".into());
    let guard = all.enter("player", &key).unwrap();
    assert_eq!(all.enter("player", &key).unwrap_err().code, Code::InFlight);
    assert!(all.enter("another", &key).is_ok(), "another player's key is another key");
    drop(guard);
    assert!(all.enter("player", &key).is_ok());
}

#[test]
fn white_space_makes_no_other_command() {
    let of = |body: &str| {
        let command: contract::wallet::MoneyCommand = serde_json::from_str(body).unwrap();
        Fingerprint::of("route", &command).unwrap()
    };
    let plain = of(r#"{"amount_minor":1,"currency":"EUR"}"#);
    assert_eq!(plain, of(r#"{ "currency": "EUR", "amount_minor": 1 }"#));
    assert_ne!(plain, of(r#"{"amount_minor":2,"currency":"EUR"}"#));
    assert_ne!(plain, Fingerprint::of("elsewhere", &1).unwrap());
}
