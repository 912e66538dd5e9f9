//! The operators' page shows how a fragment has done over time, and begins an inspection.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use scenarios::browser::Browser;
use scenarios::floor::{Floor, Options, target_folder};
use scenarios::operator::Operator;
use scenarios::scenario::play;
use scenarios::{PATIENCE, until};
use serde_json::json;
use thirtyfour::Key;

use crate::releases::{Desk, RELEASES, ship_twice};

const NAME: &str = "happy-hour";
const ROWS: &str = "[data-test=step]";

#[tokio::test]
async fn an_operator_sees_how_a_fragment_does_and_inspects_it() -> Result<()> {
    play("health", Options::default(), (1440, 900), async |scene| {
        let floor = &scene.floor;
        let [first, second] = ship_twice(floor)?;
        did(floor, &first)?;
        let desk = Desk::open(floor).await?;
        desk.sign_in(&Operator::add(floor, "developer")?).await?;
        let page = &desk.0;
        page.see(RELEASES, "[data-test=health-empty], [data-test=plot]").await?;
        choose(page, "health-of", NAME).await?;
        whole(page, "mounts", |text| text == "1,558").await?;
        whole(page, "crashes", |text| text == "34 of 1,558").await?;
        let changes = page.text(RELEASES, "[data-test=changes]").await?;
        ensure!(changes.contains(&first) && changes.contains(&second), "{changes}");

        // What a page tells now is in the last step, once it is asked for again.
        tells(floor, &second).await?;
        until("it is told", PATIENCE, || async {
            choose(page, "health-span", "week").await?;
            choose(page, "health-span", "day").await?;
            page.see(RELEASES, "[data-test=plot]").await?;
            let text = page.text(RELEASES, "[data-of=mounts] [data-test=whole]").await?;
            Ok((text == "1,559").then_some(()))
        })
        .await?;
        by_keyboard(page).await?;
        looks(&desk).await?;
        inspects(page).await?;
        desk.0.quit().await
    })
    .await
}

/// A day and a month of counters, as pages would have told them: a bad evening among good ones.
fn did(floor: &Floor, version: &str) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let hour = i64::try_from(since / 3600)?;
    let mut sql = String::new();
    for ago in 1..700_i64 {
        let mounts = if ago < 24 { 60 + 2 * (ago % 7) } else { 20 + ago % 90 };
        let crashes = if (5..8).contains(&ago) { 10 } else { ago % 24 / 20 };
        for (measure, count) in [
            ("mounts-4", mounts - 6),
            ("mounts-9", 6 + ago % 5),
            ("crashes", crashes),
            ("degraded", ago % 3),
            ("failed", ago % 11 / 9),
        ] {
            let row = format!("('{NAME}', '{version}', {}, '{measure}', {count})", hour - ago);
            sql += &format!("INSERT INTO counters VALUES {row};");
        }
    }
    let file = rusqlite::Connection::open(floor.path("gateway/registry.db"))?;
    file.busy_timeout(PATIENCE)?;
    Ok(file.execute_batch(&format!("BEGIN; {sql} COMMIT;"))?)
}

async fn tells(floor: &Floor, version: &str) -> Result<()> {
    let told = json!({ "fragments": [{
        "fragment": NAME, "version": version, "mounts_ms": [9], "crashes": [],
        "degraded": 0, "degraded_ms": 0, "failed": 0, "swaps": 0,
    }] });
    let url = floor.url();
    let reply = reqwest::Client::new().post(format!("{url}/api/telemetry")).header("origin", &url).json(&told);
    let reply = reply.send().await?;
    ensure!(reply.status() == 204, "{}", reply.text().await?);
    Ok(())
}

async fn choose(page: &Browser, hook: &str, value: &str) -> Result<()> {
    let script = "const root = document.querySelector('[data-slot=releases] .mount').shadowRoot;
        const select = root.querySelector(`[data-test=${arguments[0]}]`);
        select.value = arguments[1];
        select.dispatchEvent(new Event('input'));
        return select.value";
    ensure!(page.run(script, vec![json!(hook), json!(value)]).await? == json!(value), "{hook} offers no {value}");
    Ok(())
}

async fn whole(page: &Browser, of: &str, accept: impl Fn(&str) -> bool) -> Result<()> {
    let selector = format!("[data-test=plot][data-of={of}] [data-test=whole]");
    page.text_until(RELEASES, &selector, PATIENCE, accept).await.map(drop)
}

/// Tab reaches the choices and the table, Enter opens it, and it scrolls by keyboard where it is too wide.
async fn by_keyboard(page: &Browser) -> Result<()> {
    page.tab_to("[data-test=health-of]").await?;
    page.tab_to("[data-test=health-span]").await?;
    page.tab_to("[data-test=health-table] summary").await?;
    page.press(Key::Enter).await?;
    page.see(RELEASES, &format!("[data-test=health-table][open] {ROWS}")).await?;
    ensure!(page.count(RELEASES, ROWS).await? == 24, "a row for each hour");
    page.tab_to("[data-test=table-place]").await
}

/// In every theme, width and direction.
async fn looks(desk: &Desk) -> Result<()> {
    let page = &desk.0;
    desk.is_for_everybody("how it does").await?;
    page.run("document.documentElement.dataset.theme = 'dark'", vec![]).await?;
    let keep = async |name: &str| page.screenshot(&target_folder().join(format!("scenarios/health-{name}.png"))).await;
    let show = "document.querySelector('[data-slot=releases] .mount').shadowRoot.querySelector('#health-title').scrollIntoView()";
    page.run(show, vec![]).await?;
    keep("dark-1440").await?;
    page.run("document.documentElement.dataset.theme = 'light'", vec![]).await?;
    keep("light-1440").await?;
    page.resize(390, 844).await?;
    page.run(show, vec![]).await?;
    keep("light-390").await?;
    page.run("document.documentElement.dataset.theme = 'dark'", vec![]).await?;
    keep("dark-390").await?;
    choose(page, "health-span", "month").await?;
    page.see(RELEASES, "[data-test=plot]").await?;
    keep("month-390").await?;
    let address = page.driver().current_url().await?.to_string();
    for locale in ["ar", "de", "es", "ja", "en"] {
        page.run("document.cookie = `croupier_locale=${arguments[0]}; path=/`", vec![json!(locale)]).await?;
        page.open(&address).await?;
        page.see(RELEASES, "[data-test=releases][data-shows=releases] [data-test=health-of]").await?;
        choose(page, "health-of", NAME).await?;
        page.see(RELEASES, "[data-test=plot]").await?;
        page.nothing_overflows().await?;
        page.run(show, vec![]).await?;
        keep(locale).await?;
    }
    page.resize(1440, 900).await
}

/// The button sets the cookie that brings the inspector along with every page, without its being asked for.
async fn inspects(page: &Browser) -> Result<()> {
    page.click(RELEASES, "[data-test=inspect]").await?;
    page.see(RELEASES, "[data-test=outcome] [data-test=inspected]").await?;
    page.screenshot(&target_folder().join("scenarios/health-inspecting.png")).await?;
    let cookies = page.driver().get_all_cookies().await?;
    let cookie = cookies.iter().find(|cookie| cookie.name == "croupier_inspect").context("the cookie is set")?;
    ensure!(cookie.http_only == Some(true), "no script reads it");
    page.open(page.driver().current_url().await?.join("/")?.as_str()).await?;
    ensure!(page.run("return !!croupier.inspection", vec![]).await? == json!(true), "the page brings it along");
    Ok(())
}
