//! The gateway is killed and comes back.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Database, Options};
use scenarios::scenario::{Scene, WALLET, play};
use serde_json::json;

/// Pays in without the page's knowledge: the page learns of it only by an event.
async fn pay_in_behind_the_page(scene: &Scene, amount_minor: i64) -> Result<()> {
    let script = "const [amount_minor, key] = arguments;
        return fetch('/api/identity/session').then((reply) => reply.json()).then((session) =>
            fetch('/api/wallet/deposits', {
                method: 'POST',
                headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token, 'idempotency-key': key },
                body: JSON.stringify({ amount_minor, currency: 'EUR' }),
            })).then((reply) => reply.status)";
    let key = uuid::Uuid::new_v4().to_string();
    let status = scene.browser.run(script, vec![json!(amount_minor), json!(key)]).await?;
    ensure!(status == json!(201), "the deposit is taken, not {status}");
    Ok(())
}

/// The rows of the history, by the ledger position that each shows in `data-version`.
async fn rows(scene: &Scene) -> Result<Vec<u64>> {
    let script = "const rows = [];
        const walk = (root) => { for (const element of root.querySelectorAll('*')) {
            if (element.matches('[data-test=history-row]')) rows.push(Number(element.dataset.version));
            if (element.shadowRoot) walk(element.shadowRoot); } };
        walk(document); return rows;";
    let rows = scene.browser.run(script, vec![]).await?;
    rows.as_array().context("rows")?.iter().map(|row| row.as_u64().context("a version")).collect()
}

/// The page reconnects by itself, misses no event and shows none twice.
#[tokio::test]
async fn no_event_is_missed_or_doubled() -> Result<()> {
    killed_three_times("gateway_restart", Database::Files).await
}

/// The same while the data is in a database of its own.
#[tokio::test]
async fn on_postgresql_no_event_is_missed_or_doubled() -> Result<()> {
    killed_three_times("gateway_restart_postgresql", Database::Postgres).await
}

async fn killed_three_times(name: &str, database: Database) -> Result<()> {
    play(name, Options { database, ..Options::default() }, (1440, 900), async |scene| {
        scene.open("/wallet").await?;
        scene.sign_in_demo().await?;
        pay_in_behind_the_page(scene, 100).await?;
        scene
            .browser
            .text_until(WALLET, "[data-test=balance]", scenarios::PATIENCE, |t| t.contains("1,001.00"))
            .await?;

        for round in 1..=3_i64 {
            scene.expected_errors.extend([
                "ERR_CONNECTION_REFUSED",
                "ERR_INCOMPLETE_CHUNKED",
                "ERR_CONNECTION_RESET",
                "ERR_EMPTY",
            ]);
            scene.floor.kill_gateway()?;
            scene.floor.start_gateway()?;
            // Some of these land before the page's event stream is back, some after.
            for _ in 0..5 {
                pay_in_behind_the_page(scene, 100).await?;
            }
            let expected = format!("1,{:03}.00", 1 + 5 * round);
            scene
                .browser
                .text_until(WALLET, "[data-test=balance]", scenarios::PATIENCE, |t| t.contains(&expected))
                .await?;
        }
        // The opening deposit, one before and fifteen after the restarts.
        let rows = scenarios::until("all rows", scenarios::PATIENCE, || async {
            let rows = rows(scene).await?;
            Ok((rows.len() >= 17).then_some(rows))
        })
        .await?;
        let distinct: BTreeSet<u64> = rows.iter().copied().collect();
        ensure!(rows.len() == 17 && distinct.len() == 17, "17 rows, each once: {rows:?}");
        for slot in ["wallet", "live", "promotions"] {
            scene.browser.slot_state(slot, &["mounted"], scenarios::PATIENCE).await?;
        }
        Ok(())
    })
    .await
}
