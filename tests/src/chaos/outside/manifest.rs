//! The manifest, or the descriptions that the gateway makes it of, is not what it should be.
//!
//! Of a bad description the gateway makes no manifest: the good one of before stays. What is changed or held back
//! on its way to the page is refused there.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::case::{Act, Back, Case, Money, Stated, UNNOTICED, When};
use crate::wire::Weather;

const FRAGMENT: &str = "promotions";
/// Longer than a manifest is good for.
const EIGHT_DAYS_MS: i64 = 8 * 24 * 3600 * 1000;

/// Nothing is started, and the player reads why.
const REFUSED: Stated = Stated {
    slots: &[],
    says: Some(("body", ".notice.refused")),
    shown_ms: 4_000,
    back: Back::ByReload,
    money: Money::Waits,
};

/// What was sent with one text in the place of another, which has to be there and as long.
fn changed(sent: &[u8], from: &str, to: &str) -> Result<Vec<u8>> {
    ensure!(from.len() == to.len(), "the head says how long the body is");
    let at = sent.windows(from.len()).position(|part| part == from.as_bytes()).context("nothing to change")?;
    Ok([&sent[..at], to.as_bytes(), &sent[at + from.len()..]].concat())
}

const fn case(name: &'static str, what: &'static str, begin: Act, meanwhile: Option<Act>) -> Case {
    let mend: Act = |stage| {
        Box::pin(async move {
            stage.restore()?;
            stage.broken_releases(0).await
        })
    };
    Case { name, what, path: "/", when: When::Opening, begin, meanwhile, mend, stated: UNNOTICED }
}

pub(super) const ALL: &[Case] = &[
    case(
        "manifest-unreachable",
        "a release's description can't be read",
        |stage| {
            Box::pin(async move {
                let path = stage.release_file(FRAGMENT);
                stage.spoil(&path, None)?;
                // It is there, and no file.
                std::fs::create_dir(path)?;
                stage.broken_releases(1).await
            })
        },
        None,
    ),
    case(
        "manifest-truncated",
        "half of a release's description is missing",
        |stage| {
            Box::pin(async move {
                let path = stage.release_file(FRAGMENT);
                let text = std::fs::read(&path)?;
                stage.spoil(&path, Some(&text[..text.len() / 2]))?;
                stage.broken_releases(1).await
            })
        },
        None,
    ),
    case(
        "manifest-forgotten-serial",
        "the gateway has forgotten its last serial",
        |stage| {
            Box::pin(async move {
                let before = stage.serial().await?;
                let file = stage.scene.floor.path("gateway/manifest-serial.json");
                stage.spoil(&file, Some(br#"{"serial":5,"content":""}"#))?;
                stage.edit_release(FRAGMENT, |release| release["version"] = json!("0.1.0-another"))?;
                stage.served("0.1.0-another").await?;
                let after = stage.serial().await?;
                ensure!(after >= before, "the serial went back from {before} to {after}");
                Ok(())
            })
        },
        None,
    ),
    Case {
        name: "manifest-expired",
        what: "the manifest has expired",
        path: "/",
        when: When::Opening,
        begin: |stage| {
            Box::pin(async move {
                stage.gateway().clock_ahead(-EIGHT_DAYS_MS).await?;
                stage.edit_release(FRAGMENT, |release| release["version"] = json!("0.1.0-of-old"))?;
                stage.served("0.1.0-of-old").await
            })
        },
        meanwhile: None,
        mend: |stage| {
            Box::pin(async move {
                stage.gateway().clock_ahead(0).await?;
                stage.restore()?;
                let file = stage.release_file(FRAGMENT);
                let release: serde_json::Value = serde_json::from_slice(&std::fs::read(file)?)?;
                stage.served(release["version"].as_str().unwrap_or_default()).await
            })
        },
        stated: REFUSED,
    },
    Case {
        name: "manifest-bad-signature",
        what: "one word of the manifest is changed on its way",
        path: "/",
        when: When::Opening,
        begin: |stage| {
            Box::pin(async move {
                let sent = stage.page_as_sent().await?;
                stage.page_is(changed(&sent, r#""channel":"stable""#, r#""channel":"canary""#)?);
                Ok(())
            })
        },
        meanwhile: None,
        mend: |stage| {
            Box::pin(async move {
                stage.weather(&Weather::Clear);
                Ok(())
            })
        },
        stated: REFUSED,
    },
    Case {
        name: "manifest-older-serial",
        what: "a copy of the page from before the last release is sent again",
        path: "/",
        when: When::Opening,
        begin: |stage| {
            Box::pin(async move {
                let copy = stage.page_as_sent().await?;
                stage.edit_release(FRAGMENT, |release| release["version"] = json!("0.1.0-the-newer"))?;
                stage.served("0.1.0-the-newer").await?;
                stage.open("/", true).await?;
                stage.page_is(copy);
                Ok(())
            })
        },
        meanwhile: None,
        mend: |stage| {
            Box::pin(async move {
                stage.weather(&Weather::Clear);
                stage.restore()?;
                stage.broken_releases(0).await
            })
        },
        stated: REFUSED,
    },
    case(
        "manifest-unknown-slot",
        "a fragment wants a slot that the page does not have",
        |stage| {
            Box::pin(async move {
                stage.edit_release(FRAGMENT, |release| {
                    if let Some(slots) = release["slots"].as_array_mut() {
                        slots.push(json!({ "name": "hall-of-mirrors", "routes": [] }));
                    }
                })?;
                stage.served("hall-of-mirrors").await
            })
        },
        None,
    ),
    case(
        "manifest-10-mb",
        "a release's description of ten megabytes",
        |stage| {
            Box::pin(async move {
                let topics = vec!["promotions.a-topic-that-nobody-knows"; 260_000];
                stage.edit_release(FRAGMENT, |release| release["publishes"] = json!(topics))?;
                stage.broken_releases(1).await
            })
        },
        None,
    ),
    case(
        "manifest-duplicate-name",
        "a second fragment of the same name",
        |stage| {
            Box::pin(async move {
                let text = std::fs::read(stage.release_file(FRAGMENT))?;
                let second = stage.release_file("promotions-too");
                stage.spoil(&second, Some(&text))?;
                stage.broken_releases(1).await
            })
        },
        None,
    ),
    case(
        "manifest-taken-slot",
        "a second fragment wants a slot that is taken",
        |stage| {
            Box::pin(async move {
                let text = std::fs::read_to_string(stage.release_file(FRAGMENT))?;
                let mut release: serde_json::Value =
                    serde_json::from_str(&text.replace("/fragments/promotions/", "/fragments/another/"))?;
                release["name"] = json!("another");
                let second = stage.release_file("another");
                stage.spoil(&second, Some(release.to_string().as_bytes()))?;
                stage.broken_releases(1).await
            })
        },
        None,
    ),
];
