//! Runs the failure matrix: `chaos OUT [--browser NAME] [--filter NAME]`. Prints a line for each cell as
//! it ends, writes `report.html`, `report.json` and `report.md` into OUT, and fails if a cell is other than
//! stated. `cargo croupier chaos` builds and packs what it needs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use scenarios::browser::Engine;
use scenarios::chaos::cell::{self, Row};
use scenarios::chaos::gallery::{ALL, Fault, Placement};
use scenarios::chaos::{markdown, outside, report};

const USAGE: &str = "usage: chaos OUT [--browser chromium|firefox] [--filter NAME]";

/// What is played, and where it is written.
struct Orders {
    out: PathBuf,
    engines: Vec<Engine>,
    /// A part of the names.
    filter: String,
}

impl Orders {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let out = PathBuf::from(arguments.next().context(USAGE)?);
        let mut orders = Self { out, engines: Engine::ALL.to_vec(), filter: String::new() };
        while let Some(name) = arguments.next() {
            let value = arguments.next().with_context(|| format!("{name} has no value; {USAGE}"))?;
            match name.as_str() {
                "--browser" => orders.engines = vec![value.parse()?],
                "--filter" => orders.filter = value,
                _ => bail!("{name} is not known; {USAGE}"),
            }
        }
        Ok(orders)
    }

    fn faults(&self) -> Result<Vec<&'static Fault>> {
        let faults: Vec<_> = ALL.iter().filter(|fault| fault.name.contains(&self.filter)).collect();
        let outside = outside::ALL.iter().any(|family| family.has(&self.filter));
        ensure!(outside || !faults.is_empty(), "no fault has a name with {:?} in it", self.filter);
        Ok(faults)
    }
}

/// What has been played.
#[derive(Default)]
struct Played {
    rows: Vec<Row>,
    outside: Vec<outside::Row>,
    /// Cells that said nothing.
    broken: usize,
}

impl Played {
    fn take(&mut self, row: Result<Row>) {
        match row {
            Ok(row) => {
                println!("{}", report::line(&row));
                self.rows.push(row);
            }
            Err(error) => {
                println!("MISS {error:#}");
                self.broken += 1;
            }
        }
    }

    fn take_outside(&mut self, row: Result<outside::Row>) {
        match row {
            Ok(row) => {
                println!("{}", outside::report::line(&row));
                self.outside.push(row);
            }
            Err(error) => {
                println!("MISS {error:#}");
                self.broken += 1;
            }
        }
    }

    fn is_as_stated(&self) -> bool {
        let as_stated = self.rows.iter().all(|row| row.missed.is_empty());
        self.broken == 0 && as_stated && self.outside.iter().all(|row| row.missed.is_empty())
    }

    fn write(&self, out: &Path) -> Result<()> {
        let all = serde_json::json!({ "fragments": self.rows, "outside": self.outside });
        std::fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
        std::fs::write(out.join("report.json"), serde_json::to_string_pretty(&all)?)?;
        let page = report::page(&self.rows, &outside::report::section(&self.outside));
        std::fs::write(out.join("report.html"), page)?;
        let tables = [markdown::table(&self.rows), outside::markdown::table(&self.outside)];
        std::fs::write(out.join("report.md"), tables.join("\n"))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let orders = Orders::read(std::env::args().skip(1))?;
    let faults = orders.faults()?;
    let mut played = Played::default();
    for &engine in &orders.engines {
        for fault in &faults {
            for placement in Placement::ALL {
                played.take(cell::run(fault, placement, engine).await);
            }
        }
        for family in outside::ALL {
            family.play(engine, &orders.filter, |row| played.take_outside(row)).await;
        }
    }
    played.write(&orders.out)?;
    println!("{}; {}", report::summary(&played.rows), outside::report::summary(&played.outside));
    Ok(if played.is_as_stated() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
