//! What the wallet has to say when books are compared: the vendor's transactions as they were carried out,
//! the bets, and the entries of both, and of rewards and deposits.
//!
//! **Architecture invariant:** it reads, in one snapshot, and compares nothing itself.

use super::vendor::moves::MoveKind;
use super::{MIGRATIONS, WalletError};
use crate::store::{Row, Sql, Storage, StoreError, params};
use contract::live::Game;
use contract::money::Currency;
use contract::vendor::StatementKind;

/// From when on things are read; Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// The vendor's transactions and their entries.
    pub moves_ms: i64,
    /// Bets, deposits and rewards, which promotions look at for longer. Open bets are read however old.
    pub bets_ms: i64,
}

/// The wallet's part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// The vendor's transactions are kept from after this time on; in a book of this version, always.
    pub begun_ms: i64,
    /// The vendor's transactions, and ours in their place.
    pub moves: Vec<Move>,
    /// Bets; those that were taken back before they came have a stake of 0.
    pub bets: Vec<Bet>,
    /// Entries that only a transaction of the vendor's can have made, or one of ours in its place.
    pub entries: Vec<Entry>,
    /// Entries that only a promotion of the house's can have made; the reference is the offer.
    pub rewards: Vec<Entry>,
    /// What players paid in. The opening deposit of a demo player is among them.
    pub deposits: Vec<Entry>,
}

/// What one transaction moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The vendor's id, or ours.
    pub id: String,
    /// Which call; a stake that we gave back by ourselves counts as a rollback.
    pub kind: StatementKind,
    /// We gave the stake back by ourselves: the vendor knows nothing of this id.
    pub is_ours: bool,
    /// Whose money it is.
    pub player: String,
    /// Which round.
    pub round: Option<String>,
    /// The bet that was taken back.
    pub bet: Option<String>,
    /// How much.
    pub amount_minor: i64,
    /// In which currency; none if nothing moved.
    pub currency: Option<Currency>,
    /// The position of its entry; none if nothing moved.
    pub entry: Option<u64>,
    /// When.
    pub at_ms: i64,
}

/// Where a bet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BetState {
    /// Neither won nor lost nor taken back.
    Open,
    /// Won or lost.
    Settled,
    /// Taken back.
    RolledBack,
}

/// A bet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bet {
    /// The vendor's id.
    pub id: String,
    /// Where it stands.
    pub state: BetState,
    /// Whose it is.
    pub player: String,
    /// Which round.
    pub round: String,
    /// Which game; none if it never came.
    pub game: Option<Game>,
    /// The stake.
    pub stake_minor: i64,
    /// The currency of the player's account.
    pub currency: Option<Currency>,
    /// When it was taken.
    pub placed_ms: i64,
    /// The transaction that ended it.
    pub ended_by: Option<String>,
    /// When it ended.
    pub ended_ms: Option<i64>,
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its position.
    pub version: u64,
    /// Its id.
    pub id: String,
    /// Its kind, as the history names it.
    pub kind: String,
    /// Whose it is.
    pub player: String,
    /// By how much cash changed.
    pub cash_minor: i64,
    /// By how much bonus money changed.
    pub bonus_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// What it refers to.
    pub reference: Option<String>,
    /// When.
    pub at_ms: i64,
}

impl Entry {
    /// How much moved, whichever way.
    #[must_use]
    pub fn amount_minor(&self) -> i64 {
        self.cash_minor.saturating_add(self.bonus_minor).saturating_abs()
    }
}

/// Reads the wallet's part as far as it concerns one vendor.
///
/// # Errors
/// The ledger can't be read.
pub fn books(storage: &Storage, vendor: &str, since: Since) -> Result<Books, WalletError> {
    storage.inspect("wallet", MIGRATIONS, |sql| read(sql, vendor, since))
}

