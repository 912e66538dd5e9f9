//! The vendor is gone, late, or talks nonsense.

use anyhow::{Result, ensure};

use super::case::{Act, Back, Case, FEED_LOST, LATE_MS, Money, Stated, UNNOTICED, When};
use super::stage::Stage;
use crate::scenario::LIVE;
use crate::{PATIENCE, until};

const TABLE: &str = "/live/roulette-1";

const fn case(name: &'static str, what: &'static str, begin: Act, meanwhile: Option<Act>, stated: Stated) -> Case {
    let mend: Act = |stage| Box::pin(async move { stage.vendor("none", 0).await });
    Case { name, what, path: TABLE, when: When::Running, begin, meanwhile, mend, stated }
}

/// The table is what the vendor's own is, and goes on.
const PLAYED_ON: Act = |stage| {
    Box::pin(async move {
        stage.rounds(2).await?;
        live(stage).await
    })
};

async fn live(stage: &Stage) -> Result<()> {
    let feed = stage.browser().attribute(LIVE, "[data-test=table]", "data-feed").await?;
    ensure!(feed == "live", "the table's feed is {feed}");
    Ok(())
}

pub(super) const ALL: &[Case] = &[
    Case {
        name: "vendor-killed",
        what: "the vendor's process is killed",
        path: TABLE,
        when: When::Running,
        begin: |stage| Box::pin(async move { stage.scene.floor.kill_provider() }),
        meanwhile: None,
        mend: |stage| Box::pin(async move { stage.scene.floor.start_provider() }),
        stated: FEED_LOST,
    },
    case(
        "vendor-stop",
        "the vendor refuses everything",
        |stage| Box::pin(async move { stage.vendor("stop", 0).await }),
        None,
        FEED_LOST,
    ),
    case(
        "vendor-slow",
        "every frame is five seconds late",
        |stage| Box::pin(async move { stage.vendor("slow", 5_000).await }),
        None,
        FEED_LOST,
    ),
    case(
        "vendor-garbage",
        "the feed is garbage",
        |stage| Box::pin(async move { stage.vendor("garbage", 0).await }),
        None,
        FEED_LOST,
    ),
    case(
        "vendor-hang",
        "the socket is half-open: it stays, and nothing comes",
        |stage| Box::pin(async move { stage.vendor("hang", 0).await }),
        None,
        FEED_LOST,
    ),
    case(
        "vendor-hang-long",
        "half-open until the page has given the socket up",
        |stage| {
            Box::pin(async move {
                let noted = "const { close } = WebSocket.prototype;
                    WebSocket.prototype.close = function () { window.gaveUp = true; close.call(this); };";
                stage.browser().run_in(LIVE, noted, vec![]).await?;
                stage.vendor("hang", 0).await
            })
        },
        Some(|stage| {
            Box::pin(async move {
                let given_up = || async {
                    let given_up = stage.browser().run_in(LIVE, "return window.gaveUp", vec![]).await?;
                    Ok((given_up == true).then_some(()))
                };
                until("the page has given the socket up", PATIENCE, given_up).await
            })
        }),
        FEED_LOST,
    ),
    Case {
        when: When::Opening,
        ..case(
            "vendor-hang-at-start",
            "half-open while the page is opened",
            |stage| Box::pin(async move { stage.vendor("hang", 0).await }),
            None,
            // Two and a half seconds from the moment at which the table begins to connect.
            Stated { shown_ms: 5_000, ..FEED_LOST },
        )
    },
    case(
        "vendor-hang-clock",
        "half-open, and the player's clock goes back an hour",
        |stage| {
            Box::pin(async move {
                stage.vendor("hang", 0).await?;
                let back = "const now = Date.now.bind(Date); Date.now = () => now() - 3600e3";
                stage.browser().run_in(LIVE, back, vec![]).await?;
                Ok(())
            })
        },
        None,
        FEED_LOST,
    ),
    case(
        "vendor-flap",
        "the vendor comes and goes every 700 ms",
        |stage| Box::pin(async move { stage.vendor("flap", 700).await }),
        None,
        FEED_LOST,
    ),
    case(
        "vendor-flood",
        "five thousand frames a second",
        |stage| Box::pin(async move { stage.vendor("flood", 0).await }),
        Some(PLAYED_ON),
        UNNOTICED,
    ),
    case(
        "vendor-duplicate",
        "every delta comes twice",
        |stage| Box::pin(async move { stage.vendor("duplicate", 0).await }),
        Some(PLAYED_ON),
        UNNOTICED,
    ),
    case(
        "vendor-reorder",
        "each two deltas change places",
        |stage| Box::pin(async move { stage.vendor("reorder", 0).await }),
        Some(PLAYED_ON),
        UNNOTICED,
    ),
    case(
        "vendor-gap",
        "every second delta is missing",
        |stage| Box::pin(async move { stage.vendor("gap", 0).await }),
        Some(PLAYED_ON),
        UNNOTICED,
    ),
    case(
        "vendor-frozen-video",
        "the picture stands still",
        |stage| Box::pin(async move { stage.vendor("frozen-video", 0).await }),
        Some(|stage| {
            Box::pin(async move {
                stage.rounds(1).await?;
                live(stage).await
            })
        }),
        Stated {
            slots: &[],
            says: Some((LIVE, "[data-test=video-state].badge--warning")),
            shown_ms: 3_000 + LATE_MS,
            back: Back::ByItself(2_000 + LATE_MS),
            money: Money::Flows,
        },
    ),
];
