//! A fragment's files are not there, come late, or are not what the manifest says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use std::time::Duration;

use super::case::{Act, Back, Case, Money, Stated, UNNOTICED, When};
use crate::scenario::PROMOTIONS;
use crate::wire::Weather;

const FRAGMENT: &str = "promotions";
/// How late the slow file is.
const LATE: Duration = Duration::from_secs(3);

/// The slot shows its card, and is back by the card's button.
const fn card(state: &'static str, shown_ms: u32) -> Stated {
    Stated {
        slots: match state.as_bytes()[0] {
            b'f' => &[("promotions", "failed")],
            _ => &[("promotions", "blocked")],
        },
        says: Some((PROMOTIONS, "[role=alert]")),
        shown_ms,
        back: Back::ByRetry,
        money: Money::Flows,
    }
}

const fn case(name: &'static str, what: &'static str, begin: Act, stated: Stated) -> Case {
    let mend: Act = |stage| {
        Box::pin(async move {
            stage.weather(&Weather::Clear);
            stage.restore()
        })
    };
    Case { name, what, path: "/", when: When::Opening, begin, meanwhile: None, mend, stated }
}

/// Three more tries, with waits in between that double from a quarter of a second on; and the start of
/// the page, on a busy machine.
const TRIED_MS: u32 = 6_000;
/// The first answer says enough.
const AT_ONCE_MS: u32 = 4_000;

pub(super) const ALL: &[Case] = &[
    case(
        "file-missing",
        "a file is missing",
        |stage| {
            Box::pin(async move {
                stage.fresh_file(FRAGMENT, "wasm", ".wasm", |_| None).await?;
                Ok(())
            })
        },
        card("failed", TRIED_MS),
    ),
    case(
        "file-slow",
        "a file comes three seconds late",
        |stage| {
            Box::pin(async move {
                let file = stage.fresh_file(FRAGMENT, "wasm", ".wasm", Some).await?;
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                stage.weather(&Weather::Held(name, LATE));
                Ok(())
            })
        },
        UNNOTICED,
    ),
    case(
        "file-truncated",
        "half of a file is missing",
        |stage| {
            Box::pin(async move {
                let half = |bytes: Vec<u8>| Some(bytes[..bytes.len() / 2].to_vec());
                stage.fresh_file(FRAGMENT, "wasm", ".wasm", half).await?;
                Ok(())
            })
        },
        card("blocked", AT_ONCE_MS),
    ),
    case(
        "file-altered",
        "one bit of a file is another one",
        |stage| {
            Box::pin(async move {
                let flip = |mut bytes: Vec<u8>| {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    Some(bytes)
                };
                stage.fresh_file(FRAGMENT, "wasm", ".wasm", flip).await?;
                Ok(())
            })
        },
        card("blocked", AT_ONCE_MS),
    ),
    case(
        "file-mime",
        "module and Wasm come as text/plain",
        |stage| {
            Box::pin(async move {
                stage.fresh_file(FRAGMENT, "entry", ".js.txt", Some).await?;
                stage.fresh_file(FRAGMENT, "wasm", ".wasm.txt", Some).await?;
                Ok(())
            })
        },
        UNNOTICED,
    ),
    case(
        "file-old-contract",
        "a module that speaks an older contract",
        |stage| {
            Box::pin(async move {
                let old = b"export function start(root) { root.textContent = 'version 0'; }".to_vec();
                let digest = STANDARD.encode(Sha384::digest(&old));
                stage.edit_release(FRAGMENT, |release| release["entry"]["sha384"] = digest.into())?;
                stage.fresh_file(FRAGMENT, "entry", ".js", |_| Some(old)).await?;
                Ok(())
            })
        },
        // Another try would find the same: only another release helps.
        Stated { back: Back::ByReload, ..card("failed", TRIED_MS) },
    ),
];
