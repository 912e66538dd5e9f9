//! Plays a case and says what was seen.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use super::Row;
use super::case::{Back, Case, Money, When};
use super::stage::Stage;
use crate::chaos::gallery::Harm;
use crate::chaos::neighbour::Neighbours;
use crate::chaos::watch::{self, Change};
use crate::until;

/// The page's slots on the paths that are played.
const SLOTS: [&str; 3] = ["wallet", "live", "promotions"];
/// Longer than any fault takes to be shown, or mended.
const FATE: Duration = Duration::from_secs(15);
/// The longest that the page may not react. Nobody runs code of their own here: what is seen below this is
/// how busy the machine is.
const BLOCKED_MS: u32 = 1_000;
/// A row that is not over by then says nothing.
const LONGEST: Duration = Duration::from_secs(75);

/// Plays a case.
///
/// # Errors
/// The page could not be brought into a state from which the fault can be judged.
pub(super) async fn play(case: &'static Case, family: &'static str, stage: &mut Stage) -> Result<Row> {
    let mut playing = Playing { case, family, stage, missed: Vec::new() };
    let outcome = tokio::time::timeout(LONGEST, playing.run()).await;
    outcome.unwrap_or_else(|_| Err(anyhow::anyhow!("it did not end within {LONGEST:?}")))
}

struct Playing<'a> {
    case: &'static Case,
    family: &'static str,
    stage: &'a mut Stage,
    missed: Vec<String>,
}

