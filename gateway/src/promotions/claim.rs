//! Paying out a reward: two files, so two steps.
//!
//! First the claim is written down (`claiming`) with what it is owed, then the wallet credits under the
//! key `offer:player`, which has one effect however often it is asked, then the claim is closed. What
//! dies in between is carried on by [`run`], so a claim that was accepted is paid, once; or the wallet
//! refuses it for good, and it is as if it was never made.

use std::time::Duration;

use http::StatusCode;

use contract::problem::Code;
use contract::promotions::Offer;

use super::catalogue::HouseOffer;
use super::follow::happened;
use super::offer::{self, Input, Refusal, Stage, Standing};
use super::store::Owed;
use super::{NoCredit, Promotions, store};
use crate::idempotency::{self, Fingerprint, Key, Reply};
use crate::problem::ApiError;
use crate::store::{Sql, StoreError, Tx};
use crate::wallet::CreditReward;
use crate::wallet::limits::Reached;

/// How often open claims and expired offers are looked for.
const INTERVAL: Duration = Duration::from_secs(2);
/// How many at once.
const BATCH: u32 = 100;

/// What the first step found.
enum Begun {
    /// The key has its answer already, or the claim is refused.
    Answered(Reply),
    /// The reward has to be credited.
    Owed(Owed),
}

/// A player's wish for a reward.
#[derive(Clone)]
pub(super) struct Claim {
    pub(super) player: String,
    pub(super) offer: HouseOffer,
    pub(super) key: Key,
    /// The key as text: what an interrupted claim is recognised by when it comes again.
    pub(super) key_text: String,
    /// Of the answer.
    pub(super) language: String,
    /// Refuses a claim that is new; one that was accepted before is paid all the same.
    pub(super) taking_a_break: Option<Reached>,
}

/// A player's claim, from the first step to the answer.
pub(super) async fn claim(promotions: &Promotions, claim: Claim) -> Result<Reply, ApiError> {
    let inner = &promotions.0;
    let _guard = inner.in_flight.enter(&claim.player, &claim.key)?;
    let fingerprint = Fingerprint::of("claim", &claim.offer.id)?;
    let (first, clock) = (claim.clone(), inner.clock.clone());
    let begun = inner.database.write(move |tx| begin(tx, &first, fingerprint, clock.now_ms())).await?;
    let owed = match begun {
        Begun::Answered(reply) => return Ok(reply),
        Begun::Owed(owed) => owed,
    };
    match credit(promotions, &claim.player, &claim.offer.id, owed).await {
        Ok(()) => {}
        Err(NoCredit::Later(error)) => return Err(error),
        Err(NoCredit::Never(refusal)) => return refused(promotions, claim, fingerprint, refusal).await,
    }
    let clock = inner.clock.clone();
    inner
        .database
        .write(move |tx| {
            idempotency::once(tx, &claim.player, &claim.key, fingerprint, |tx| {
                Ok((StatusCode::OK, finish(tx, &claim, clock.now_ms())?))
            })
        })
        .await
}

/// Writes down that the reward is claimed, unless the key has an answer or the claim is refused;
/// a refusal is kept under the key.
fn begin(tx: &Tx<'_>, claim: &Claim, fingerprint: Fingerprint, now_ms: i64) -> Result<Begun, ApiError> {
    let Claim { player, offer, key, key_text, .. } = claim;
    happened(tx, player, offer, Input::Tick { now_ms }, None, now_ms)?;
    let standing = store::standing(tx, player, &offer.id)?;
    // This very claim may have been interrupted after its first step and carried on by `run`.
    let accepted = store::has_claimed(tx, player, &offer.id, key_text)?;
    let carried_on = standing.stage == Stage::Claimed && accepted;
    let terms = &offer.version_for(&standing)?.terms;
    let refusal = offer::step(terms, standing, Input::Claim).err().filter(|_| !carried_on).map(ApiError::from);
    let barred = claim.taking_a_break.filter(|_| !accepted).map(ApiError::from);
    let answer = idempotency::once(tx, player, key, fingerprint, |_| match barred.or(refusal) {
        Some(refusal) => Err::<(StatusCode, ()), _>(refusal),
        // Not final, so it is not kept under the key: the answer is known once the wallet has
        // credited.
        None => Err(ApiError::new(Code::InFlight, "The claim begins.")),
    });
    match answer {
        Ok(reply) => return Ok(Begun::Answered(reply)),
        Err(error) if error.code != Code::InFlight => return Err(error),
        Err(_) => {}
    }
    if !carried_on {
        store::apply(tx, player, offer, Input::Claim, None, now_ms)??;
        store::note_claim(tx, player, &offer.id, key_text)?;
        store::owe(tx, player, &offer.id, &of_terms(&standing, offer, now_ms)?)?;
    }
    Ok(Begun::Owed(owed(tx, player, &offer.id)?))
}

/// What a claim is owed under the terms that the player has accepted.
fn of_terms(standing: &Standing, offer: &HouseOffer, now_ms: i64) -> Result<Owed, StoreError> {
    let version = offer.version_for(standing)?;
    Ok(Owed {
        amount_minor: standing.reward_minor(&version.terms),
        currency: offer.currency,
        bonus: version.reward_is_bonus,
        claimed_at_ms: now_ms,
    })
}

/// What a claim is owed: what was fixed when it was made.
fn owed(sql: &Sql, player: &str, offer: &str) -> Result<Owed, StoreError> {
    let without = || StoreError::Mistake(format!("a claim of {offer} is written down without what it is owed"));
    store::owed(sql, player, offer)?.ok_or_else(without)
}

