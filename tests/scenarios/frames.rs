//! A fragment in a frame: what it can't reach, what its hanging does to the page, and how little it
//! takes to move a fragment in or out.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scenarios::PATIENCE;
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, PROMOTIONS, Scene, play};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::steps::{bet, deposit, everything_settled, fresh_round, money_agrees};

/// The second table's slot.
const SECOND: &str = "[data-slot=live-2]";

/// From now on the page keeps every change of a slot's state.
async fn watch(scene: &Scene) -> Result<()> {
    let script = "window.transitions = [];
        document.addEventListener('croupier:transition', ({ detail }) =>
            window.transitions.push({ ...detail, at: performance.now() }))";
    scene.browser.run(script, vec![]).await?;
    Ok(())
}

/// Waits until a slot has gone through `to` for a cause, and gives that transition.
async fn transition(scene: &Scene, slot: &str, to: &str, cause: &str) -> Result<Value> {
    let script = "const [slot, to, cause] = arguments;
        return window.transitions.find((it) => it.slot == slot && it.to == to && it.cause.includes(cause)) ?? null";
    let what = format!("{slot} is {to} because of {cause:?}");
    let found = scenarios::until(&what, PATIENCE, || async {
        let found = scene.browser.run(script, vec![json!(slot), json!(to), json!(cause)]).await?;
        Ok((!found.is_null()).then_some(found))
    });
    match found.await {
        Ok(found) => Ok(found),
        Err(error) => {
            let all = scene.browser.run("return transitions.map(({ slot, to, cause }) => [slot, to, cause])", vec![]);
            Err(error.context(format!("there were {}", all.await?)))
        }
    }
}

/// What has moved on the page so far without its player's doing, and what it was.
const SHIFTS: &str = "const watch = new PerformanceObserver(() => {});
    watch.observe({ type: 'layout-shift', buffered: true });
    return watch.takeRecords().filter(({ hadRecentInput }) => !hadRecentInput).map(({ value, sources }) =>
        [value, ...sources.map(({ node }) => node?.className || node?.localName || 'gone')])";
/// From this on a page is no longer good, by the web's own measure (https://web.dev/articles/cls).
const STEADY_BELOW: f64 = 0.1;

#[tokio::test]
async fn nothing_jumps_as_a_frame_comes_up() -> Result<()> {
    play("frame_steady", Options::default(), (1440, 900), async |scene| {
        for (path, shown) in [("/", "[data-test=lobby-table]"), ("/live/roulette-1", "[data-test=video-state]")] {
            scene.open(path).await?;
            scene.browser.see(LIVE, shown).await?;
            let shifts = scene.browser.run(SHIFTS, vec![]).await?;
            let sum: f64 = shifts.as_array().context("a list")?.iter().filter_map(|shift| shift[0].as_f64()).sum();
            println!("figure: layout shift of {path}: {sum:.3}");
            ensure!(sum < STEADY_BELOW, "{path}: {shifts}");
        }
        Ok(())
    })
    .await
}

