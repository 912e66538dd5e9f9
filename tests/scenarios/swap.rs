//! Releases reach a page that is open: fragments make room for their successors without a reload, a switch takes
//! effect at once, and what is not genuine changes nothing.

use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, PROMOTIONS, Scene, WALLET, play};
use scenarios::{PATIENCE, until};
use serde_json::{Value, json};

/// From the change of the floor to a swapped page.
const SWAPPED_WITHIN: Duration = Duration::from_secs(3);
/// From the switch to a slot without its fragment, in milliseconds.
const KILLED_WITHIN_MS: f64 = 2000.0;
/// What the page says while it has no event stream.
const CUT_OFF: &str = "#connection:not([hidden])";
const HAS_LOOKED: &str =
    "return performance.getEntriesByType('resource').some(({ name }) => name.includes('/manifest.json'))";
const AMOUNT: &str = "[data-test=deposit-form] [data-test=amount]";

/// Notes what a reload would take away, and what becomes of the slots.
const WATCH: &str = "window.swaps = []; window.faces = [];
    document.addEventListener('croupier:swap', ({ detail }) => swaps.push(detail));
    const face = () => {
        const slot = document.querySelector('[data-slot=promotions]');
        faces.push([...slot.querySelectorAll('.card, .skeleton')].some((it) => it.checkVisibility()) ? 'nothing' : 'something');
        requestAnimationFrame(face);
    };
    face();
    window.old = new WeakRef(document.querySelector('[data-slot=promotions] .mount'));";

/// Notes whenever what is painted of the table is not in its place, or is no table.
///
/// On a busy machine a new one may have nothing to show for longer than the page waits for that.
const WATCH_TABLE: &str = "window.swaps = []; window.moved = [];
    const { setTimeout } = window;
    window.setTimeout = (f, ms, ...more) => setTimeout(f, ms == 300 ? 5000 : ms, ...more);
    const slot = document.querySelector('[data-slot=live]');
    const place = () => {
        const [frame] = [...slot.querySelectorAll('.frame')].filter((it) => it.checkVisibility({ opacityProperty: true }));
        const { top, height } = frame?.getBoundingClientRect() ?? {};
        return { top, height, skeleton: slot.querySelector('.skeleton').checkVisibility(), frames: slot.querySelectorAll('.frame').length };
    };
    const first = place();
    const note = () => {
        const now = place();
        if (now.skeleton || now.top != first.top || !(now.height > first.height * 0.8)) moved.push(now);
        window.frames_there = now.frames;
        requestAnimationFrame(note);
    };
    note();";

/// Notes when the fragment is gone, by the page's own clock: who asks for it may come to know much later.
const NOTE_OFF: &str = "window.offAt = undefined;
    document.addEventListener('croupier:transition', ({ detail: { slot, to } }) => {
        if (slot == 'promotions' && to == 'blocked') window.offAt = Date.now();
    })";

#[tokio::test]
async fn releases_reach_an_open_page_and_leave_what_the_player_is_about() -> Result<()> {
    play("swap", Options::default(), (1440, 900), async |scene| {
        scene.open("/wallet").await?;
        scene.sign_in_demo().await?;
        scene.browser.run(WATCH, vec![]).await?;
        if scene.browser.count(WALLET, AMOUNT).await? == 0 {
            scene.browser.click(WALLET, "[data-test=open-deposit]").await?;
        }
        scene.browser.fill(WALLET, AMOUNT, "12").await?;

        let ms = timed(scene, "promotions", async |scene| scene.floor.replace("promotions")).await?;
        println!("figure: floor changed -> open page swapped: {ms} ms");
        ensure!(Duration::from_millis(ms) <= SWAPPED_WITHIN, "{ms} ms");
        scene.browser.see(PROMOTIONS, "button").await?;
        ensure!(scene.browser.count(PROMOTIONS, "[data-test=offer]").await? == 0, "it is another one");
        let faces = scene.browser.run("return [...new Set(faces)]", vec![]).await?;
        ensure!(faces == json!(["something"]), "no skeleton and no card in between: {faces}");
        old_one_is_gone(scene).await?;

        // The wallet's own release waits for its player.
        scene.floor.release("wallet", "9.0.0-00000000")?;
        timed(scene, "promotions", async |scene| scene.floor.release("promotions", "9.0.0-00000000")).await?;
        ensure!(version(scene, "wallet").await? != "9.0.0-00000000", "not while an amount is being typed");
        ensure!(scene.browser.value(WALLET, AMOUNT).await? == "12", "what was typed stands");
        scene.browser.press("3").await?;
        ensure!(scene.browser.value(WALLET, AMOUNT).await? == "123", "and the focus is where it was");
        scene.browser.fill(WALLET, AMOUNT, "5").await?;
        scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
        scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |text| text.contains("1,005.00")).await?;
        scene.browser.run("document.activeElement.shadowRoot?.activeElement?.blur()", vec![]).await?;
        shows(scene, "wallet", |version| version == "9.0.0-00000000").await?;
        scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |text| text.contains("1,005.00")).await?;

        tampered_ones_change_nothing(scene).await?;
        switched_off_and_on(scene).await
    })
    .await
}

/// A table stays where it is while another release of it comes up behind it.
#[tokio::test]
async fn a_table_is_followed_in_its_place() -> Result<()> {
    play("swap_table", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        scene.browser.see(LIVE, "[data-test=video-state]").await?;
        scene.browser.run(WATCH_TABLE, vec![]).await?;
        timed(scene, "live", async |scene| scene.floor.release("live-stream", "9.0.0-00000000")).await?;
        until("the old frame is gone", PATIENCE, || async {
            Ok((scene.browser.run("return window.frames_there", vec![]).await? == json!(1)).then_some(()))
        })
        .await?;
        let moved = scene.browser.run("return moved", vec![]).await?;
        ensure!(moved == json!([]), "it was away for a moment: {moved}");
        scene.browser.see(LIVE, "[data-test=video-state]").await
    })
    .await
}

