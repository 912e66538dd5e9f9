//! The program: flags, logs, the ready line, signals. Everything else is the library's.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand, ValueEnum};
use provider::config::Config;
use provider::keys;
use provider::vendor::Vendor;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A simulated live-dealer vendor: tables, video, feed, and calls to the operator's wallet.
#[derive(Parser)]
#[command(name = "provider", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Option<Run>,
}

#[derive(Subcommand)]
enum Command {
    /// Make the key pair that signs calls to the operator, unless it is there, and print where
    /// the public half is.
    Keys {
        /// The data folder.
        #[arg(long, env = "PROVIDER_DATA", value_name = "DIR")]
        data: PathBuf,
    },
}

#[derive(Args)]
struct Run {
    /// Where pages reach the vendor; port 0 takes any free one.
    #[arg(long, env = "PROVIDER_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:9090")]
    listen: SocketAddr,
    /// The control port for operators and tests; loopback only.
    #[arg(long, env = "PROVIDER_CONTROL", value_name = "ADDRESS", default_value = "127.0.0.1:9091")]
    control: SocketAddr,
    /// The folder of the key pair and the journal; made if it is not there.
    #[arg(long, env = "PROVIDER_DATA", value_name = "DIR")]
    data: PathBuf,
    /// The operator's wallet, without /vendor/v1.
    #[arg(long, env = "PROVIDER_WALLET_URL", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    wallet_url: String,
    /// The vendor as pages see it [default: http://localhost: and the listening port].
    #[arg(long, env = "PROVIDER_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// How long bets are taken, in milliseconds; at least 500, like the two below.
    #[arg(long, env = "PROVIDER_BETTING_MS", value_name = "MS", default_value_t = 15_000)]
    betting_ms: u32,
    /// How long the ball runs or cards are dealt, in milliseconds.
    #[arg(long, env = "PROVIDER_DEALING_MS", value_name = "MS", default_value_t = 9_000)]
    dealing_ms: u32,
    /// How long the result stays on the table, in milliseconds.
    #[arg(long, env = "PROVIDER_RESULT_MS", value_name = "MS", default_value_t = 5_000)]
    result_ms: u32,
    /// Render no video: the feed then says that it is not live.
    #[arg(long, env = "PROVIDER_NO_VIDEO")]
    no_video: bool,
    /// How logs are written to standard error; RUST_LOG sets how much.
    #[arg(long, env = "PROVIDER_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
}

/// What a supervisor waits for: the one line on standard output.
#[derive(serde::Serialize)]
struct Ready {
    listening: String,
    control: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match (cli.command, cli.run) {
        (Some(Command::Keys { data }), _) => {
            keys::load_or_make(&data)?;
            println!("{}", data.join(keys::PUBLIC).display());
            Ok(())
        }
        (None, Some(run)) => {
            log_to_stderr(run.log_format);
            tokio::runtime::Runtime::new().context("no runtime")?.block_on(serve(run))
        }
        // Clap has refused it: --data is missing.
        (None, None) => anyhow::bail!("--data is missing; see --help"),
    }
}

async fn serve(run: Run) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let vendor = Vendor::start(Config {
        listen: run.listen,
        control: run.control,
        data: run.data,
        wallet_url: run.wallet_url,
        public_url: run.public_url,
        betting_ms: run.betting_ms,
        dealing_ms: run.dealing_ms,
        result_ms: run.result_ms,
        video: !run.no_video,
    })
    .await?;
    let ready =
        Ready { listening: format!("http://{}", vendor.listening), control: format!("http://{}", vendor.control) };
    let ready = serde_json::to_string(&ready).context("the ready line")?;
    writeln!(std::io::stdout(), "{ready}").context("the ready line")?;
    tracing::info!(listening = %vendor.listening, control = %vendor.control, "ready");
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping; again to stop at once");
    tokio::select! {
        () = vendor.stop() => tracing::info!("stopped"),
        _ = interrupt.recv() => tracing::warn!("stopped at once; the next start ends what is open"),
        _ = terminate.recv() => tracing::warn!("stopped at once; the next start ends what is open"),
    }
    Ok(())
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
}
