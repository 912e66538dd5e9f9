//! What every page needs comes as one; and if that fails, as single files.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{Scene, play};
use scenarios::until;

use crate::network::{Asked, asked};

/// How long the gateway may take to make a pack, on a busy machine.
const PACKED_WITHIN: Duration = Duration::from_secs(60);

/// Waits until pages are offered a pack.
///
/// # Errors
/// They are not.
pub(crate) async fn offered(scene: &Scene) -> Result<()> {
    let page = || async {
        let html = reqwest::get(scene.floor.url()).await?.text().await?;
        Ok(html.contains("/packs/").then_some(()))
    };
    until("a pack is offered", PACKED_WITHIN, page).await.with_context(|| scene.floor.last_words())
}

fn packs(asked: &[Asked]) -> usize {
    asked.iter().filter(|one| one.path.starts_with("/packs/")).count()
}

/// Binaries, glue and styles.
fn of_fragments(asked: &[Asked]) -> usize {
    let one = |one: &&Asked| one.path.starts_with("/fragments/") && !one.path.contains("/messages.");
    asked.iter().filter(one).count()
}

/// A first visit asks for one pack in place of nine files, a second one for nothing of it.
#[tokio::test]
async fn a_cold_start_takes_the_pack() -> Result<()> {
    play("pack", Options::default(), (1440, 900), async |scene| {
        offered(scene).await?;
        scene.open("/").await?;
        let cold = asked(scene).await?;
        ensure!(packs(&cold) == 1, "one pack: {cold:#?}");
        ensure!(of_fragments(&cold) == 0, "all of them are in it: {cold:#?}");
        let page = |one: &&Asked| !one.path.starts_with("/api/");
        let bytes: u64 = cold.iter().filter(page).map(|one| one.bytes).sum();
        let pack: u64 = cold.iter().filter(|one| one.path.starts_with("/packs/")).map(|one| one.bytes).sum();
        let requests = cold.iter().filter(page).count();
        println!(
            "figure: a cold start takes {bytes} bytes with all headers in {requests} requests, {pack} of them the pack"
        );
        scene.open("/").await?;
        let warm = asked(scene).await?;
        ensure!(of_fragments(&warm) == 0 && packs(&warm) == 0, "all of it is held: {warm:#?}");
        scene.sign_in_demo().await?;
        Ok(())
    })
    .await
}

/// Whatever is wrong with the pack, everything mounts, from single files.
#[tokio::test]
async fn without_a_good_pack_single_files_are_loaded() -> Result<()> {
    play("pack_faults", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.push("404");
        offered(scene).await?;
        // What the page gets in place of the pack, told by its address.
        let script = "{
            const { fetch } = window;
            window.fetch = async (url, options) => {
                const fault = localStorage.fault;
                if (!fault || !String(url).startsWith('/packs/')) return fetch(url, options);
                if (fault == 'missing') return fetch('/packs/none.pack');
                if (fault == 'unreachable') throw new TypeError('Failed to fetch');
                if (fault == 'silent') return new Promise(() => {});
                const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
                const half = bytes.length >> 1;
                if (fault == 'truncated') return new Response(bytes.subarray(0, half));
                if (fault == 'stalled') return new Response(new ReadableStream({ start: (it) => it.enqueue(bytes.subarray(0, half)) }));
                // A byte of the list, and one of each tenth of the rest.
                for (let at = fault == 'list' ? 30 : half / 5; at < bytes.length; at += Math.ceil(half / 5)) bytes[Math.floor(at)] ^= 1;
                return new Response(bytes);
            };
        }";
        scene.browser.run_first(script).await?;
        for fault in ["missing", "unreachable", "silent", "truncated", "stalled", "list", "forged"] {
            scene.browser.open(&format!("{}/manifest.json", scene.floor.url())).await?;
            let begin = "localStorage.clear(); localStorage.fault = arguments[0]";
            scene.browser.run(begin, vec![fault.into()]).await?;
            scene.browser.devtools()?.send_raw("Network.clearBrowserCache", serde_json::json!({})).await?;
            asked(scene).await?;
            scene.open("/").await.with_context(|| format!("the pack is {fault}"))?;
            let loaded = asked(scene).await?;
            ensure!(of_fragments(&loaded) > 0, "{fault}: what the pack did not bring was loaded: {loaded:#?}");
        }
        Ok(())
    })
    .await
}