impl Playing<'_> {
    async fn run(&mut self) -> Result<Row> {
        let mut neighbours = None;
        let mut began_ms = 0.0;
        if self.case.when == When::Running {
            self.stage.open(self.case.path, true).await?;
            neighbours = Some(self.neighbours().await?);
            watch::mark(self.stage.browser()).await?;
            began_ms = self.stage.page_ms().await?;
        }
        let clock = Instant::now();
        (self.case.begin)(self.stage).await.context("bringing it about")?;
        if self.case.when == When::Opening {
            self.stage.open(self.case.path, false).await?;
        }
        let (shown_ms, says) = self.shown(began_ms, clock).await?;
        if neighbours.is_none() && self.has_wallet() {
            self.others_are_there().await?;
            neighbours = Some(self.neighbours().await?);
        }
        let mut harm = Vec::new();
        if let Some(before) = neighbours.take() {
            let (after, seen) = self.meanwhile(before).await?;
            neighbours = Some(after);
            harm = seen;
        }
        self.nobody_else(began_ms).await?;
        let block_ms = whole(watch::longest_ms(self.stage.browser()).await?);
        if block_ms > BLOCKED_MS && self.case.when == When::Running {
            harm.push(Harm::PageBlocked);
        }

        let mended_ms = self.stage.page_ms().await?;
        (self.case.mend)(self.stage).await.context("mending it")?;
        let back_ms = self.back(mended_ms).await?;
        if self.case.stated.back == Back::ByReload {
            neighbours = None;
        } else {
            self.nobody_else(began_ms).await?;
        }
        for late in self.afterwards(neighbours).await? {
            if !harm.contains(&late) {
                harm.push(late);
            }
        }
        Ok(self.row(shown_ms, says, back_ms, block_ms, harm))
    }

    /// Whether the fault leaves a wallet to look at.
    fn has_wallet(&self) -> bool {
        self.case.when == When::Running || self.case.stated.money == Money::Flows
    }

    /// What the neighbours suffer while the fault lasts.
    async fn meanwhile(&mut self, neighbours: Neighbours) -> Result<(Neighbours, Vec<Harm>)> {
        let money = self.case.stated.money;
        // A form that asks whether to repeat shows no amount.
        let mut harm = match money {
            Money::Repeats => Vec::new(),
            Money::Flows | Money::Waits => neighbours.touched(self.stage.browser()).await?,
        };
        if let Some(meanwhile) = self.case.meanwhile
            && let Err(error) = meanwhile(self.stage).await
        {
            self.missed.push(format!("meanwhile: {error:#}"));
        }
        if money != Money::Flows {
            return Ok((neighbours, harm));
        }
        let (browser, ledger) = (self.stage.browser(), self.stage.gateway());
        let neighbours = neighbours.once_more(browser, &ledger).await?;
        for found in neighbours.harm(browser, &ledger).await? {
            if !harm.contains(&found) {
                harm.push(found);
            }
        }
        Ok((neighbours.once_more(browser, &ledger).await?, harm))
    }

    /// What they suffer once it is mended.
    async fn afterwards(&mut self, neighbours: Option<Neighbours>) -> Result<Vec<Harm>> {
        let mut neighbours = match neighbours {
            Some(neighbours) => neighbours,
            None => self.neighbours().await?,
        };
        let (browser, ledger) = (self.stage.browser(), self.stage.gateway());
        let mut harm = Vec::new();
        if self.case.stated.money == Money::Repeats {
            harm = neighbours.typed_is_paid(browser, &ledger).await?;
            neighbours = neighbours.once_more(browser, &ledger).await?;
        }
        harm.extend(neighbours.harm(browser, &ledger).await?);
        Ok(harm)
    }

    fn row(
        &mut self,
        shown_ms: Option<u32>,
        says: String,
        back_ms: Option<u32>,
        block_ms: u32,
        harm: Vec<Harm>,
    ) -> Row {
        let stated = self.case.stated;
        for found in &harm {
            self.missed.push(format!("{found:?}"));
        }
        if let Some(ms) = shown_ms
            && ms > stated.shown_ms
        {
            self.missed.push(format!("shown after {ms} ms, where {} are stated", stated.shown_ms));
        }
        if let (Some(ms), Back::ByItself(stated_ms)) = (back_ms, stated.back)
            && ms > stated_ms
        {
            self.missed.push(format!("back after {ms} ms, where {stated_ms} are stated"));
        }
        let affected: Vec<String> = stated.slots.iter().map(|(slot, state)| format!("{slot}: {state}")).collect();
        Row {
            family: self.family,
            fault: self.case.name,
            what: self.case.what,
            browser: self.stage.browser().engine(),
            affected: affected.join(", "),
            says,
            shown_ms,
            back_ms,
            back: match stated.back {
                Back::Same => "as before all the time",
                Back::ByItself(_) => "by itself",
                Back::ByRetry => "by the button",
                Back::ByReload => "by loading the page again",
            },
            block_ms,
            rest: match stated.money {
                Money::Flows => "untouched; a deposit goes through meanwhile",
                Money::Waits if self.has_wallet() => "untouched; a deposit goes through afterwards",
                Money::Waits => "no wallet until then; a deposit goes through afterwards",
                Money::Repeats => "untouched; the deposit is repeated, and carried out once",
            },
            ledger_balanced: !harm.contains(&Harm::Money),
            harm,
            missed: self.missed.join("; "),
        }
    }

    /// The slots of which nothing is stated.
    fn others(&self) -> impl Iterator<Item = &'static str> + use<> {
        let stated = self.case.stated.slots;
        SLOTS.into_iter().filter(move |slot| stated.iter().all(|(named, _)| named != slot))
    }

    async fn neighbours(&mut self) -> Result<Neighbours> {
        let player = self.stage.player().await?;
        // A slot that fails and comes back by its button is another instance; one that is degraded is not.
        let replaced = |slot: &&str| {
            self.case.stated.slots.iter().any(|(named, state)| named == slot && ["failed", "blocked"].contains(state))
        };
        let others: Vec<_> = SLOTS.into_iter().filter(|slot| !replaced(slot)).collect();
        Neighbours::before(self.stage.browser(), &self.stage.gateway(), player, &others).await
    }

    async fn others_are_there(&self) -> Result<()> {
        for slot in self.others() {
            self.stage.browser().slot_state(slot, &["mounted"], FATE).await?;
        }
        Ok(())
    }

    /// Waits until the player can know, as it is stated; when, and what is said.
    async fn shown(&mut self, began_ms: f64, clock: Instant) -> Result<(Option<u32>, String)> {
        let stated = self.case.stated;
        let mut shown_ms = None;
        for (slot, state) in stated.slots {
            if let Err(error) = self.stage.browser().slot_state(slot, &[state], FATE).await {
                self.missed.push(error.to_string());
                continue;
            }
            let changes = watch::changes(self.stage.browser(), slot).await?;
            let entered = changes.iter().rfind(|change| change.to == *state && change.at_ms >= began_ms);
            let ms = entered.map(|change| whole(change.at_ms - began_ms));
            shown_ms = shown_ms.max(ms);
        }
        let Some((scope, selector)) = stated.says else { return Ok((shown_ms, String::new())) };
        if let Err(error) = self.stage.browser().see(scope, selector).await {
            self.missed.push(error.to_string());
            return Ok((shown_ms, String::new()));
        }
        let said_ms = u32::try_from(clock.elapsed().as_millis()).unwrap_or(u32::MAX);
        let text = "return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility())
            .flatMap((one) => [...one.querySelectorAll('h2, p')].map((line) => line.textContent)).join(' ')";
        let card = self.stage.browser().run(text, vec![json!(format!("{scope} > .card"))]).await?;
        let says = match card.as_str().unwrap_or_default() {
            "" => self.stage.browser().text(scope, selector).await?,
            card => card.to_owned(),
        };
        // Below the words there may be buttons.
        let words = says.lines().next().unwrap_or_default().trim().to_owned();
        Ok((shown_ms.or(Some(said_ms)), words))
    }

    /// Waits until all is as before; how long that took.
    async fn back(&mut self, mended_ms: f64) -> Result<Option<u32>> {
        let stated = self.case.stated;
        let clock = Instant::now();
        if stated.back == Back::ByReload {
            self.stage.open(self.case.path, true).await?;
            return Ok(None);
        }
        if stated.back == Back::ByRetry {
            for (slot, _) in stated.slots {
                self.stage.browser().click(&format!("[data-slot={slot}]"), "[role=alert] button").await?;
            }
        }
        let mut back_ms = None;
        for slot in SLOTS {
            if let Err(error) = self.stage.browser().slot_state(slot, &["mounted"], FATE).await {
                self.missed.push(error.to_string());
            }
            let changes = watch::changes(self.stage.browser(), slot).await?;
            let entered = changes.iter().rfind(|change| change.to == "mounted" && change.at_ms >= mended_ms);
            back_ms = back_ms.max(entered.map(|change| whole(change.at_ms - mended_ms)));
        }
        if let Some((scope, selector)) = stated.says {
            let gone = until("what was said is gone", FATE, || async {
                Ok((self.stage.browser().count(scope, selector).await? == 0).then_some(()))
            });
            if let Err(error) = gone.await {
                self.missed.push(error.to_string());
            }
            let gone_ms = u32::try_from(clock.elapsed().as_millis()).unwrap_or(u32::MAX);
            back_ms = back_ms.or(Some(gone_ms));
        }
        Ok(back_ms)
    }

    /// No slot of which nothing is stated has changed its state.
    async fn nobody_else(&mut self, began_ms: f64) -> Result<()> {
        for slot in self.others() {
            let changes = watch::changes(self.stage.browser(), slot).await?;
            let bad = |change: &&Change| {
                let fell = ["degraded", "restarting", "failed", "blocked", "idle"].contains(&change.to.as_str());
                fell && change.at_ms >= began_ms
            };
            if let Some(change) = changes.iter().find(bad) {
                let words = format!("{slot} became {}: {}", change.to, change.cause);
                if !self.missed.contains(&words) {
                    self.missed.push(words);
                }
            }
        }
        Ok(())
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a duration
fn whole(ms: f64) -> u32 {
    ms.round().max(0.0) as u32
}
