//! A thousand copies of each fragment, mounted and taken away again, and a thousand that died:
//! nothing of them is left.
//!
//! The copies are made by the page's own code, in a slot beside the others, since no supervisor would
//! restart a fragment that often. Chromium gives a page about 124 Wasm memories: a copy that kept its
//! memory would already end the loop.

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{Scene, play};
use serde_json::{Value, json};

const WARM_UP: u32 = 200;
const COPIES: u32 = 1_000;

/// What garbage collection, the clock and the other fragments move by themselves. A copy's shadow root
/// alone is a hundred nodes and some ten thousand bytes: one in a hundred would show.
pub(crate) const HEAP_ERROR_BYTES: i64 = 200_000;
pub(crate) const NODES_ERROR: i64 = 150;
pub(crate) const LISTENERS_ERROR: i64 = 30;

const MAKE: &str = "const [name, count, dies, done] = arguments;
    (async () => {
        const entry = croupier.opening().manifest.fragments.find((fragment) => fragment.name == name);
        const code = await croupier.assemble(croupier.load(croupier.needed(entry), false, 15000), entry);
        const slot = document.createElement('section');
        Object.assign(slot.dataset, { slot: 'copies', fragment: name });
        document.body.append(slot);
        // Dying is what these do; it is nobody's fault.
        const expected = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
        addEventListener('error', expected, true);
        const ask = (what) => what == 3 ? Promise.resolve({ status: 503, body: null }) : what == 1 ? 1 : undefined;
        for (let number = 0; number < count; number++) {
            const copy = croupier.instance(slot, code, number, 'main', '/', undefined, ask);
            await copy.mount();
            if (dies) slot.querySelector('.mount').shadowRoot.querySelector('button').click();
            else copy.unmount();
            copy.cut();
            // Memories are given back between two turns of the event loop only.
            if (number % 10 == 9) await new Promise((next) => setTimeout(next));
        }
        removeEventListener('error', expected, true);
        slot.remove();
    })().then(() => done(null), (thrown) => done(String(thrown)));";

/// Heap, nodes and listeners of the page, once the garbage is gone.
pub(crate) async fn left(scene: &Scene) -> Result<[i64; 3]> {
    let devtools = scene.browser.devtools()?;
    for _ in 0..3 {
        devtools.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
        // What has been collected is finalised in a turn of its own.
        scene.browser.run_async_in("body", "setTimeout(arguments[0])", vec![]).await?;
    }
    let heap = devtools.send_raw("Runtime.getHeapUsage", json!({})).await?;
    let counters = devtools.send_raw("Memory.getDOMCounters", json!({})).await?;
    #[allow(clippy::cast_possible_truncation)] // counts far below 2^53
    let number = |value: &Value| value.as_f64().unwrap_or_default() as i64;
    Ok([number(&heap["usedSize"]), number(&counters["nodes"]), number(&counters["jsEventListeners"])])
}

async fn make(scene: &Scene, fragment: &str, copies: u32, die: bool) -> Result<()> {
    let outcome = scene.browser.run_async_in("body", MAKE, vec![json!(fragment), json!(copies), json!(die)]).await?;
    ensure!(outcome.is_null(), "{fragment}: {outcome}");
    Ok(())
}

async fn nothing_is_left(scene: &Scene, fragment: &str, die: bool) -> Result<()> {
    make(scene, fragment, WARM_UP, die).await?;
    let before = left(scene).await?;
    make(scene, fragment, COPIES, die).await?;
    let after = left(scene).await?;
    let grown = [0, 1, 2].map(|index| after[index] - before[index]);
    let what = if die { "died" } else { "were unmounted" };
    println!(
        "figure: {fragment}: {COPIES} copies {what}: heap {:+} bytes of {}, nodes {:+}, listeners {:+}",
        grown[0], before[0], grown[1], grown[2]
    );
    let errors = [HEAP_ERROR_BYTES, NODES_ERROR, LISTENERS_ERROR];
    ensure!(grown.iter().zip(errors).all(|(grown, error)| *grown <= error), "{fragment} leaves something: {grown:?}");
    Ok(())
}

#[tokio::test]
async fn a_thousand_copies_leave_nothing() -> Result<()> {
    let options = Options { placements: &[("live-stream", "document")], ..Options::default() };
    play("leaks", options, (1440, 900), async |scene| {
        scene.open("/").await?;
        for fragment in ["wallet", "promotions", "limits", "live-stream"] {
            nothing_is_left(scene, fragment, false).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_thousand_that_died_leave_nothing() -> Result<()> {
    let options = Options { stand_in: Some("promotions"), ..Options::default() };
    play("deaths", options, (1440, 900), async |scene| {
        scene.expected_errors.extend(["unreachable", "panicked", "RuntimeError"]);
        scene.open("/").await?;
        nothing_is_left(scene, "promotions", true).await
    })
    .await
}
