//! `size`: what each part weighs, and whether that is within its budget.

mod budgets;
mod changed;
mod download;
mod weigh;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::SizeOptions;
use crate::floor;
use crate::terminal::{Terminal, kib};
use crate::workspace::Workspace;
use budgets::Budgets;
use weigh::{Bytes, Part};

/// Prints the table, or JSON.
///
/// # Errors
/// A part can't be packed, or the floor can't be read.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &SizeOptions) -> Result<ExitCode> {
    floor::pack(workspace, terminal)?;
    let budgets = Budgets::read(&workspace.path("croupier/budgets.toml"))?.or(floor::stated_budgets(workspace)?);
    let floor = floor::default_floor(workspace);
    let fragments = weigh::fragments(&floor)?;
    let mut parts = weigh::floor(&floor, &fragments, &budgets)?;
    parts.extend(download::weigh(&floor, &fragments, &budgets)?);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&parts)?);
    } else {
        print!("{}", table(&parts));
    }
    let over = parts.iter().any(|part| !part.within_budget);
    Ok(if over { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What binary and glue of a fragment may weigh, in bytes after brotli 11; what it says of itself counts where the
/// project says nothing.
///
/// # Errors
/// The budgets can't be read.
pub(crate) fn budget_of(workspace: &Workspace, name: &str, stated_kib: Option<u64>) -> Result<u64> {
    let stated = stated_kib.map(|kib| (name.to_owned(), kib));
    let budgets = Budgets::read(&workspace.path("croupier/budgets.toml"))?.or(stated.into_iter().collect());
    Ok(budgets.fragment_bytes(name))
}

fn table(parts: &[Part]) -> String {
    let mut text = String::from(
        "bytes, and after brotli 11   budgets in KiB (1024 bytes)\n\
         part                    wasm             glue            style       counted    budget\n",
    );
    for part in parts {
        text.push_str(&format!(
            "{:<13} {:>15} {:>16} {:>16} {:>13} {:>9}  {}\n",
            part.name,
            both(part.wasm),
            both(part.glue),
            both(part.style),
            kib(part.counted_brotli),
            kib(part.budget_bytes),
            verdict(part),
        ));
    }
    text.push_str(
        "counted: wasm + glue; for the first paint index.html + style; for the cold page all that\n\
         a first visit loads, its wasm the shell's and the pack, its glue page and texts as well; for an update what\n\
         differs by Zstandard after a change of a view, for whoever holds the pack of before: its budget is a share\n\
         of the whole\n",
    );
    text
}

fn both(bytes: Bytes) -> String {
    if bytes.raw == 0 { "–".to_owned() } else { format!("{} {:>7}", bytes.raw, bytes.brotli) }
}

fn verdict(part: &Part) -> String {
    if part.within_budget {
        return "ok".to_owned();
    }
    format!("OVER by {} bytes", part.counted_brotli - part.budget_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_over_its_budget_is_said_so_in_bytes() {
        let part = Part {
            name: "wallet".into(),
            wasm: Bytes { raw: 150_000, brotli: 51_000 },
            glue: Bytes { raw: 9_000, brotli: 3_000 },
            style: Bytes::default(),
            counted_brotli: 54_000,
            budget_bytes: 51_200,
            within_budget: false,
        };
        let text = table(&[part]);
        assert!(text.contains("OVER by 2800 bytes") && text.contains("52.7 KiB"), "{text}");
    }
}
