//! How long a bet takes: browser → provider → gateway's ledger → provider → browser.

use anyhow::{Context, Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, play};
use serde_json::json;

/// How many bets are measured, over several rounds: a table takes at most 100 of a player in one.
const BETS: u32 = 180;
/// What 95 of 100 bets must stay under.
const P95_MS: f64 = 100.0;

/// A launch token for the table. Only the page may ask the gateway.
const LAUNCH: &str = r"
    return fetch('/api/identity/session').then((reply) => reply.json()).then((session) =>
        fetch('/api/live/launch', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token },
            body: JSON.stringify({ table: 'roulette-1' }),
        })).then((reply) => reply.json()).then(({ token }) => token);
";

/// Places bets from where the table runs over the vendor's socket, one after the other, and times each from
/// `send` to the vendor's confirmation, which follows the commit in the ledger.
const MEASURE: &str = r"
    const [feed, token, bets] = arguments;
    const done = arguments[arguments.length - 1];
    (async () => {
        const socket = new WebSocket(feed);
        const inbox = [];
        let wake = () => {};
        socket.onmessage = (event) => { inbox.push(JSON.parse(event.data)); wake(); };
        const hear = async (wanted) => {
            for (;;) {
                while (inbox.length) { const message = inbox.shift(); if (wanted(message)) return message; }
                await new Promise((resolve) => { wake = resolve; });
            }
        };
        await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = () => reject('no feed'); });
        const say = (message) => socket.send(JSON.stringify(message));
        say({ type: 'subscribe', tables: ['roulette-1'] });
        say({ type: 'launch', token });
        await hear((message) => message.type === 'launched');
        const times = [];
        let round;
        for (let index = 0; index < bets; index++) {
            if (index % 90 === 0) round = (await hear((message) => message.type === 'delta' && message.phase === 'open')).round;
            const key = crypto.randomUUID();
            const started = performance.now();
            say({ type: 'place', key, table: 'roulette-1', round, stakes: [{ spot: index % 2 ? 'red' : 'black', stake_minor: 100 }] });
            const answer = await hear((message) => message.type === 'refused' || (message.type === 'bets' && message.bets.some((bet) => bet.key === key)));
            if (answer.type === 'refused') throw JSON.stringify(answer);
            times.push(performance.now() - started);
        }
        socket.close();
        return times;
    })().then((times) => done({ times }), (error) => done({ error: String(error) }));
";

/// The 95th percentile stays under the limit.
#[tokio::test]
async fn stays_under_100_ms() -> Result<()> {
    let options = Options { round_ms: (12_000, 1_000, 1_000), ..Options::default() };
    play("bet_round_trip", options, (1440, 900), async |scene| {
        scene.open("/").await?;
        scene.sign_in_demo().await?;
        scene.browser.driver().set_script_timeout(std::time::Duration::from_secs(90)).await?;
        let token = scene.browser.run(LAUNCH, vec![]).await?;
        let arguments = vec![json!(scene.floor.feed_url()), token, json!(BETS)];
        let outcome = scene.browser.run_async_in(LIVE, MEASURE, arguments).await?;
        let times = outcome["times"].as_array().with_context(|| outcome.to_string())?;
        let mut times: Vec<f64> = times.iter().filter_map(serde_json::Value::as_f64).collect();
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        println!(
            "figure: bet round trip over {} bets: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
            times.len(),
            at(50),
            at(95),
            at(99)
        );
        ensure!(at(95) < P95_MS, "p95 is {:.1} ms", at(95));
        Ok(())
    })
    .await
}
