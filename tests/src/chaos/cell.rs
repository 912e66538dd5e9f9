//! One fault in one placement.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;

use super::gallery::{BLOCK_MS, Expected, Fate, Fault, Harm, Placement, Way};
use super::neighbour::Neighbours;
use super::watch::{self, Change};
use crate::browser::{Browser, Engine};
use crate::floor::{Floor, Guest, Options, target_folder};
use crate::scenario::{Scene, WALLET};
use crate::{PATIENCE, until};

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The fault's name.
    pub fault: &'static str,
    /// The fault in words.
    pub what: &'static str,
    /// Where the rogue ran.
    pub placement: Placement,
    /// In which browser.
    pub browser: Engine,
    /// What others suffered.
    pub harm: Vec<Harm>,
    /// What became of the rogue.
    pub fate: String,
    /// What the player sees in its place.
    pub sees: String,
    /// The page's longest block; none where the fault comes with the page itself.
    pub block_ms: Option<u32>,
    /// From its end to the next instance.
    pub recovery_ms: Option<u32>,
    /// Whether the ledger balances.
    pub ledger_balanced: bool,
    /// How this differs from what is stated; empty if it does not.
    pub missed: String,
}

impl Row {
    /// Whether nobody else suffered.
    #[must_use]
    pub fn contained(&self) -> bool {
        self.harm.is_empty()
    }

    /// Whether the neighbours are who and as they were.
    #[must_use]
    pub fn neighbours_alive(&self) -> bool {
        let dead = [Harm::NeighbourReplaced, Harm::WalletUnusable, Harm::TypedLost, Harm::Money];
        !self.harm.iter().any(|harm| dead.contains(harm))
    }
}

/// Longer than any cell takes.
const LONGEST: Duration = Duration::from_secs(100);
/// Within this the rogue meets its fate: a hung frame is noticed after two seconds, and given up
/// means two waits in between.
const FATE: Duration = Duration::from_secs(12);
/// What died once is back within this, in either placement: no successor waits for what hangs.
const BACK_WITHIN_MS: u32 = 2_000;
/// Within this a button of a working fragment does what it should.
const ANSWER: Duration = Duration::from_secs(3);

/// Brings a fault about on a floor of its own and says what came of it.
///
/// # Errors
/// The floor or the browser does not come up: the cell says nothing then.
pub async fn run(fault: &'static Fault, placement: Placement, engine: Engine) -> Result<Row> {
    let (name, in_place_of, _) = fault.rogue.place();
    let guest = Guest { name, in_place_of, placement: placement.as_str() };
    let floor = Floor::start(Options { guest: Some(guest), ..Options::default() })?;
    let browser = Browser::start(engine, 1440, 900).await?;
    let scene = Scene { floor, browser, expected_errors: Vec::new() };
    let outcome = tokio::time::timeout(LONGEST, Cell { fault, placement, scene: &scene }.play()).await;
    let row = match outcome {
        Ok(played) => played,
        Err(_) => Err(anyhow::anyhow!("the cell did not end within {LONGEST:?}")),
    };
    if !row.as_ref().is_ok_and(|row| row.missed.is_empty()) {
        let picture = format!("{}-{}-{}.png", fault.name, placement.as_str(), engine.as_str());
        // Of a page that is blocked there is none.
        drop(scene.browser.screenshot(&target_folder().join("chaos").join(picture)).await);
    }
    drop(scene.browser.quit().await);
    row.with_context(|| format!("{} in {} in {}", fault.name, placement.as_str(), engine.as_str()))
}

struct Cell<'a> {
    fault: &'static Fault,
    placement: Placement,
    scene: &'a Scene,
}

