//! Starts the gateway and stops it on a signal, or does what a subcommand says.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use gateway::app::Gateway;
use gateway::cli::{Cli, Command};
use gateway::config::Config;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        // It waits for the disk and for nothing else, which the runtime's threads must not.
        Some(Command::Verify(verify)) => {
            tokio::task::spawn_blocking(move || verify.run()).await.unwrap_or(ExitCode::FAILURE)
        }
        Some(Command::RegistryKey(key)) => key.run(),
        Some(Command::Rebuild(rebuild)) => rebuild.run().await,
        Some(Command::Reconcile(reconcile)) => reconcile.run().await,
        Some(Command::Operator(operator)) => operator.run().await,
        None => serve(&cli.serve).await,
    }
}

async fn serve(config: &Config) -> ExitCode {
    gateway::telemetry::start_logging(config.log_format);
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Our messages hold their cause already.
            eprintln!("gateway: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: &Config) -> anyhow::Result<()> {
    // Before anything is announced: a signal must not fall into a gap.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // A file that has reached the operator's limit is an error for whoever writes, as a full disk is.
    // Without this it would be the end of the process.
    let _file_size_limit = signal(SignalKind::from_raw(libc::SIGXFSZ))?;
    let gateway = Gateway::start(config).await?;
    let mut out = std::io::stdout().lock();
    let addresses = serde_json::json!({
        "listening": format!("http://{}", gateway.listening()),
        "internal": gateway.internal().map(|address| format!("http://{address}")),
        "control": format!("http://{}", gateway.control()),
    });
    writeln!(out, "{addresses}")?;
    out.flush()?;
    drop(out);
    tokio::select! {
        _ = interrupt.recv() => tracing::info!("interrupted"),
        _ = terminate.recv() => tracing::info!("terminated"),
    }
    gateway.stop().await;
    Ok(())
}
