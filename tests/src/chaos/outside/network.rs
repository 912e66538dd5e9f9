//! The way between the player and everybody else.

use std::time::Duration;

use super::case::{Act, Back, Case, LATE_MS, Money, Stated, UNNOTICED, When};
use crate::scenario::LIVE;
use crate::wire::Weather;

const TABLE: &str = "/live/roulette-1";
/// How far everybody is, each way.
const FAR: Duration = Duration::from_millis(300);

const CLEAR: Act = |stage| {
    Box::pin(async move {
        stage.weather(&Weather::Clear);
        Ok(())
    })
};

pub(super) const ALL: &[Case] = &[
    Case {
        name: "network-offline",
        what: "every connection breaks, and none can be made",
        path: TABLE,
        when: When::Running,
        begin: |stage| {
            Box::pin(async move {
                stage.weather(&Weather::Cut);
                Ok(())
            })
        },
        meanwhile: None,
        mend: CLEAR,
        stated: Stated {
            slots: &[("live", "degraded")],
            says: Some(("body", "#connection:not([hidden])")),
            shown_ms: 3_000 + LATE_MS,
            back: Back::ByItself(5_000),
            money: Money::Waits,
        },
    },
    Case {
        name: "network-outage",
        what: "nothing arrives any more; connections stay",
        path: TABLE,
        when: When::Running,
        begin: |stage| {
            Box::pin(async move {
                stage.weather(&Weather::Silent);
                Ok(())
            })
        },
        meanwhile: Some(|stage| {
            Box::pin(async move {
                // The event stream says less often that it is alive than the vendor's feed does.
                stage.browser().see("body", "#connection:not([hidden])").await?;
                Ok(())
            })
        }),
        mend: CLEAR,
        stated: Stated {
            slots: &[("live", "degraded")],
            says: Some((LIVE, "[data-test=feed-notice]")),
            shown_ms: 3_000 + LATE_MS,
            back: Back::ByItself(2_000 + LATE_MS),
            money: Money::Waits,
        },
    },
    Case {
        name: "network-far",
        what: "every answer is 600 ms away",
        path: TABLE,
        when: When::Opening,
        begin: |stage| {
            Box::pin(async move {
                stage.weather(&Weather::Far(FAR));
                Ok(())
            })
        },
        meanwhile: Some(|stage| Box::pin(async move { stage.rounds(1).await })),
        mend: CLEAR,
        stated: UNNOTICED,
    },
];