/// Each is tried from inside the frame; what succeeds is told by name, and so is what may have: one that does not say
/// itself how it went has succeeded unless the browser says that the frame's policy has stopped it. The last two must
/// succeed: they show that what works is told.
const ATTEMPTS: &str = r"
    const [page, vendor] = arguments;
    const done = arguments[arguments.length - 1];
    const must = (value) => { if (!value) throw new Error('nothing'); return value; };
    const add = (tag, more) => document.body.appendChild(Object.assign(document.createElement(tag), more));
    const unstopped = (directive, url, start) => new Promise((resolve, reject) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
            if (effectiveDirective.startsWith(directive) && blockedURI.startsWith(url)) reject();
        });
        start(url);
        setTimeout(resolve, 3000);
    });
    const attempts = {
        'the DOM of the page': () => must(parent.document.body),
        'the address of the page': () => must(parent.location.href),
        'what the shell keeps': () => must(parent.croupier),
        'its own element in the page': () => must(frameElement),
        'the other frame': () => must([...Array(parent.frames.length).keys()].some((index) => {
            try { return parent.frames[index] !== window && parent.frames[index].document; } catch { return false; }
        })),
        'cookies': () => { document.cookie = 'a=b'; must(document.cookie); },
        'localStorage': () => must(localStorage),
        'sessionStorage': () => must(sessionStorage),
        'indexedDB': () => new Promise((resolve, reject) => {
            const request = indexedDB.open('a');
            request.onsuccess = resolve;
            request.onerror = reject;
        }),
        'caches': () => caches.open('a'),
        'a service worker': () => must(navigator.serviceWorker.controller ?? navigator.serviceWorker.ready),
        'the session by fetch': () => fetch(`${page}/api/identity/session`, { credentials: 'include' }),
        'a call in no-cors': () => fetch(`${page}/api/identity/session`, { mode: 'no-cors', credentials: 'include' }),
        'a call to its own host': () => fetch('/api/identity/session'),
        'a beacon': () =>
            unstopped('connect-src', `${page}/api/identity/demo`, (url) => navigator.sendBeacon(url, '{}')),
        'the event stream': () => new Promise((resolve, reject) => {
            const source = new EventSource(`${page}/api/events`, { withCredentials: true });
            source.onopen = resolve;
            source.onerror = reject;
        }),
        'a script from the network': () =>
            unstopped('script-src', `${page}/fragments/wallet/release.json`, (src) => add('script', { src })),
        'an image of the page': () => unstopped('img-src', `${page}/favicon.ico`, (src) => add('img', { src })),
        'a frame of its own': () => unstopped('frame-src', page, (src) => add('iframe', { src })),
        'eval': () => (0, eval)('1'),
        'moving the page': () => { top.location = '/elsewhere'; },
        'another window': () => must(window.open('about:blank')),
        'full screen without a gesture': () => document.documentElement.requestFullscreen(),
        // To its own host, where the page lets it be and no sandbox is in the way: only its own policy can stop that.
        // One that gets there takes this script with it, which is an error as well.
        'a form': () =>
            unstopped('form-action', location.origin, (action) => add('form', { action, method: 'post' }).submit()),
        'CONTROL its own document': () => must(document.body),
        'CONTROL the vendor it is granted': () => fetch(`${vendor}/tables`),
    };
    (async () => {
        const reached = [];
        for (const [name, attempt] of Object.entries(attempts)) {
            try { await attempt(); reached.push(name); } catch { /* as it should be */ }
        }
        return reached;
    })().then(done, (error) => done(String(error)));
";

/// From inside of a live frame: no DOM, no session, no storage, no call, no other frame.
#[tokio::test]
async fn a_frame_reaches_nothing_of_the_page() -> Result<()> {
    play("frame_reach", Options::default(), (1920, 1000), async |scene| {
        // Each attempt is refused, and the browser says so.
        scene.expected_errors.extend([
            "Content Security Policy",
            "sandbox",
            "Blocked",
            "frame",
            "localhost",
            "fullscreen",
        ]);
        scene.open("/live/roulette-1/baccarat-1").await?;
        scene.sign_in_demo().await?;
        scene.browser.see(SECOND, "[data-test=table]").await?;
        let vendor = scene.floor.feed_url().replace("ws://", "http://").replace("/feed", "");
        let reached = scene.browser.run_async_in(LIVE, ATTEMPTS, vec![json!(scene.floor.url()), json!(vendor)]).await?;
        let expected = json!(["CONTROL its own document", "CONTROL the vendor it is granted"]);
        ensure!(reached == expected, "reached from inside the frame: {reached}");
        // Nothing of it was heard, either: the slots are what they were, and the address too.
        for slot in ["wallet", "live", "live-2", "promotions"] {
            scene.browser.slot_state(slot, &["mounted"], Duration::ZERO).await?;
        }
        let address = scene.browser.run("return location.pathname", vec![]).await?;
        ensure!(address == json!("/live/roulette-1/baccarat-1"), "the page is at {address}");
        Ok(())
    })
    .await
}

/// Counts, in the page, the longest time between two turns of its event loop.
const PROBE: &str = r"
    const probe = window.probe = { longest: 0, turns: 0 };
    const { port1, port2 } = new MessageChannel();
    let last = performance.now();
    port1.onmessage = () => {
        const now = performance.now();
        probe.longest = Math.max(probe.longest, now - last);
        probe.turns += 1;
        last = now;
        if (probe.stopped) return;
        // A channel alone would let nothing else of the page run; a timer alone is too coarse.
        if (probe.turns % 8) port2.postMessage(0);
        else setTimeout(() => port2.postMessage(0), 1);
    };
    port2.postMessage(0);
";

/// The longest that the page does not react in a second in which nobody asks anything of it.
async fn longest_in_a_second(scene: &Scene) -> Result<f64> {
    let script = "const [done] = arguments; probe.longest = 0; setTimeout(() => done(probe.longest), 1000)";
    let longest = scene.browser.run_async_in("body", script, vec![]).await?;
    longest.as_f64().context("the probe runs")
}

