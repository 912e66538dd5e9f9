//! What a vendor's own promotion pays: cash, outside of any round, once for each transaction.

use super::VendorSession;
use super::answers::Once;
use super::ids;
use super::moves::{Move, MoveKind};
use crate::idempotency::Fingerprint;
use crate::problem::ApiError;
use crate::store::Tx;
use crate::wallet::WalletError;
use crate::wallet::house::command_limit_minor;
use crate::wallet::ledger::{self, Account, Draft, Holder, Transfer};
use crate::wallet::limits::{self, Market};
use crate::wallet::risk;
use contract::vendor::{PromoPayout, Reply, Status};
use contract::wallet::EntryKind;

/// Refuses names that no vendor's system gives.
pub(super) fn check_ids(call: &PromoPayout) -> Result<(), ApiError> {
    ids::uuid("transaction", &call.transaction)?;
    ids::names([("player", &call.player), ("promotion", &call.promotion)])
}

/// Pays. As with a win, an ended session is no obstacle: it says whose session it was. A break is one, whenever the
/// prize was drawn: a gift brings back to the games whoever stays away from them.
pub(super) fn pay(
    tx: &Tx<'_>,
    market: &Market,
    vendor: &str,
    call: &PromoPayout,
    session: Option<(VendorSession, bool)>,
    now_ms: i64,
) -> Result<Reply, WalletError> {
    // A vendor may have renewed the session before it retries.
    let fingerprint = Fingerprint::of("promo-payout", &PromoPayout { session: String::new(), ..call.clone() })?;
    Once { vendor, id: &call.transaction, player: &call.player, fingerprint }.answer(tx, |tx| {
        let Some((session, _)) = session.filter(|(session, _)| is_of(session, call)) else {
            return Ok((Status::InvalidSession, "the session is unknown or not of this player"));
        };
        let mut holder = Holder::open(tx, &call.player, session.currency, now_ms)?;
        if call.amount_minor <= 0 || call.currency != session.currency || holder.require(call.currency).is_err() {
            return Ok((Status::InvalidAmount, "a payout is more than 0, in the currency of session and account"));
        }
        if call.amount_minor > command_limit_minor(call.currency) {
            return Ok((Status::LimitReached, "the payout is above the house limit"));
        }
        if let Some(reached) = limits::break_of(tx, market, &call.player, now_ms)? {
            return Ok((Status::LimitReached, reached.detail()));
        }
        let transfers = [Transfer::single(Account::Promotions, Account::Cash, call.amount_minor)];
        let reference = Some(call.promotion.clone());
        let draft = Draft { kind: EntryKind::PromoPayout, transfers: &transfers, reference, at_ms: now_ms };
        let receipt = ledger::post(tx, &mut holder, draft)?;
        let moved = Move {
            id: &call.transaction,
            kind: MoveKind::PromoPayout,
            player: &call.player,
            round: None,
            bet: None,
            amount_minor: call.amount_minor,
            receipt: Some(&receipt),
            at_ms: now_ms,
        };
        moved.insert(tx, vendor)?;
        risk::given(tx, &call.player, call.amount_minor, now_ms)?;
        Ok((Status::Ok, "the payout was credited"))
    })
}

fn is_of(session: &VendorSession, call: &PromoPayout) -> bool {
    session.session == call.session && session.player == call.player
}
