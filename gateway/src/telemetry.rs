//! Logs and metrics of the process.
//!
//! **Architecture invariant:** no cookie, token, password or body ever reaches a log line or a
//! metric's label; labels come from small fixed sets.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::LogFormat;

/// What is logged where `RUST_LOG` says nothing. At info the client of NATS repeats what our own lines say.
const USUAL: &str = "info,async_nats=warn";

/// Sends logs to stderr; `RUST_LOG` narrows or widens them.
pub fn start_logging(format: LogFormat) {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let coloured = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(coloured);
    // A second start, in a test, keeps the first one's subscriber.
    let _ = match format {
        LogFormat::Text => filtered(wanted).with(lines).try_init(),
        LogFormat::Json => filtered(wanted).with(lines.json().flatten_event(true).with_span_list(false)).try_init(),
    };
}

/// Lets through what is wanted and may be told.
fn filtered(wanted: EnvFilter) -> impl Subscriber + for<'span> LookupSpan<'span> {
    tracing_subscriber::registry().with(filter_fn(may_be_told)).with(wanted)
}

/// Whether it is in a log at all, whatever `RUST_LOG` says. At debug and trace the libraries write down what they
/// carry: the database's driver each parameter of a statement, the client of NATS its password.
fn may_be_told(metadata: &Metadata<'_>) -> bool {
    let is_ours = metadata.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
    is_ours || *metadata.level() <= Level::INFO
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a line of this target and level is written where `RUST_LOG` is so.
    macro_rules! is_told {
        ($wanted:expr, $target:literal, $level:expr) => {
            tracing::subscriber::with_default(filtered(EnvFilter::new($wanted)), || {
                tracing::enabled!(target: $target, $level)
            })
        };
    }

    #[test]
    fn no_setting_brings_what_libraries_carry_into_the_log() {
        for wanted in [
            "debug",
            "trace",
            "tokio_postgres=debug",
            "info,tokio_postgres::query=trace",
            "async_nats=trace,hyper=trace,hyper_util=trace",
        ] {
            assert!(!is_told!(wanted, "tokio_postgres::query", Level::DEBUG), "{wanted}");
            assert!(!is_told!(wanted, "async_nats::connection", Level::TRACE), "{wanted}");
            assert!(!is_told!(wanted, "hyper::proto::h1::io", Level::TRACE), "{wanted}");
            assert!(!is_told!(wanted, "gateway_of_others", Level::DEBUG), "{wanted}");
        }
    }

    #[test]
    fn our_own_lines_are_as_many_as_are_wanted() {
        assert!(is_told!("debug", "gateway::edge::watch", Level::DEBUG));
        assert!(is_told!("info,gateway::edge=trace", "gateway::edge::watch", Level::TRACE));
        assert!(!is_told!("info", "gateway::edge::watch", Level::DEBUG));
        assert!(!is_told!("warn", "gateway", Level::INFO));
        assert!(is_told!("debug", "tokio_postgres::connection", Level::INFO));
        assert!(is_told!(USUAL, "gateway", Level::INFO) && is_told!(USUAL, "rustls", Level::INFO));
        assert!(is_told!(USUAL, "async_nats", Level::WARN) && !is_told!(USUAL, "async_nats", Level::INFO));
    }
}