/// An endless loop in the frame: the page does not notice, the wallet works on, and the heartbeat
/// brings the table back.
#[tokio::test]
async fn a_hung_frame_leaves_the_page_responsive() -> Result<()> {
    play("frame_hang", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        watch(scene).await?;
        scene.browser.run(PROBE, vec![]).await?;
        // The page as it is with a frame that works. One second says little of how much a machine varies.
        let mut calm = 0_f64;
        for _ in 0..5 {
            calm = calm.max(longest_in_a_second(scene).await?);
        }
        deposit(scene, "1").await?;

        let hang = "setTimeout(() => { for (;;); }, 20)";
        scene.browser.run_in(LIVE, hang, vec![]).await?;
        let began = scene.browser.run("return performance.now()", vec![]).await?;
        let hung = longest_in_a_second(scene).await?;
        deposit(scene, "2").await?;
        let lost = transition(scene, "live", "restarting", "hung").await?;
        deposit(scene, "3").await?;
        scene.browser.slot_state("live", &["mounted"], PATIENCE).await?;
        let back = transition(scene, "live", "mounted", "").await?;
        scene.browser.run("probe.stopped = true", vec![]).await?;
        ensure!(money_agrees(scene, &player).await? == 100_600, "every deposit has arrived");

        let ms = |value: &Value| value.as_f64().unwrap_or(f64::MAX);
        println!(
            "figure: hung frame: longest block of the page {hung:.1} ms (with a working frame {calm:.1} ms), noticed after {:.0} ms, mounted again {:.0} ms later",
            ms(&lost["at"]) - ms(&began), ms(&back["at"]) - ms(&lost["at"]),
        );
        // What the page takes by itself is no fault of the frame's.
        ensure!(hung <= 16_f64.max(2.0 * calm), "the page was blocked for {hung} ms, else for {calm} ms");
        let back_ms = ms(&back["at"]) - ms(&lost["at"]);
        ensure!(back_ms <= 2_000.0, "the successor waited {back_ms} ms, as if for what hangs");
        for slot in ["wallet", "promotions"] {
            let disturbed = "return transitions.some(({ slot }) => slot == arguments[0])";
            ensure!(scene.browser.run(disturbed, vec![json!(slot)]).await? == json!(false), "{slot} was disturbed");
        }
        // The one that is back is played as before.
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        fresh_round(scene).await?;
        bet(scene, "red").await?;
        everything_settled(scene).await
    })
    .await
}

/// A frame that leaves its page, or throws, is dead; what dies in it is said by name.
#[tokio::test]
async fn what_dies_in_a_frame_says_why() -> Result<()> {
    let options =
        Options { stand_in: Some("promotions"), placements: &[("promotions", "frame")], ..Options::default() };
    play("frame_death", options, (1440, 900), async |scene| {
        scene.expected_errors.extend(["unreachable", "panicked", "RuntimeError", "planted"]);
        scene.open("/").await?;
        watch(scene).await?;
        scene.browser.click(PROMOTIONS, "button").await?;
        transition(scene, "promotions", "restarting", "the button was pressed").await?;
        scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;
        // As a module, as the fragment's own code is: a script of nowhere's has its errors muted.
        let planted = "const code = 'setTimeout(() => { throw new TypeError(`planted`) })';
            import(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))";
        scene.browser.run_in(PROMOTIONS, planted, vec![]).await?;
        transition(scene, "promotions", "restarting", "TypeError: planted").await?;

        scene.browser.run_in(LIVE, "setTimeout(() => location.reload())", vec![]).await?;
        transition(scene, "live", "restarting", "it has left its page").await?;
        scene.browser.slot_state("live", &["mounted"], PATIENCE).await?;
        scene.browser.see(LIVE, "[data-test=lobby-table]").await?;
        let frames = scene.browser.run("return document.querySelectorAll('[data-slot=live] iframe').length", vec![]);
        ensure!(frames.await? == json!(1), "nothing of the dead one is left");
        Ok(())
    })
    .await
}

async fn placement(scene: &Scene, slot: &str) -> Result<Value> {
    let script = "const slot = document.querySelector(`[data-slot=${arguments[0]}]`);
        return [slot.dataset.placement, slot.querySelectorAll('iframe').length, slot.querySelectorAll('.mount').length]";
    scene.browser.run(script, vec![json!(slot)]).await
}

