//! Logs and metrics of the process.
//!
//! **Architecture invariant:** no cookie, token, password or body ever reaches a log line or a
//! metric's label; labels come from small fixed sets.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Sends logs to stderr; `RUST_LOG` narrows or widens them.
pub fn start_logging(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let coloured = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured);
    // A second start, in a test, keeps the first one's subscriber.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
    };
}

/// The recorder of the process. Metrics belong to the process, as `/metrics` does: several
/// gateways in one test process share it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Seconds, from a fast read to a time-out.
const LATENCY_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Installs the recorder once; absent when another one was there before.
pub fn metrics() -> Option<&'static PrometheusHandle> {
    let install = || {
        let latency = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(latency, LATENCY_BUCKETS);
        match builder.map_err(|error| error.to_string()).and_then(|it| it.install_recorder().map_err(|e| e.to_string()))
        {
            Ok(handle) => Some(handle),
            Err(error) => {
                tracing::error!(error, "no metrics are recorded");
                None
            }
        }
    };
    RECORDER.get_or_init(install).as_ref()
}

/// How often samples are folded into their buckets when nobody scrapes; until then they are kept
/// one by one.
const FOLD_EVERY: Duration = Duration::from_secs(5);

/// Keeps the recorder small, for as long as it runs.
pub async fn fold_metrics() {
    loop {
        tokio::time::sleep(FOLD_EVERY).await;
        if let Some(handle) = metrics() {
            handle.run_upkeep();
        }
    }
}
