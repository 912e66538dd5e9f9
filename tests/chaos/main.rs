//! Runs the failure matrix: `chaos OUT [NAME]`. Prints a line for each cell as it ends, writes
//! `report.json` and `report.html` into OUT, and fails if a cell is other than stated. With NAME, only
//! faults whose name contains it. `cargo croupier chaos` builds and packs what it needs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use scenarios::chaos::cell::{self, Row};
use scenarios::chaos::gallery::{ALL, Fault, Placement};
use scenarios::chaos::report;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let out = PathBuf::from(arguments.next().context("usage: chaos OUT [NAME]")?);
    let name = arguments.next().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let faults: Vec<&'static Fault> = ALL.iter().filter(|fault| fault.name.contains(&name)).collect();
    ensure!(!faults.is_empty(), "no fault has a name with {name:?} in it");

    let mut rows = Vec::new();
    let mut broken = 0;
    for fault in faults {
        for placement in Placement::ALL {
            match cell::run(fault, placement).await {
                Ok(row) => {
                    println!("{}", report::line(&row));
                    rows.push(row);
                }
                Err(error) => {
                    println!("MISS {error:#}");
                    broken += 1;
                }
            }
        }
    }
    write(&out, &rows)?;
    println!("{}", report::summary(&rows));
    let good = broken == 0 && rows.iter().all(|row| row.missed.is_empty());
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write(out: &Path, rows: &[Row]) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    std::fs::write(out.join("report.json"), serde_json::to_string_pretty(rows)?)?;
    std::fs::write(out.join("report.html"), report::page(rows))?;
    Ok(())
}
