//! The operators' page: whoever is on duty sees what was shipped, and what they decide reaches players' open pages.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use scenarios::browser::{Browser, Engine};
use scenarios::floor::{Floor, Options, target_folder};
use scenarios::operator::{self, Operator};
use scenarios::scenario::{PROMOTIONS, Scene, play};
use scenarios::{PATIENCE, until};
use serde_json::json;
use thirtyfour::Key;

use crate::team;

pub(crate) const RELEASES: &str = "[data-slot=releases]";
/// From the answer to the question to a slot without its fragment.
const KILLED_WITHIN: Duration = Duration::from_secs(2);

/// Something of one fragment.
fn of(fragment: &str, hook: &str) -> String {
    format!("[data-fragment={fragment}] [data-test={hook}]")
}

/// An operator's own browser, at their page.
pub(crate) struct Desk(pub(crate) Browser);

impl Desk {
    pub(crate) async fn open(floor: &Floor) -> Result<Self> {
        let browser = Browser::start(Engine::Chromium, 1440, 900).await?;
        browser.open(&format!("{}/releases", floor.url())).await?;
        browser.slot_state("releases", &["mounted"], PATIENCE).await?;
        Ok(Self(browser))
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Result<()> {
        self.0.fill(RELEASES, "[data-test=email]", email).await?;
        self.0.fill(RELEASES, "[data-test=password]", operator::PASSWORD).await?;
        self.0.click(RELEASES, "[data-test=sign-in]").await?;
        self.0.see(RELEASES, "[data-test=releases][data-shows=releases]").await
    }

    /// Presses something of a fragment, and says yes.
    async fn do_to(&self, fragment: &str, hook: &str, reason: Option<&str>) -> Result<()> {
        self.0.click(RELEASES, &of(fragment, hook)).await?;
        if let Some(reason) = reason {
            self.0.fill(RELEASES, "[data-test=reason]", reason).await?;
        }
        self.0.click(RELEASES, "[data-test=question-confirm]").await
    }

    async fn stands(&self, fragment: &str, how: &str) -> Result<()> {
        self.0.see(RELEASES, &format!("[data-fragment={fragment}][data-stands={how}]")).await
    }

    async fn live(&self, fragment: &str, version: &str) -> Result<()> {
        let shown = |text: &str| text == version;
        self.0.text_until(RELEASES, &of(fragment, "live"), PATIENCE, shown).await.map(drop)
    }

    /// Axe finds nothing serious, and nothing is wider than its window.
    pub(crate) async fn is_for_everybody(&self, what: &str) -> Result<()> {
        for (theme, width) in [("dark", 1440), ("light", 390)] {
            self.0.resize(width, 900).await?;
            self.0.run("document.documentElement.dataset.theme = arguments[0]", vec![json!(theme)]).await?;
            self.0.nothing_overflows().await?;
            let serious = self.0.axe().await?;
            ensure!(serious.is_empty(), "axe on {what}, {theme}:\n{}", serious.join("\n"));
        }
        self.0.resize(1440, 900).await
    }
}

/// Two releases of a fragment, the second of them live.
pub(crate) fn ship_twice(floor: &Floor) -> Result<[String; 2]> {
    team::list(floor, "happy-hour")?;
    let folder = floor.path("happy-hour");
    let path = folder.to_str().context("a path")?;
    team::run(floor, &["new", "happy-hour", "--template", "js", "--path", path])?;
    let code = folder.join("entry.js");
    let mut versions = Vec::new();
    for change in ["", "\nexport const changed = 'yes';\n"] {
        fs::write(&code, fs::read_to_string(&code)? + change)?;
        team::run(floor, &["publish", "--fragment", path])?;
        team::run(floor, &["promote", "happy-hour"])?;
        let status: serde_json::Value = serde_json::from_str(&team::run(floor, &["status", "--json"])?)?;
        let all = status["fragments"].as_array().context("fragments")?;
        let standing = all.iter().find(|it| it["fragment"] == "happy-hour").context("it is there")?;
        versions.push(standing["live"].as_str().context("live")?.to_owned());
    }
    versions.try_into().map_err(|_| anyhow::anyhow!("two versions"))
}

#[tokio::test]
async fn what_an_operator_decides_reaches_open_pages() -> Result<()> {
    play("releases", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        ensure!(scene.browser.count("nav", "a[href='/releases']").await? == 0, "players are shown no way there");
        let slots = "return document.querySelectorAll('[data-slot=releases]').length";
        ensure!(scene.browser.run(slots, vec![]).await? == json!(0), "nor its place");
        let [first, second] = ship_twice(&scene.floor)?;

        let desk = Desk::open(&scene.floor).await?;
        desk.0.see(RELEASES, "[data-test=releases][data-shows=door]").await?;
        desk.is_for_everybody("the door").await?;
        desk.sign_in(&Operator::add(&scene.floor, "admin")?).await?;
        desk.stands("promotions", "live").await?;
        desk.live("happy-hour", &second).await?;

        switch(scene, &desk).await?;
        desk.do_to("happy-hour", "rollback", None).await?;
        desk.live("happy-hour", &first).await?;
        let lines = "[data-test=line][data-action=kill]";
        let why = |text: &str| text.contains("wrong sums") && text.contains("admin@house.example");
        desk.0.text_until(RELEASES, lines, PATIENCE, why).await?;
        desk.is_for_everybody("the releases").await?;
        desk.0.screenshot(&target_folder().join("scenarios/releases.png")).await?;
        by_keyboard(&desk).await?;

        desk.0.click(RELEASES, "[data-test=sign-out]").await?;
        desk.0.see(RELEASES, "[data-test=releases][data-shows=door]").await?;
        let errors = desk.0.errors().await?;
        ensure!(errors.iter().all(|error| error.contains("401")), "the browser reported: {errors:#?}");
        desk.0.quit().await
    })
    .await
}

