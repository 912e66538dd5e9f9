//! The live picture.

use std::time::Duration;

use anyhow::Result;
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, play};

/// Chromium plays the vendor's video without a plug-in: frames are decoded and time moves on.
#[tokio::test]
async fn it_plays() -> Result<()> {
    play("video", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        scene.browser.see(LIVE, "video").await?;
        let script = "const find = (root) => root.querySelector('video')
                ?? [...root.querySelectorAll('*')].map((element) => element.shadowRoot && find(element.shadowRoot)).find(Boolean);
            const video = find(document);
            return [video.videoWidth, video.currentTime, video.getVideoPlaybackQuality().totalVideoFrames];";
        scenarios::until("two seconds of video are played", Duration::from_secs(30), || async {
            let played = scene.browser.run_in(LIVE, script, vec![]).await?;
            let [width, time, frames] = [&played[0], &played[1], &played[2]].map(|n| n.as_f64().unwrap_or_default());
            Ok((width >= 320.0 && time > 2.0 && frames > 20.0).then_some(()))
        })
        .await?;
        Ok(())
    })
    .await
}
