//! What operators did to withdrawals: the wallet decides about money and tells of it; it is written down here,
//! with all else that operators do. Each deed is one line.

use super::log::{self, Deed};
use crate::events::{Subscription, follow};
use crate::identity::Identity;
use crate::store::outbox::{Event, Page};
use crate::store::{StoreError, Tx};
use crate::wallet::events::{OPERATOR_DEED, OperatorDeed};

/// Follows the wallet for as long as it runs.
pub(in crate::identity) async fn run(identity: Identity, wallet: Subscription) {
    let effect = |tx: &Tx<'_>, page: &Page| {
        let mut deeds = page.events.iter().filter(|event| event.topic == OPERATOR_DEED);
        deeds.try_for_each(|event| write_down(tx, event))
    };
    follow(&identity.0.database, &wallet, |event| event.topic == OPERATOR_DEED, effect, |()| {}).await;
}

fn write_down(tx: &Tx<'_>, event: &Event) -> Result<(), StoreError> {
    let OperatorDeed { operator, action, player, reason, at_ms } = match serde_json::from_str(&event.payload) {
        Ok(deed) => deed,
        Err(error) => {
            // An event of another version must not stop all that come after it.
            tracing::error!(seq = event.seq, %error, "an operator's deed can't be read and is skipped");
            return Ok(());
        }
    };
    let deed = Deed { operator: &operator, action, subject: Some(&player), reason: Some(&reason) };
    log::append(tx, deed, at_ms)
}