/// The manifest says where a fragment runs; its files are the same. Moved on a floor that is being
/// served, both work as well on the other side.
#[tokio::test]
async fn the_manifest_alone_moves_a_fragment() -> Result<()> {
    let options = Options { placements: &[("wallet", "frame"), ("live-stream", "document")], ..Options::default() };
    play("frame_moves", options, (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        ensure!(placement(scene, "wallet").await? == json!(["frame", 1, 0]), "the wallet is in a frame");
        ensure!(placement(scene, "live").await? == json!(["document", 0, 1]), "the table is in the document");
        deposit(scene, "10").await?;
        fresh_round(scene).await?;
        bet(scene, "black").await?;
        everything_settled(scene).await?;
        money_agrees(scene, &player).await?;

        scene.floor.place("wallet", "document")?;
        scene.floor.place("live-stream", "frame")?;
        scenarios::until("the manifest has moved them", PATIENCE, || async {
            let script = "return fetch('/manifest.json').then((reply) => reply.json())
                .then(({ fragments }) => fragments.map(({ name, site }) => [name, site]))";
            let sites = scene.browser.run(script, vec![]).await?;
            let site = |name: &str| {
                sites
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|it| it[0] == name)
                    .map(|it| it[1].clone())
                    .unwrap_or_default()
            };
            Ok((site("wallet").is_null() && !site("live-stream").is_null()).then_some(()))
        })
        .await?;
        scene.open("/live/roulette-1").await?;
        ensure!(placement(scene, "wallet").await? == json!(["document", 0, 1]), "the wallet is in the document");
        ensure!(placement(scene, "live").await? == json!(["frame", 1, 0]), "the table is in a frame");
        deposit(scene, "10").await?;
        fresh_round(scene).await?;
        bet(scene, "red").await?;
        everything_settled(scene).await?;
        money_agrees(scene, &player).await?;
        Ok(())
    })
    .await
}

/// A framed table is as tall as its content, scrolls with the page, and follows theme and language.
#[tokio::test]
async fn a_frame_looks_like_a_part_of_the_page() -> Result<()> {
    play("frame_look", Options::default(), (1440, 900), async |scene| {
        let inside = "const page = document.documentElement;
            return { theme: page.dataset.theme, lang: page.lang, dir: page.dir, title: document.title,
                     tall: page.scrollHeight <= innerHeight && page.scrollHeight > innerHeight - 2,
                     wide: page.scrollWidth <= innerWidth, at: scrollY };";
        for (locale, dir, width) in [("en", "ltr", 1440), ("ar", "rtl", 390)] {
            scene.open("/").await?;
            scene.browser.run("document.cookie = `croupier_locale=${arguments[0]}; path=/`", vec![json!(locale)]).await?;
            scene.browser.resize(width, 900).await?;
            scene.open("/live/roulette-1").await?;
            scene.browser.see(LIVE, "[data-test=table]").await?;
            let label = scene.browser.run("return document.querySelector('[data-slot=live]').ariaLabel", vec![]).await?;
            for _ in 0..2 {
                scene.browser.click("header", "#theme").await?;
                let theme = scene.browser.run("return document.documentElement.dataset.theme", vec![]).await?;
                let expected =
                    json!({ "theme": theme, "lang": locale, "dir": dir, "title": label, "tall": true, "wide": true, "at": 0 });
                let last = std::cell::RefCell::new(Value::Null);
                let same = scenarios::until("the frame follows the page", Duration::from_secs(5), || async {
                    last.replace(scene.browser.run_in(LIVE, inside, vec![]).await?);
                    Ok((*last.borrow() == expected).then_some(()))
                });
                same.await.with_context(|| format!("{} is not {expected}", last.borrow()))?;
            }
            // The page scrolls, the frame does not; and the last spot can be brought into view.
            let title = "return document.querySelector('[data-slot=live] iframe').title";
            ensure!(scene.browser.run(title, vec![]).await? == label, "a screen reader hears the slot's name");
        }
        Ok(())
    })
    .await
}

/// A link in a frame is a link of the page: with Ctrl it opens another tab, and this one stays.
#[tokio::test]
async fn a_link_in_a_frame_can_be_opened_in_another_tab() -> Result<()> {
    play("frame_link", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        scene.browser.see(LIVE, "[data-test=lobby-table]").await?;
        scene.browser.click_with(Key::Control, LIVE, "[data-test=lobby-table]").await?;
        let driver = scene.browser.driver();
        let tabs = scenarios::until("another tab", PATIENCE, || async {
            let tabs = driver.windows().await?;
            Ok((tabs.len() == 2).then_some(tabs))
        })
        .await?;
        ensure!(driver.current_url().await?.path() == "/", "this tab stays where it is");
        driver.switch_to_window(tabs[1].clone()).await?;
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        ensure!(driver.current_url().await?.path().starts_with("/live/"), "the table of the link");
        Ok(())
    })
    .await
}
