//! A service, the gateway, its disk or its clock is at fault.

use anyhow::{Context, Result, bail, ensure};

use super::case::{Act, Back, Case, Money, Stated, UNNOTICED, When};
use super::stage::Stage;
use crate::floor::SERVICES;
use crate::scenario::{LIVE, PROMOTIONS, WALLET};
use crate::{PATIENCE, until};

/// What the page says while it has no connection to the gateway.
const OFFLINE: (&str, &str) = ("body", "#connection:not([hidden])");
/// As long as a browser may wait before it connects again, and the shell after it.
const RECONNECTED_MS: u32 = 5_000;

/// The wallet can't be written; what was typed stays, and is sent once more under the same key.
const UNSURE: Stated = Stated {
    slots: &[],
    says: Some((WALLET, "[data-test=unsure]")),
    shown_ms: 4_000,
    back: Back::ByItself(4_000),
    money: Money::Repeats,
};

/// The same, and what the wallet shows can't be read anew either.
const WALLET_DOWN: Stated = Stated { slots: &[("wallet", "degraded")], ..UNSURE };

/// The page says that it is offline; what was typed waits.
const DISCONNECTED: Stated = Stated {
    slots: &[],
    says: Some(OFFLINE),
    shown_ms: 3_000,
    back: Back::ByItself(RECONNECTED_MS),
    money: Money::Waits,
};

/// A fragment whose service did not answer asks again after this, at the latest.
const ASKED_AGAIN_MS: u32 = 8_000;
const HOUR_MS: i64 = 3_600_000;

/// Sends what is typed in the wallet's form.
async fn send(stage: &Stage) -> Result<()> {
    stage.browser().click(WALLET, "[data-test=deposit-submit]").await
}

/// Sends it once more, when all is well again: it is carried out once, then or before.
async fn send_again(stage: &Stage) -> Result<()> {
    stage.browser().click(WALLET, "[data-test=unsure] [data-test=again]").await?;
    until("the deposit's outcome is known", PATIENCE, || async {
        Ok((stage.browser().count(WALLET, "[data-test=unsure]").await? == 0).then_some(()))
    })
    .await
}

const fn wallet(name: &'static str, what: &'static str, begin: Act, mend: Act, stated: Stated) -> Case {
    Case { name, what, path: "/", when: When::Running, begin, meanwhile: None, mend, stated }
}

const fn switched(name: &'static str, what: &'static str, when: When, begin: Act, stated: Stated) -> Case {
    let mend: Act = |stage| Box::pin(async move { all_ok(stage).await });
    Case { name, what, path: "/", when, begin, meanwhile: None, mend, stated }
}

/// At a table: what the vendor signs is too old or too new then, and a bet is refused.
const fn jump(name: &'static str, what: &'static str, begin: Act) -> Case {
    let mend: Act = |stage| Box::pin(async move { stage.gateway().clock_ahead(0).await });
    Case {
        name,
        what,
        path: "/live/roulette-1",
        when: When::Running,
        begin,
        meanwhile: Some(BET_REFUSED),
        mend,
        stated: UNNOTICED,
    }
}

const BET_REFUSED: Act = |stage| {
    Box::pin(async move {
        // A busy machine may be too late for a round or two.
        for _ in 0..3 {
            stage.rounds(1).await?;
            stage.browser().click(LIVE, "[data-test=chip][data-value='100']").await?;
            stage.browser().click(LIVE, "[data-test=spot][data-spot='red']:not([aria-disabled=true])").await?;
            let message = "[data-test=message]";
            let words = stage.browser().text_until(LIVE, message, PATIENCE, |words| !words.is_empty()).await?;
            if words.contains("The bet was taken back") {
                return Ok(());
            }
            ensure!(words.contains("Too late"), "the bet is refused, not {words:?}");
        }
        bail!("no bet was in time")
    })
};

/// What happens behind the page's back arrives all the same.
const EVENTS_COME: Act = |stage| {
    Box::pin(async move {
        let before = balance(stage).await?;
        let pay_in = "return fetch('/api/identity/session').then((reply) => reply.json()).then((session) =>
            fetch('/api/wallet/deposits', {
                method: 'POST',
                headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token, 'idempotency-key': crypto.randomUUID() },
                body: JSON.stringify({ amount_minor: 100, currency: 'EUR' }),
            })).then((reply) => reply.status)";
        for paid in 1..=5 {
            let status = stage.browser().run(pay_in, vec![]).await?;
            ensure!(status == serde_json::json!(201), "the deposit is taken, not {status}");
            until("the event arrives", PATIENCE, || async {
                Ok((balance(stage).await? == before + 100 * paid).then_some(()))
            })
            .await?;
        }
        Ok(())
    })
};

async fn balance(stage: &Stage) -> Result<i64> {
    let minor = stage.browser().attribute(WALLET, "[data-test=balance]", "data-minor").await?;
    minor.parse().with_context(|| format!("a balance, not {minor:?}"))
}

/// No service has a fault any more, without anybody's doing.
const BURST_PASSES: Act = |stage| {
    Box::pin(async move {
        until("the burst is over", PATIENCE, || async {
            let faults = stage.gateway().get("/faults").await?;
            let mut all = faults["faults"].as_array().context("a list")?.iter();
            Ok(all.all(|fault| fault["mode"] == "ok").then_some(()))
        })
        .await
    })
};

/// Takes every service's fault away.
async fn all_ok(stage: &Stage) -> Result<()> {
    for service in SERVICES {
        stage.service(service, "ok", 0).await?;
    }
    Ok(())
}