/// Nobody can tell such a page: it looks for itself, and no less often the longer it is refused.
#[tokio::test]
async fn a_switch_reaches_a_page_that_is_refused_its_event_stream_as_soon() -> Result<()> {
    play("swap_refused", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.extend(["503", "ERR_INCOMPLETE_CHUNKED"]);
        scene.open("/").await?;
        scene.floor.gateway_control().service("events", "down").await?;
        until("it is refused another one, and looks", PATIENCE, || async {
            Ok((scene.browser.run(HAS_LOOKED, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        ensure!(scene.browser.count("body", CUT_OFF).await? == 1, "it says so");
        for _ in 0..3 {
            switched_off_and_on(scene).await?;
        }
        ensure!(scene.browser.count("body", CUT_OFF).await? == 1, "it was refused all the while");
        scene.floor.gateway_control().service("events", "ok").await?;
        until("the page has its event stream", PATIENCE, || async {
            Ok((scene.browser.count("body", CUT_OFF).await? == 0).then_some(()))
        })
        .await?;
        switched_off_and_on(scene).await
    })
    .await
}

/// The milliseconds until a page shows what a change of the floor brings.
async fn timed(scene: &Scene, slot: &str, change: impl AsyncFnOnce(&Scene) -> Result<()>) -> Result<u64> {
    let before = version(scene, slot).await?;
    let began = Instant::now();
    change(scene).await?;
    shows(scene, slot, |version| version != before).await?;
    Ok(u64::try_from(began.elapsed().as_millis())?)
}

async fn version(scene: &Scene, slot: &str) -> Result<String> {
    let script = "return document.querySelector(`[data-slot=${arguments[0]}]`).dataset.version";
    Ok(scene.browser.run(script, vec![json!(slot)]).await?.as_str().unwrap_or_default().to_owned())
}

async fn shows(scene: &Scene, slot: &str, accept: impl Fn(&str) -> bool) -> Result<()> {
    until("another version", PATIENCE, || async { Ok(accept(&version(scene, slot).await?).then_some(())) }).await?;
    scene.browser.slot_state(slot, &["mounted"], PATIENCE).await?;
    ensure!(
        scene.browser.run("return Array.isArray(window.swaps)", vec![]).await? == json!(true),
        "the page is the same"
    );
    Ok(())
}

/// Neither its elements nor what they hold on to.
async fn old_one_is_gone(scene: &Scene) -> Result<()> {
    let mounts = "return document.querySelectorAll('[data-slot=promotions] .mount').length";
    ensure!(scene.browser.run(mounts, vec![]).await? == json!(1));
    until("the old instance is collected", PATIENCE, || async {
        scene.browser.devtools()?.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
        Ok((scene.browser.run("return old.deref() === undefined", vec![]).await? == json!(true)).then_some(()))
    })
    .await
}

/// Somebody on the way changes what the server says.
async fn tampered_ones_change_nothing(scene: &Scene) -> Result<()> {
    let tamper = "window.tampered = 0;
        window.genuine = window.fetch;
        window.fetch = async (url, options) => {
            const reply = await genuine(url, options);
            if (!url.startsWith('/manifest.json')) return reply;
            window.tampered += 1;
            return new Response((await reply.text()).replaceAll('9.1.0', '9.2.0'), { headers: reply.headers });
        }";
    scene.browser.run(tamper, vec![]).await?;
    let states = "return [...document.querySelectorAll('[data-slot]')].map(({ dataset }) => ({ ...dataset }))";
    let before: Value = scene.browser.run(states, vec![]).await?;
    scene.floor.release("promotions", "9.1.0-00000000")?;
    until("the tampered manifest is read", PATIENCE, || async {
        Ok((scene.browser.run("return tampered > 0", vec![]).await? == json!(true)).then_some(()))
    })
    .await?;
    // The next one comes through as it is, so the tampered one has been dealt with by then.
    scene.browser.run("window.fetch = genuine", vec![]).await?;
    ensure!(scene.browser.run(states, vec![]).await? == before, "nothing has moved");
    timed(scene, "promotions", async |scene| scene.floor.release("promotions", "9.3.0-00000000")).await?;
    ensure!(version(scene, "promotions").await? == "9.3.0-00000000", "the tampered one never showed");
    Ok(())
}

async fn switched_off_and_on(scene: &Scene) -> Result<()> {
    scene.browser.run(NOTE_OFF, vec![]).await?;
    let began_ms = u64::try_from(SystemTime::UNIX_EPOCH.elapsed()?.as_millis())?;
    scene.floor.switch_off("promotions", true)?;
    scene.browser.slot_state("promotions", &["blocked"], PATIENCE).await?;
    let took = scene.browser.run("return window.offAt - arguments[0]", vec![json!(began_ms)]).await?;
    let ms = took.as_f64().context("the page has noted it")?;
    println!("figure: switched off -> gone from the open page: {ms} ms");
    ensure!(ms <= KILLED_WITHIN_MS, "{ms} ms");
    let card = scene.browser.text(PROMOTIONS, ".card").await?;
    ensure!(card.contains("switched off by the operator"), "{card}");
    ensure!(scene.browser.count(PROMOTIONS, "button").await? == 0, "a retry would do nothing");
    for slot in ["wallet", "live"] {
        scene.browser.slot_state(slot, &["mounted"], Duration::ZERO).await?;
    }
    scene.floor.switch_off("promotions", false)?;
    scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;
    Ok(())
}