impl Cell<'_> {
    async fn play(&self) -> Result<Row> {
        let browser = &self.scene.browser;
        let ledger = self.scene.floor.gateway_control();
        watch::begin(browser).await?;
        let neighbours = self.set_the_scene().await?;
        watch::mark(browser).await?;

        let dialog = self.bring_about().await?;
        let fate = self.fate().await?;
        let mut harm: Vec<Harm> = dialog.into_iter().collect();
        harm.extend(self.reach().await?);
        // Before the driver looks for things: a flooded page is slow to be searched.
        let block_ms = whole(watch::longest_ms(browser).await?);
        let at_start = matches!(self.fault.way, Way::Open(_));
        if block_ms > BLOCK_MS && !at_start && !harm.contains(&Harm::Dialog) {
            harm.push(Harm::PageBlocked);
        }
        harm.extend(neighbours.harm(browser, &ledger).await?);
        let changes = self.changes().await?;
        let recovery_ms = recovery_ms(&changes);
        // What ran on by then may have died since.
        let fate = if fate == Seen::Runs { self.alive(Seen::of(&changes)).await? } else { fate };
        let sees = self.sees(&fate, recovery_ms, &harm).await?;
        let expected = self.expected();
        Ok(Row {
            fault: self.fault.name,
            what: self.fault.what,
            placement: self.placement,
            browser: browser.engine(),
            missed: missed(expected, (&fate, recovery_ms), &harm),
            ledger_balanced: !harm.contains(&Harm::Money),
            harm,
            fate: fate.to_string(),
            sees,
            block_ms: (!at_start).then_some(block_ms),
            recovery_ms,
        })
    }

    fn expected(&self) -> Expected {
        self.fault.expected(self.placement)
    }

    fn slot(&self) -> &'static str {
        self.fault.rogue.place().2
    }

    fn scope(&self) -> String {
        format!("[data-slot={}]", self.slot())
    }

    /// The page with a signed-in player and everything mounted that can be.
    async fn set_the_scene(&self) -> Result<Neighbours> {
        let browser = &self.scene.browser;
        let (path, at_start) = match self.fault.way {
            Way::Open(path) => (path, true),
            _ => ("/", false),
        };
        browser.open(&format!("{}{path}", self.scene.floor.url())).await?;
        let others: &[&str] = if self.slot() == "live" { &["wallet", "promotions"] } else { &["wallet", "live"] };
        for slot in others {
            browser.slot_state(slot, &["mounted"], PATIENCE).await?;
        }
        if !at_start {
            browser.slot_state(self.slot(), &["mounted"], PATIENCE).await?;
        }
        let player = self.scene.sign_in_demo().await?;
        Neighbours::before(browser, &self.scene.floor.gateway_control(), player, others).await
    }

    /// Does what brings the fault about; says so if a dialog stopped the page.
    async fn bring_about(&self) -> Result<Option<Harm>> {
        let browser = &self.scene.browser;
        let press = async |name: &str| browser.click(&self.scope(), &format!("[data-test={name}]")).await;
        match self.fault.way {
            Way::Open(_) => {}
            Way::Press => match press(self.fault.name).await {
                // Until it is closed the page does nothing else, whatever the driver asks for.
                Err(error) if error.to_string().contains("alert") => {
                    browser.driver().dismiss_alert().await?;
                    return Ok(Some(Harm::Dialog));
                }
                pressed => pressed?,
            },
            Way::PressAndPanic => {
                press(self.fault.name).await?;
                press("panic-click").await?;
            }
            Way::PressAndLeave => {
                press(self.fault.name).await?;
                browser.click("header", "nav a[data-for=live]").await?;
                browser.slot_state(self.slot(), &["idle"], PATIENCE).await?;
                browser.click("header", "nav a[data-for=home]").await?;
                browser.slot_state(self.slot(), &["mounted"], PATIENCE).await?;
            }
        }
        Ok(None)
    }

    async fn changes(&self) -> Result<Vec<Change>> {
        watch::changes(&self.scene.browser, self.slot()).await
    }

    /// Waits for the fate that is expected; one that should run on is looked at later.
    async fn fate(&self) -> Result<Seen> {
        let settled = |changes: &[Change]| {
            let last = changes.last().map(|change| change.to.as_str());
            matches!(
                (self.expected().fate, Seen::of(changes), last),
                (Fate::Runs, ..) | (Fate::Restarts(_), Seen::Restarted(_), Some("mounted")) | (_, Seen::GivenUp(_), _)
            )
        };
        let waited = until("the rogue's fate", FATE, || async {
            let changes = self.changes().await?;
            Ok(settled(&changes).then_some(()))
        });
        // If it is another one, the row says so.
        drop(waited.await);
        Ok(Seen::of(&self.changes().await?))
    }

    /// What seems to run may be dead: the button that does no harm tells.
    async fn alive(&self, seen: Seen) -> Result<Seen> {
        if seen != Seen::Runs || matches!(self.fault.way, Way::Open(_)) {
            return Ok(seen);
        }
        let browser = &self.scene.browser;
        browser.click(&self.scope(), "[data-test=well]").await?;
        let answered = until("it still answers", ANSWER, || async {
            Ok((browser.count(&self.scope(), "[data-well]").await? > 0).then_some(()))
        });
        Ok(if answered.await.is_ok() { Seen::Runs } else { Seen::Dead })
    }

    /// What the rogue reached of the page.
    async fn reach(&self) -> Result<Vec<Harm>> {
        let browser = &self.scene.browser;
        let found = watch::reached(browser).await?;
        let (path, steps) = match self.fault.way {
            Way::Open(path) => (path, 0),
            Way::PressAndLeave => ("/", 2),
            Way::Press | Way::PressAndPanic => ("/", 0),
        };
        let read = browser.count(&self.scope(), "[data-seen]").await? > 0;
        let signs = [
            (found.path != path, Harm::Address),
            (found.steps != steps, Harm::History),
            (!found.stores, Harm::StorageFull),
            (found.runs_on, Harm::RunsOn),
            (read, Harm::WalletRead),
        ];
        Ok(signs.into_iter().filter_map(|(is, harm)| is.then_some(harm)).collect())
    }

    async fn sees(&self, fate: &Seen, recovery_ms: Option<u32>, harm: &[Harm]) -> Result<String> {
        Ok(match fate {
            _ if harm.contains(&Harm::Dialog) => "a dialog".to_owned(),
            Seen::GivenUp(_) => {
                let card = format!("{} [role=alert]", self.scope());
                let texts = "return [...document.querySelectorAll(arguments[0])].flatMap((card) =>
                    [...card.querySelectorAll('h2, p')].map((line) => line.textContent)).join(' ')";
                self.scene.browser.run(texts, vec![json!(card)]).await?.as_str().unwrap_or_default().to_owned()
            }
            Seen::Restarted(_) => match recovery_ms {
                Some(ms) => format!("it is back after {ms} ms"),
                None => "an empty place".to_owned(),
            },
            Seen::Runs
                if harm.contains(&Harm::WalletUnusable) && self.scene.browser.count("main", WALLET).await? == 0 =>
            {
                "the wallet is gone".to_owned()
            }
            Seen::Runs => "the fragment".to_owned(),
            Seen::Dead => "a fragment that does not answer".to_owned(),
        })
    }
}

