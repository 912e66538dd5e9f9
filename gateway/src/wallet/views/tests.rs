//! What can't be seen from outside: a page that is cut off between its rows and its position.

use super::rebuild::rebuild;
use super::source::Position;
use super::*;
use crate::clock::Clock;
use crate::store::params;
use crate::wallet::risk::Rules;
use crate::wallet::{CreditReward, Wallet};
use apply::apply;

async fn wallet(folder: &tempfile::TempDir, entries: i64) -> (Storage, Wallet) {
    let storage = Storage::Folder(folder.path().into());
    let wallet =
        Wallet::open(&storage, Market::house().unwrap(), Rules::house().unwrap(), Clock::standing_at(9)).unwrap();
    for n in 0..entries {
        let reward = CreditReward {
            key: n.to_string(),
            player: if n % 2 == 0 { "ada" } else { "bob" }.to_owned(),
            offer: "offer".to_owned(),
            amount_minor: 1 + n,
            currency: Currency::Eur,
            bonus: false,
        };
        wallet.credit_reward(reward).await.unwrap();
    }
    (storage, wallet)
}

async fn rows(views: &Views) -> i64 {
    let count = "SELECT (SELECT count(*) FROM lines) + (SELECT count(*) FROM balances) + (SELECT count(*) FROM days)";
    views.0.database.read(move |sql| sql.query_one(count, params![], |row| row.get(0))).await.unwrap()
}

#[tokio::test]
async fn rows_and_their_position_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, wallet) = wallet(&folder, 5).await;
    let (views, market) = (wallet.views.clone(), wallet.market.clone());
    let rules = views.0.rules.clone();
    let begun = views.0.database.write(move |tx| generations::begin(tx, &rules)).await.unwrap();
    let at = Position::START;
    let read = move |sql: &Sql| source::page(sql, &at, u64::MAX, 3);
    let page = views.0.ledger.read(read).await.unwrap().unwrap();
    assert_eq!((page.entries.len(), page.to.version, page.head), (3, 3, 5));

    let (cut_market, cut_begun, cut_page) = (market.clone(), begun.clone(), page.clone());
    let cut = views.0.database.write(move |tx| {
        assert!(apply(tx, &cut_market, &cut_begun, &cut_page)?);
        // Everything is written, and then the process dies.
        Err::<(), _>(WalletError::Behind)
    });
    assert_eq!(cut.await, Err(WalletError::Behind));
    assert_eq!(rows(&views).await, 0);

    for is_first in [true, false] {
        let (market, begun, page) = (market.clone(), begun.clone(), page.clone());
        let applied = views.0.database.write(move |tx| apply(tx, &market, &begun, &page)).await;
        assert_eq!(applied, Ok(is_first), "and whoever comes second with the same page changes nothing");
        assert_eq!(rows(&views).await, 3 + 2 + 2);
    }
    assert_eq!(wallet.balance("ada").await.unwrap().cash_minor, 1 + 3 + 5, "a projector goes on from there");
    let same = rebuild(&storage, Market::house().unwrap(), true, Arc::new(|_| ())).await.unwrap();
    assert!(same.is_same() && same.entries == 5, "{same:?}");
}

#[tokio::test]
async fn a_program_with_other_rules_has_the_say_and_the_one_before_stands_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, before) = wallet(&folder, 2).await;
    assert_eq!(before.balance("ada").await.unwrap().cash_minor, 1);
    let rules = include_str!("../limits/market.toml").replace("Europe/Malta", "Asia/Tokyo");
    let after =
        Wallet::open(&storage, Market::read(&rules).unwrap(), Rules::house().unwrap(), Clock::standing_at(9)).unwrap();
    assert_eq!(after.balance("bob").await.unwrap().cash_minor, 2);
    let reward = CreditReward {
        key: "new".to_owned(),
        player: "ada".to_owned(),
        offer: "offer".to_owned(),
        amount_minor: 10,
        currency: Currency::Eur,
        bonus: false,
    };
    before.credit_reward(reward).await.unwrap();
    let (late, counted) = tokio::join!(before.balance("ada"), after.balance("ada"));
    assert_eq!((late.unwrap().cash_minor, counted.unwrap().cash_minor), (11, 11));
    let live = before.views.0.database.read(generations::live).await.unwrap().unwrap();
    assert!(live.rules.contains("Asia/Tokyo") && live.at.version == 3, "{live:?}");
    let refused = rebuild(&storage, Market::house().unwrap(), false, Arc::new(|_| ())).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("Asia/Tokyo")));
}
