//! `gateway reconcile`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::config::Place;
use crate::promotions::{self, Catalogue};
use crate::reconcile::{Compared, Report, Statement, Times, compare};
use crate::wallet::reconcile::{Since, books};
use crate::wallet::vendor::{VENDOR_NAME, Vendor};

/// See [`super::Command::Reconcile`].
#[derive(Debug, Args)]
pub struct Reconcile {
    /// Where the ledger and the promotions are.
    #[command(flatten)]
    pub(super) place: Place,

    /// Where the vendor's statement is: its control port.
    #[arg(long, env = "GATEWAY_VENDOR_STATEMENT", value_name = "URL", default_value = "http://127.0.0.1:9091")]
    vendor_statement: String,

    /// The file with the vendor's public key (base64 of 32 bytes): what it has not signed is not believed.
    #[arg(long, env = "GATEWAY_VENDOR_KEY", value_name = "FILE")]
    vendor_key: PathBuf,

    /// From when on, as a date (2026-11-29, in UTC), a moment (2026-11-29T06:00:00Z) or a time before now
    /// (36h). Without it: from the beginning.
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<When>,

    /// How long something may be on its way between the books, in seconds: what is younger is listed apart.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(..=86_400))]
    grace: u32,

    /// Prints the report as JSON, with everything that differs.
    #[arg(long)]
    json: bool,
}

/// A moment, as somebody names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Unix milliseconds.
    At(i64),
    /// So long ago.
    Ago(SignedDuration),
}

impl When {
    fn ms(self, now_ms: i64) -> i64 {
        match self {
            Self::At(ms) => ms,
            Self::Ago(duration) => now_ms.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

fn since(text: &str) -> Result<When, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(When::At(moment.as_millisecond()));
    }
    if let Ok(moment) = text.parse::<Date>().and_then(|date| date.to_zoned(TimeZone::UTC)) {
        return Ok(When::At(moment.timestamp().as_millisecond()));
    }
    match text.parse::<SignedDuration>() {
        Ok(ago) if !ago.is_negative() => Ok(When::Ago(ago)),
        _ => Err("a date (2026-11-29), a moment (2026-11-29T06:00:00Z) or a time before now (36h)".to_owned()),
    }
}

impl Reconcile {
    /// Prints the report.
    pub async fn run(self) -> ExitCode {
        match self.report().await {
            Ok(report) => {
                let text = if self.json { json(&report) } else { report.text() };
                // Whoever closed the pipe has read enough.
                let _ = std::io::stdout().write_all(text.as_bytes());
                if report.agrees { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                eprintln!("gateway: {error:#}");
                ExitCode::from(2)
            }
        }
    }

    async fn report(&self) -> anyhow::Result<Report> {
        let clock = Clock::system();
        let now_ms = clock.now_ms();
        let grace = Duration::from_secs(self.grace.into());
        let since_ms = self.since.map_or(0, |when| when.ms(now_ms));
        if since_ms > now_ms {
            bail!("--since lies in the future");
        }
        let times = Times { since_ms, now_ms, grace_ms: i64::try_from(grace.as_millis())? };
        let file = self.vendor_key.display();
        let key = std::fs::read_to_string(&self.vendor_key).with_context(|| format!("--vendor-key {file}"))?;
        let vendor = Vendor::new(VENDOR_NAME, &key).with_context(|| format!("--vendor-key {file}"))?;
        let statement = Statement::at(&self.vendor_statement, vendor).context("--vendor-statement")?;
        // The vendor first: what it says was asked for before the others are looked at.
        let moves_ms = times.moves_ms();
        let vendor = statement.since(moves_ms, || clock.now_ms()).await?;
        let place = self.place.clone();
        let read = move || {
            let storage = place.storage()?;
            let offers = Catalogue::house()?;
            let since = promotions::reconcile::Since { ends_ms: since_ms, claimed_ms: moves_ms };
            let promotions =
                promotions::reconcile::books(&storage, &offers, since).context("the promotions can't be read")?;
            let since = Since { moves_ms, bets_ms: times.bets_ms(&promotions) };
            let wallet = books(&storage, VENDOR_NAME, since).context("the ledger can't be read")?;
            anyhow::Ok((wallet, promotions))
        };
        // It waits for the disk, which the runtime's threads must not.
        let (wallet, promotions) = tokio::task::spawn_blocking(read).await??;
        Ok(compare(&Compared { vendor, wallet, promotions }, times))
    }
}

fn json(report: &Report) -> String {
    // Numbers and texts: there is nothing that can't be written.
    serde_json::to_string_pretty(report).map(|json| json + "\n").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_named_in_three_ways() {
        let day = 1_795_910_400_000;
        assert_eq!(since("2026-11-29"), Ok(When::At(day)));
        assert_eq!(since("2026-11-29T06:00:00Z"), Ok(When::At(day + 6 * 3_600_000)));
        assert_eq!(since("36h").map(|when| when.ms(day)), Ok(day - 36 * 3_600_000));
        for text in ["", "yesterday", "-3h", "3", "2026-13-01"] {
            assert!(since(text).is_err(), "{text}");
        }
    }
}
