//! One of each call and reply, for the API's description: a player who deposits, plays a round of
//! roulette, is given something, and withdraws. They are values of the contract's types, so that none
//! says what the code does not.

use contract::feed::Stake;
use contract::limits::Period;
use contract::live::Game;
use contract::money::Currency;
use contract::vendor::{Authenticate, Authenticated, BalanceQuery, PromoPayout, Reply, Rollback, Status, Transaction};
use contract::wallet::{Balance, Entry, EntryKind, History, MoneyCommand, Receipt, Summary};

const PLAYER: &str = "7b0f5a52-6a3d-4c8e-9a55-0e8b8d6f2c11";
const SESSION: &str = "tqjV9Vn2yq5nXH3Vb0cK8m1sYw6uZr4eLd7fGhJk2aQ";
const TOKEN: &str = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
const TABLE: &str = "roulette-1";
const ROUND: &str = "0198c0de-5a5e-7000-8000-00000000002a";
const BET: &str = "2f1d6c1e-0a3b-4f5d-8c7e-9b0a1d2c3e4f";
const WIN: &str = "5e8f7a6b-1c2d-4e3f-9a0b-7c6d5e4f3a2b";
const AT_MS: i64 = 1_800_000_000_000;

pub(super) fn command() -> MoneyCommand {
    MoneyCommand { amount_minor: 2_550, currency: Currency::Eur }
}

pub(super) fn balance() -> Balance {
    deposited().balance
}

pub(super) fn deposited() -> Receipt {
    receipt(EntryKind::Deposit, 2_550, 102_550)
}

pub(super) fn withdrawn() -> Receipt {
    receipt(EntryKind::Withdrawal, -2_550, 100_000)
}

pub(super) fn history() -> History {
    let entries = vec![withdrawn().entry, deposited().entry];
    let (total_in_minor, total_out_minor) = (2_550, 2_550);
    History { entries, next_before: None, total_in_minor, total_out_minor, currency: Currency::Eur }
}

pub(super) fn summary() -> Summary {
    Summary {
        currency: Currency::Eur,
        period: Period::Month,
        from_ms: 1_798_758_000_000,
        to_ms: 1_801_436_400_000,
        deposited_minor: 2_550,
        withdrawn_minor: 2_550,
        net_deposits_minor: 0,
        staked_minor: 500,
        won_minor: 1_000,
        net_win_minor: 500,
    }
}

fn receipt(kind: EntryKind, cash_minor: i64, cash_after_minor: i64) -> Receipt {
    let version = if kind == EntryKind::Deposit { 1_041 } else { 1_042 };
    let entry = Entry {
        id: "0198c0de-4f00-7000-8000-0000000003e8".into(),
        version,
        kind,
        cash_minor,
        held_minor: 0,
        bonus_minor: 0,
        currency: Currency::Eur,
        cash_after_minor,
        bonus_after_minor: 0,
        reference: None,
        at_ms: AT_MS,
    };
    let balance = Balance {
        currency: Currency::Eur,
        cash_minor: cash_after_minor,
        held_minor: 0,
        bonus_minor: 0,
        version,
        as_of_ms: AT_MS,
    };
    Receipt { entry, balance }
}

pub(super) fn authenticate() -> Authenticate {
    Authenticate { token: TOKEN.into() }
}

pub(super) fn authenticated() -> Authenticated {
    Authenticated {
        status: Status::Ok,
        session: SESSION.into(),
        player: PLAYER.into(),
        table: TABLE.into(),
        currency: Some(Currency::Eur),
        balance_minor: 102_550,
    }
}

pub(super) fn balance_query() -> BalanceQuery {
    BalanceQuery { session: SESSION.into() }
}

pub(super) fn bet() -> Transaction {
    Transaction {
        transaction: BET.into(),
        session: SESSION.into(),
        player: PLAYER.into(),
        table: TABLE.into(),
        round: ROUND.into(),
        amount_minor: 500,
        currency: Currency::Eur,
        game: Game::Roulette,
        settles: Vec::new(),
        stakes: Some(vec![Stake { spot: "red".into(), stake_minor: 500 }]),
    }
}

pub(super) fn win() -> Transaction {
    Transaction { transaction: WIN.into(), amount_minor: 1_000, settles: vec![BET.into()], stakes: None, ..bet() }
}

pub(super) fn rollback() -> Rollback {
    Rollback {
        transaction: "9c8b7a6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d".into(),
        bet: BET.into(),
        player: PLAYER.into(),
        table: TABLE.into(),
        round: ROUND.into(),
    }
}

pub(super) fn promo_payout() -> PromoPayout {
    PromoPayout {
        transaction: "c0ffee00-1a2b-4c3d-8e4f-5a6b7c8d9e0f".into(),
        session: SESSION.into(),
        player: PLAYER.into(),
        promotion: "lucky-seat-2027-01-15".into(),
        amount_minor: 500,
        currency: Currency::Eur,
    }
}

pub(super) fn reply(status: Status, detail: &str) -> Reply {
    Reply { status, balance_minor: 102_050, currency: Some(Currency::Eur), detail: detail.into() }
}