pub(super) const ALL: &[Case] = &[
    wallet(
        "server-wallet-down",
        "the wallet's service is down",
        |stage| {
            Box::pin(async move {
                stage.service("wallet", "down", 0).await?;
                send(stage).await
            })
        },
        |stage| {
            Box::pin(async move {
                stage.service("wallet", "ok", 0).await?;
                send_again(stage).await
            })
        },
        WALLET_DOWN,
    ),
    Case {
        meanwhile: Some(BURST_PASSES),
        ..wallet(
            "server-wallet-burst",
            "the wallet's service answers 500 for three seconds",
            |stage| {
                Box::pin(async move {
                    stage.service("wallet", "errors", 3_000).await?;
                    send(stage).await
                })
            },
            |stage| Box::pin(async move { send_again(stage).await }),
            WALLET_DOWN,
        )
    },
    wallet(
        "server-database-locked",
        "another program holds the lock of the wallet's database",
        |stage| {
            Box::pin(async move {
                let other = rusqlite::Connection::open(stage.scene.floor.path("gateway/wallet.db"))?;
                other.execute_batch("BEGIN IMMEDIATE")?;
                stage.lock = Some(other);
                send(stage).await
            })
        },
        |stage| {
            Box::pin(async move {
                stage.lock = None;
                send_again(stage).await
            })
        },
        UNSURE,
    ),
    Case {
        // What was there can still be read, by this page and by a new one.
        meanwhile: Some(|stage| {
            Box::pin(async move {
                let read = "return Promise.all(['/', '/api/wallet/balance', '/api/promotions/offers'].map((path) =>
                    fetch(path).then((reply) => reply.status)))";
                let status = stage.browser().run(read, vec![]).await?;
                ensure!(status == serde_json::json!([200, 200, 200]), "reading goes on, not {status}");
                Ok(())
            })
        }),
        ..wallet(
            "server-disk-full",
            "the gateway can't write a byte to any file",
            |stage| {
                Box::pin(async move {
                    stage.scene.floor.limit_gateway_files(Some(0))?;
                    send(stage).await
                })
            },
            |stage| {
                Box::pin(async move {
                    stage.scene.floor.limit_gateway_files(None)?;
                    send_again(stage).await
                })
            },
            UNSURE,
        )
    },
    switched(
        "server-promotions-down",
        "the promotions' service is down",
        When::Opening,
        |stage| Box::pin(async move { stage.service("promotions", "down", 0).await }),
        Stated {
            slots: &[("promotions", "degraded")],
            says: Some((PROMOTIONS, "[data-test=offers-error] strong")),
            shown_ms: 4_000,
            back: Back::ByItself(ASKED_AGAIN_MS),
            money: Money::Flows,
        },
    ),
    Case {
        // The tables come over the event stream as well.
        meanwhile: Some(|stage| {
            Box::pin(async move { stage.browser().see(LIVE, "[data-test=lobby-table][data-online=true]").await })
        }),
        ..switched(
            "server-live-down",
            "the lobby's service is down",
            When::Opening,
            |stage| Box::pin(async move { stage.service("live", "down", 0).await }),
            UNNOTICED,
        )
    },
    switched(
        "server-identity-down",
        "the service of players and sessions is down",
        When::Running,
        |stage| Box::pin(async move { stage.service("identity", "down", 0).await }),
        UNNOTICED,
    ),
    switched(
        "server-identity-down-at-start",
        "the service of players and sessions is down while the page is opened",
        When::Opening,
        |stage| Box::pin(async move { stage.service("identity", "down", 0).await }),
        Stated {
            slots: &[],
            says: Some((WALLET, "[data-test=demo]")),
            shown_ms: 4_000,
            back: Back::ByItself(ASKED_AGAIN_MS),
            money: Money::Waits,
        },
    ),
    switched(
        "server-events-down",
        "the event stream is down",
        When::Running,
        |stage| Box::pin(async move { stage.service("events", "down", 0).await }),
        Stated { money: Money::Flows, ..DISCONNECTED },
    ),
    Case {
        meanwhile: Some(EVENTS_COME),
        ..switched(
            "server-events-cut",
            "the event stream is cut every 300 ms",
            When::Running,
            |stage| Box::pin(async move { stage.service("events", "cut", 300).await }),
            Stated { money: Money::Flows, ..DISCONNECTED },
        )
    },
    Case {
        meanwhile: Some(BURST_PASSES),
        mend: |_| Box::pin(async { Ok(()) }),
        ..switched(
            "server-burst",
            "every service answers 500 for three seconds",
            When::Running,
            |stage| {
                Box::pin(async move {
                    for service in SERVICES {
                        stage.service(service, "errors", 3_000).await?;
                    }
                    Ok(())
                })
            },
            DISCONNECTED,
        )
    },
    Case {
        mend: |stage| Box::pin(async move { stage.scene.floor.start_gateway() }),
        ..switched(
            "server-killed",
            "the gateway is killed",
            When::Running,
            |stage| Box::pin(async move { stage.scene.floor.kill_gateway() }),
            DISCONNECTED,
        )
    },
    jump("server-clock-ahead", "the gateway's clock jumps an hour ahead", |stage| {
        Box::pin(async move { stage.gateway().clock_ahead(HOUR_MS).await })
    }),
    jump("server-clock-behind", "the gateway's clock jumps an hour back", |stage| {
        Box::pin(async move { stage.gateway().clock_ahead(-HOUR_MS).await })
    }),
];
