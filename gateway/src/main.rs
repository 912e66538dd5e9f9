//! Starts the gateway and stops it on a signal, or does what a subcommand says.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use gateway::app::Gateway;
use gateway::cli::{Cli, Command, audit_module};
use gateway::config::Config;
use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        // Without a runtime: its memory is bounded, and each thread has some.
        Some(Command::AuditModule) => audit_module(),
        Some(Command::Verify(verify)) => verify.run(),
        Some(Command::RegistryKey(key)) => key.run(),
        Some(Command::Rebuild(rebuild)) => wait_for(rebuild.run()),
        Some(Command::Reconcile(reconcile)) => wait_for(reconcile.run()),
        Some(Command::Operator(operator)) => wait_for(operator.run()),
        None => wait_for(serve(&cli.serve)),
    }
}

#[tokio::main]
async fn wait_for(work: impl Future<Output = ExitCode>) -> ExitCode {
    work.await
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
    let _file_size_limit = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?;
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
