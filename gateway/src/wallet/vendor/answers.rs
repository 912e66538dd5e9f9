//! One answer to each of the vendor's transactions.

use crate::idempotency::Fingerprint;
use crate::store::{Tx, params};
use crate::wallet::WalletError;
use crate::wallet::ledger::Holder;
use contract::money::Currency;
use contract::vendor::{Reply, Status};

/// What was decided, with a sentence for the vendor's log.
pub(super) type Verdict = (Status, &'static str);

/// A transaction's id with what makes it the same transaction.
pub(super) struct Once<'a> {
    pub(super) vendor: &'a str,
    pub(super) id: &'a str,
    pub(super) player: &'a str,
    pub(super) fingerprint: Fingerprint,
}

impl Once<'_> {
    /// The first answer, if there was one; else decides and keeps the answer in the transaction of
    /// its effect.
    pub(super) fn answer(
        &self,
        tx: &Tx<'_>,
        decide: impl FnOnce(&Tx<'_>) -> Result<Verdict, WalletError>,
    ) -> Result<Reply, WalletError> {
        if let Some(kept) = Kept::find(tx, self.vendor, self.id)? {
            if kept.fingerprint == self.fingerprint {
                return Ok(kept.reply);
            }
            return self.reply(tx, (Status::TransactionDiffers, "the id was used with other content"));
        }
        let verdict = match tx.attempt(decide) {
            Err(WalletError::AccountFull) => (Status::LimitReached, "the account can't hold more"),
            verdict => verdict?,
        };
        let reply = self.reply(tx, verdict)?;
        if !matches!(reply.status, Status::InvalidSession | Status::InvalidAmount) {
            Kept { fingerprint: self.fingerprint, reply: reply.clone() }.insert(tx, self.vendor, self.id)?;
        }
        Ok(reply)
    }

    fn reply(&self, tx: &Tx<'_>, (status, detail): Verdict) -> Result<Reply, WalletError> {
        let holder = if status == Status::InvalidSession { None } else { Holder::find(tx, self.player)? };
        let Some(holder) = holder else {
            return Ok(Reply { status, balance_minor: 0, currency: None, detail: detail.into() });
        };
        let (balance_minor, currency) = (holder.stakeable_minor(), Some(holder.balance.currency));
        Ok(Reply { status, balance_minor, currency, detail: detail.into() })
    }
}

/// The first answer to a transaction.
pub(super) struct Kept {
    fingerprint: Fingerprint,
    pub(super) reply: Reply,
}

impl Kept {
    pub(super) fn find(tx: &Tx<'_>, vendor: &str, id: &str) -> Result<Option<Self>, WalletError> {
        let found = tx.query_opt(
            "SELECT fingerprint, status, balance_minor, currency, detail FROM vendor_transactions
             WHERE vendor = ?1 AND id = ?2",
            params![vendor, id],
            |row| {
                let fingerprint = Fingerprint::from_bytes(row.get(0)?);
                let currency = row.get::<Option<String>>(3)?.and_then(|name| Currency::from_name(&name));
                let (status, balance_minor) = (row.named(1, Status::from_name)?, row.get(2)?);
                Ok(Self { fingerprint, reply: Reply { status, balance_minor, currency, detail: row.get(4)? } })
            },
        )?;
        Ok(found)
    }

    fn insert(&self, tx: &Tx<'_>, vendor: &str, id: &str) -> Result<(), WalletError> {
        tx.send(
            "INSERT INTO vendor_transactions (vendor, id, fingerprint, status, balance_minor, currency, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                vendor,
                id,
                self.fingerprint.as_bytes(),
                self.reply.status.as_str(),
                self.reply.balance_minor,
                self.reply.currency.map(Currency::as_str),
                self.reply.detail
            ],
        )?;
        Ok(())
    }
}