fn read(sql: &Sql, vendor: &str, since: Since) -> Result<Books, WalletError> {
    let (begun, begun_ms): (i64, i64) =
        sql.query_one("SELECT version, at_ms FROM vendor_moves_begin", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let of_vendor = "kind IN ('bet', 'win', 'rollback', 'promo-payout')";
    Ok(Books {
        begun_ms,
        moves: moves(sql, vendor, since.moves_ms)?,
        bets: bets(sql, vendor, since.bets_ms)?,
        entries: entries(sql, of_vendor, begun, since.moves_ms)?,
        rewards: entries(sql, "kind = 'bonus'", 0, since.bets_ms)?,
        deposits: entries(sql, "kind = 'deposit'", 0, since.bets_ms)?,
    })
}

fn moves(sql: &Sql, vendor: &str, since_ms: i64) -> Result<Vec<Move>, StoreError> {
    sql.query_all(
        "SELECT id, kind, player, round, bet, amount_minor, currency, entry, at_ms FROM vendor_moves
         WHERE vendor = ?1 AND at_ms >= ?2 ORDER BY at_ms, id",
        params![vendor, since_ms],
        |row| {
            let kind = row.named(1, MoveKind::from_name)?;
            let called = match kind {
                MoveKind::Bet => StatementKind::Bet,
                MoveKind::Win => StatementKind::Win,
                MoveKind::Rollback | MoveKind::Overdue => StatementKind::Rollback,
                MoveKind::PromoPayout => StatementKind::PromoPayout,
            };
            Ok(Move {
                id: row.get(0)?,
                kind: called,
                is_ours: kind == MoveKind::Overdue,
                player: row.get(2)?,
                round: row.get(3)?,
                bet: row.get(4)?,
                amount_minor: row.get(5)?,
                currency: optional(row, 6)?,
                entry: row.get(7)?,
                at_ms: row.get(8)?,
            })
        },
    )
}

fn bets(sql: &Sql, vendor: &str, since_ms: i64) -> Result<Vec<Bet>, StoreError> {
    sql.query_all(
        "SELECT b.id, b.state, b.player, b.round, b.game, b.cash_minor + b.bonus_minor, h.currency, b.placed_ms,
                b.ended_by, b.ended_ms
         FROM bets b LEFT JOIN holders h ON h.player = b.player
         WHERE b.vendor = ?1 AND (b.placed_ms >= ?2 OR b.state = 'open') ORDER BY b.placed_ms, b.id",
        params![vendor, since_ms],
        |row| {
            Ok(Bet {
                id: row.get(0)?,
                state: row.named(1, |name| match name {
                    "open" => Some(BetState::Open),
                    "settled" => Some(BetState::Settled),
                    "rolled-back" => Some(BetState::RolledBack),
                    _ => None,
                })?,
                player: row.get(2)?,
                round: row.get(3)?,
                game: row.get::<Option<String>>(4)?.as_deref().and_then(Game::from_name),
                stake_minor: row.get(5)?,
                currency: optional(row, 6)?,
                placed_ms: row.get(7)?,
                ended_by: row.get(8)?,
                ended_ms: row.get(9)?,
            })
        },
    )
}

fn entries(sql: &Sql, kinds: &str, after: i64, since_ms: i64) -> Result<Vec<Entry>, StoreError> {
    sql.query_all(
        &format!(
            "SELECT version, id, kind, player, cash_minor, bonus_minor, currency, reference, at_ms FROM entries
             WHERE {kinds} AND version > ?1 AND at_ms >= ?2 ORDER BY version"
        ),
        params![after, since_ms],
        |row| {
            Ok(Entry {
                version: row.get(0)?,
                id: row.get(1)?,
                kind: row.get(2)?,
                player: row.get(3)?,
                cash_minor: row.get(4)?,
                bonus_minor: row.get(5)?,
                currency: row.named(6, Currency::from_name)?,
                reference: row.get(7)?,
                at_ms: row.get(8)?,
            })
        },
    )
}

fn optional(row: &Row<'_>, column: usize) -> Result<Option<Currency>, StoreError> {
    Ok(row.get::<Option<String>>(column)?.as_deref().and_then(Currency::from_name))
}
