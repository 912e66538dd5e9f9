//! Reading sizes off a packed floor.

use std::fs;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contract::manifest::{File, Fragment};
use serde::Serialize;

use super::budgets::Budgets;

/// A size, before and after brotli 11.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Bytes {
    pub(super) raw: u64,
    pub(super) brotli: u64,
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.brotli += other.brotli;
    }
}

/// A line of the table.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) wasm: Bytes,
    pub(super) glue: Bytes,
    pub(super) style: Bytes,
    /// What the budget is about.
    pub(super) counted_brotli: u64,
    pub(super) budget_bytes: u64,
    pub(super) within_budget: bool,
}

impl Part {
    pub(super) fn new(name: &str, [wasm, glue, style]: [Bytes; 3], counted_brotli: u64, budget_bytes: u64) -> Self {
        let within_budget = counted_brotli <= budget_bytes;
        Self { name: name.to_owned(), wasm, glue, style, counted_brotli, budget_bytes, within_budget }
    }
}

/// The fragments of a floor, in order of name.
pub(super) fn fragments(floor: &Path) -> Result<Vec<Fragment>> {
    let mut folders = entries(&floor.join("fragments"))?;
    folders.sort();
    let read = |folder: PathBuf| {
        let release = folder.join("release.json");
        let text = fs::read(&release).with_context(|| format!("reading {}", release.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{}", release.display()))
    };
    folders.into_iter().map(read).collect()
}

/// Every part of a floor: the shell, the first paint, the page of a frame, what a page loads once there is a newer
/// manifest, what counts, what divides the pack, what a developer's page loads, the fragments.
pub(super) fn floor(floor: &Path, fragments: &[Fragment], budgets: &Budgets) -> Result<Vec<Part>> {
    let shell = floor.join("shell");
    let ends = |suffix: &'static str| move |name: &str| name.ends_with(suffix);
    let [wasm, glue, style, page] = [".wasm", ".js", ".css", "index.html"].map(|suffix| all(&shell, ends(suffix)));
    let (wasm, glue, style, page) = (wasm?, glue?, style?, page?);
    // Every other script is a part of its own.
    let frame = all(&shell, is_of("frame"))?;
    let [swap, telemetry, pack] = ["swap", "telemetry", "pack"].map(|stem| all(&shell, is_of(stem)));
    let (swap, telemetry, pack) = (swap?, telemetry?, pack?);
    let mut inspector = all(&shell, is_of("inspect"))?;
    inspector += all(&shell, is_of("inspector"))?;
    let none = Bytes::default();
    let mut parts = vec![
        Part::new("shell", [wasm, glue, none], wasm.brotli + glue.brotli, budgets.shell_bytes()),
        Part::new("first paint", [none, none, style], page.brotli + style.brotli, budgets.first_paint_bytes()),
        Part::new("frame page", [none, frame, none], frame.brotli, budgets.frame_page_bytes()),
        Part::new("swap", [none, swap, none], swap.brotli, budgets.swap_bytes()),
        Part::new("telemetry", [none, telemetry, none], telemetry.brotli, budgets.telemetry_bytes()),
        Part::new("pack", [none, pack, none], pack.brotli, budgets.pack_bytes()),
        Part::new("inspector", [none, inspector, none], inspector.brotli, budgets.inspector_bytes()),
    ];
    for fragment in fragments {
        let weigh = |file: Option<&File>| file.map_or(Ok(Bytes::default()), |file| of_file(&place(floor, file)));
        let (wasm, glue) = (weigh(fragment.wasm.as_ref())?, weigh(Some(&fragment.entry))?);
        let style = weigh(fragment.style.as_ref())?;
        let counted = wasm.brotli + glue.brotli;
        let budget = budgets.fragment_bytes(&fragment.name);
        parts.push(Part::new(&fragment.name, [wasm, glue, style], counted, budget));
    }
    Ok(parts)
}

pub(super) fn place(floor: &Path, file: &File) -> PathBuf {
    floor.join(file.url.trim_start_matches('/'))
}

/// The content of a file that a release names.
pub(super) fn read(floor: &Path, file: &File) -> Result<Vec<u8>> {
    let path = place(floor, file);
    fs::read(&path).with_context(|| format!("reading {}", path.display()))
}

/// Whether a file is the script of this name, with a hash in it or without.
pub(super) fn is_of(stem: &'static str) -> impl Fn(&str) -> bool {
    move |name| name.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['-', '.']) && rest.ends_with(".mjs"))
}

pub(super) fn all(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Result<Bytes> {
    let mut sum = Bytes::default();
    for path in entries(folder)? {
        if path.file_name().is_some_and(|name| is_meant(&name.to_string_lossy())) {
            sum += of_file(&path)?;
        }
    }
    Ok(sum)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

pub(super) fn of_file(path: &Path) -> Result<Bytes> {
    let length = |path: &Path| -> Result<u64> {
        Ok(fs::metadata(path).with_context(|| format!("reading {}", path.display()))?.len())
    };
    let mut twin = path.as_os_str().to_owned();
    twin.push(".br");
    Ok(Bytes { raw: length(path)?, brotli: length(Path::new(&twin))? })
}

#[cfg(test)]
mod tests {
    use super::super::budgets::tests::BUDGETS;
    use super::*;

    #[test]
    fn a_part_is_within_its_budget_up_to_the_last_byte() {
        let none = [Bytes::default(); 3];
        assert!(Part::new("a", none, 1024, 1024).within_budget);
        assert!(!Part::new("a", none, 1025, 1024).within_budget);
    }

    #[test]
    fn the_shell_is_all_its_wasm_and_glue_and_the_first_paint_its_page_and_style() {
        let folder = tempfile::tempdir().unwrap();
        let shell = folder.path().join("shell");
        fs::create_dir_all(&shell).unwrap();
        fs::create_dir_all(folder.path().join("fragments")).unwrap();
        for (name, raw, brotli) in [
            ("s.wasm", 9, 5),
            ("s.js", 8, 4),
            ("s.css", 7, 3),
            ("t.css", 6, 2),
            ("index.html", 5, 1),
            ("frame.mjs", 9, 7),
            ("swap-0.mjs", 9, 8),
            ("telemetry-0.mjs", 9, 3),
            ("pack-0.mjs", 9, 4),
            ("inspect.mjs", 9, 2),
            ("inspector-0.mjs", 9, 3),
        ] {
            fs::write(shell.join(name), vec![0; raw]).unwrap();
            fs::write(shell.join(format!("{name}.br")), vec![0; brotli]).unwrap();
        }
        let budgets = toml::from_str(BUDGETS).unwrap();
        let parts = floor(folder.path(), &fragments(folder.path()).unwrap(), &budgets).unwrap();
        let counted: Vec<u64> = parts.iter().map(|part| part.counted_brotli).collect();
        assert_eq!(counted, [9, 6, 7, 8, 3, 4, 5]);
    }
}