/// What became of the rogue.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Runs,
    Dead,
    Restarted(String),
    GivenUp(String),
}

impl Seen {
    fn of(changes: &[Change]) -> Self {
        let first = |state: &str| changes.iter().find(|change| change.to == state).map(|change| change.cause.clone());
        match (first("failed").or(first("blocked")), first("restarting")) {
            (Some(cause), _) => Self::GivenUp(cause),
            (None, Some(cause)) => Self::Restarted(cause),
            (None, None) => Self::Runs,
        }
    }

    fn is(&self, fate: Fate) -> bool {
        match (fate, self) {
            (Fate::Runs, Self::Runs) | (Fate::Dead, Self::Dead) => true,
            (Fate::Restarts(words), Self::Restarted(cause)) | (Fate::GivenUp(words), Self::GivenUp(cause)) => {
                cause.contains(words)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Runs => f.write_str("runs on"),
            Self::Dead => f.write_str("dead, and nobody notices"),
            Self::Restarted(cause) => write!(f, "restarted: {cause}"),
            Self::GivenUp(cause) => write!(f, "given up: {cause}"),
        }
    }
}

/// From the first end to the next instance.
fn recovery_ms(changes: &[Change]) -> Option<u32> {
    let mut rest = changes.iter().skip_while(|change| change.to != "restarting");
    let ended = rest.next()?.at_ms;
    let back = rest.find(|change| change.to == "mounted")?.at_ms;
    Some(whole(back - ended))
}

fn missed(stated: Expected, (seen, recovery_ms): (&Seen, Option<u32>), harm: &[Harm]) -> String {
    let mut words = Vec::new();
    if !seen.is(stated.fate) {
        words.push(format!("{seen}, where {:?} is stated", stated.fate));
    }
    if let Some(late_ms) = recovery_ms.filter(|ms| *ms > BACK_WITHIN_MS) {
        words.push(format!("back after {late_ms} ms, where {BACK_WITHIN_MS} are stated"));
    }
    for found in harm.iter().filter(|found| !stated.harm.contains(found)) {
        words.push(format!("{found:?} is not stated"));
    }
    for absent in stated.harm.iter().filter(|absent| !harm.contains(absent)) {
        words.push(format!("{absent:?} is stated, and did not come"));
    }
    words.join("; ")
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a duration
fn whole(ms: f64) -> u32 {
    ms.round().max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(states: &[(&str, &str, f64)]) -> Vec<Change> {
        let change = |(to, cause, at_ms): &(&str, &str, f64)| Change {
            to: (*to).to_owned(),
            cause: (*cause).to_owned(),
            at_ms: *at_ms,
        };
        states.iter().map(change).collect()
    }

    #[test]
    fn the_fate_is_read_from_what_the_slot_went_through() {
        let restarted = changes(&[
            ("mounted", "mounted", 10.0),
            ("restarting", "it panicked", 100.0),
            ("loading", "backoff elapsed", 240.0),
            ("mounted", "mounted", 250.4),
        ]);
        assert_eq!(Seen::of(&restarted), Seen::Restarted("it panicked".into()));
        assert_eq!(recovery_ms(&restarted), Some(150));
        assert_eq!(recovery_ms(&restarted[..2]), None);
        assert_eq!(Seen::of(&restarted[..1]), Seen::Runs);
        assert_eq!(Seen::of(&changes(&[("restarting", "a", 1.0), ("failed", "b", 2.0)])), Seen::GivenUp("b".into()));
    }

    #[test]
    fn a_cell_misses_in_both_directions() {
        let trap = Seen::Restarted("unreachable".into());
        let look = |fate, stated: &'static [Harm], recovery_ms, harm: &[Harm]| {
            missed(Expected { fate, harm: stated }, (&trap, recovery_ms), harm)
        };
        assert_eq!(look(Fate::Restarts("unreachable"), &[Harm::PageBlocked], Some(9), &[Harm::PageBlocked]), "");
        assert!(look(Fate::Runs, &[], None, &[]).starts_with("restarted: unreachable"));
        assert!(look(Fate::Restarts("x"), &[], None, &[]).contains("Restarts(\"x\")"));
        assert_eq!(look(Fate::Restarts(""), &[], None, &[Harm::Money]), "Money is not stated");
        assert!(look(Fate::Restarts(""), &[Harm::Money], None, &[]).contains("did not come"));
        assert_eq!(look(Fate::Restarts(""), &[], Some(4_479), &[]), "back after 4479 ms, where 2000 are stated");
    }
}