async fn credit(promotions: &Promotions, player: &str, offer: &str, owed: Owed) -> Result<(), NoCredit> {
    // A wallet that is switched off is off for other services too.
    promotions.0.wallet_switch.pass().await.map_err(NoCredit::Later)?;
    let reward = CreditReward {
        key: format!("{offer}:{player}"),
        player: player.to_owned(),
        offer: offer.to_owned(),
        amount_minor: owed.amount_minor,
        currency: owed.currency,
        bonus: owed.bonus,
    };
    promotions.0.wallet.credit(reward).await
}

/// The wallet will not credit: the claim is taken back, and the refusal is its key's answer.
async fn refused(
    promotions: &Promotions,
    claim: Claim,
    fingerprint: Fingerprint,
    refusal: ApiError,
) -> Result<Reply, ApiError> {
    let clock = promotions.0.clock.clone();
    promotions
        .0
        .database
        .write(move |tx| {
            undo(tx, &claim.player, &claim.offer, &refusal, clock.now_ms())?;
            idempotency::once(tx, &claim.player, &claim.key, fingerprint, |_| {
                Err::<(StatusCode, ()), _>(refusal.clone())
            })
        })
        .await
}

/// The way back of a claim that was written down and can't be paid: the reward waits to be claimed again.
fn undo(tx: &Tx<'_>, player: &str, offer: &HouseOffer, refusal: &ApiError, now_ms: i64) -> Result<(), StoreError> {
    // Another one may have ended it meanwhile.
    if store::standing(tx, player, &offer.id)?.stage == Stage::Claiming {
        tracing::error!(player, offer = offer.id, %refusal, "the wallet refuses a reward for good; its claim is taken back");
        happened(tx, player, offer, Input::CreditRefused, None, now_ms)?;
        store::forget_claim(tx, player, &offer.id)?;
    }
    Ok(())
}

/// Closes the claim. Another one, or [`run`], may have closed it meanwhile.
fn finish(tx: &Tx<'_>, claim: &Claim, now_ms: i64) -> Result<Offer, ApiError> {
    let Claim { player, offer, language, .. } = claim;
    happened(tx, player, offer, Input::Credited, None, now_ms)?;
    let standing = store::standing(tx, player, &offer.id)?;
    if standing.stage != Stage::Claimed {
        return Err(ApiError::internal(&"a credited claim is not closed"));
    }
    Ok(offer.shown_to(&standing, language, now_ms)?)
}

/// Carries on the claims that something interrupted, and ends what has expired.
pub(super) async fn run(promotions: Promotions) {
    loop {
        if let Err(error) = look(&promotions).await {
            tracing::warn!(%error, "open claims wait");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn look(promotions: &Promotions) -> Result<(), ApiError> {
    let inner = &promotions.0;
    let clock = inner.clock.clone();
    let (claiming, overdue) = inner
        .database
        .read(move |sql| {
            let overdue = store::overdue(sql, clock.now_ms(), BATCH)?;
            Ok::<_, StoreError>((store::claiming(sql, BATCH)?, overdue))
        })
        .await?;
    for (player, id) in overdue {
        let (offer, clock) = (promotions.offer(&id).cloned(), inner.clock.clone());
        let now = move |tx: &Tx<'_>| {
            let now_ms = clock.now_ms();
            match &offer {
                Some(offer) => happened(tx, &player, offer, Input::Tick { now_ms }, None, now_ms),
                None => store::end(tx, &player, &id, Stage::Expired),
            }
        };
        inner.database.write(now).await?;
    }
    for (player, id) in claiming {
        carry_on(promotions, player, id).await?;
    }
    Ok(())
}

/// Pays an accepted claim: by what was written down when it was made, so also where the offer is none any more.
async fn carry_on(promotions: &Promotions, player: String, id: String) -> Result<(), ApiError> {
    let inner = &promotions.0;
    let of = (player.clone(), id.clone());
    let owed = inner.database.read(move |sql| owed(sql, &of.0, &of.1)).await?;
    let refusal = match credit(promotions, &player, &id, owed).await {
        Ok(()) => None,
        Err(NoCredit::Never(refusal)) => Some(refusal),
        Err(NoCredit::Later(error)) => return Err(error),
    };
    let (offer, clock) = (promotions.offer(&id).cloned(), inner.clock.clone());
    let end = move |tx: &Tx<'_>| match (&offer, &refusal) {
        (Some(offer), None) => happened(tx, &player, offer, Input::Credited, None, clock.now_ms()),
        // What stands behind it must not wait for a person.
        (Some(offer), Some(refusal)) => undo(tx, &player, offer, refusal, clock.now_ms()),
        (None, None) => store::end(tx, &player, &id, Stage::Claimed),
        (None, Some(refusal)) => {
            tracing::error!(player, offer = id, %refusal, "the wallet refuses the reward of an offer that is gone, for good");
            store::end(tx, &player, &id, Stage::Earned)
        }
    };
    inner.database.write(end).await?;
    Ok(())
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let error = Self::new(Code::Conflict, format!("Refused: {refusal}."));
        match refusal {
            Refusal::OtherTerms { .. } => error.field("terms_version"),
            Refusal::AlreadyIn | Refusal::NotEarned | Refusal::AlreadyClaimed | Refusal::Expired => error,
        }
    }
}