/// Off within two seconds on a page that is open elsewhere, and on again.
async fn switch(scene: &Scene, desk: &Desk) -> Result<()> {
    desk.do_to("promotions", "kill", Some("it shows wrong sums")).await?;
    let began = Instant::now();
    scene.browser.slot_state("promotions", &["blocked"], PATIENCE).await?;
    println!("figure: switched off by an operator -> gone from the open page: {} ms", began.elapsed().as_millis());
    ensure!(began.elapsed() <= KILLED_WITHIN, "{:?}", began.elapsed());
    let card = scene.browser.text(PROMOTIONS, ".card").await?;
    ensure!(card.contains("switched off by the operator"), "{card}");
    desk.stands("promotions", "off").await?;
    let because = |text: &str| text.contains("it shows wrong sums") && text.contains("admin@house.example");
    desk.0.text_until(RELEASES, &of("promotions", "killed"), PATIENCE, because).await?;
    desk.do_to("promotions", "revive", None).await?;
    scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;
    desk.stands("promotions", "live").await
}

/// Tab reaches a switch, Enter asks, Escape leaves it as it is, and the focus is where it was.
async fn by_keyboard(desk: &Desk) -> Result<()> {
    let switch = of("promotions", "kill");
    desk.0.tab_to(&switch).await?;
    desk.0.press(Key::Enter).await?;
    desk.0.see(RELEASES, "[data-test=question]").await?;
    desk.is_for_everybody("the question").await?;
    desk.0.press(Key::Escape).await?;
    until("the question is gone", PATIENCE, || async {
        Ok((desk.0.count(RELEASES, "[data-test=question]").await? == 0).then_some(()))
    })
    .await?;
    let focused =
        "return document.querySelector('[data-slot=releases] .mount').shadowRoot.activeElement?.dataset.test ?? null";
    ensure!(desk.0.run(focused, vec![]).await? == json!("kill"), "the focus is back at the switch");
    desk.stands("promotions", "live").await
}
