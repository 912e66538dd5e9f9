//! The files below `deploy/`: which are whole resources, which are patches, and which belong to nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;

const KUSTOMIZATION: &str = "kustomization.yaml";

/// Everything that is checked.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// What stands in the files, patches too.
    pub(super) resources: Vec<Resource>,
    /// The files with whole resources.
    pub(super) whole: Vec<PathBuf>,
    /// Path and text of each.
    pub(super) containerfiles: Vec<(String, String)>,
    /// Files that no kustomization names, and names without a file.
    pub(super) strays: Vec<Finding>,
}

/// A document of a file.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// From the project's root.
    pub(super) file: String,
    /// It changes another one, and is not whole.
    pub(super) is_patch: bool,
    pub(super) value: Value,
}

impl Resource {
    pub(super) fn kind(&self) -> &str {
        self.text("/kind")
    }

    pub(super) fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// For people.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.kind(), self.name())
    }

    /// The text at a JSON pointer; empty if there is none.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// What a workload starts.
    pub(super) fn pod(&self) -> Option<&Value> {
        let template = if self.ends() { "/spec/jobTemplate/spec/template" } else { "/spec/template" };
        self.value.pointer(template).filter(|_| !self.is_patch)
    }

    /// Whether what it starts does something and ends, rather than serve.
    pub(super) fn ends(&self) -> bool {
        self.kind() == "CronJob"
    }

    pub(super) fn containers(&self) -> impl Iterator<Item = &Value> {
        self.pod().into_iter().flat_map(|pod| items(pod, "/spec/containers"))
    }
}

/// The elements of the list at a JSON pointer.
pub(super) fn items<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// Reads `folder`, naming files from `root`.
///
/// # Errors
/// A file can't be read, or is no YAML.
pub(super) fn read(folder: &Path, root: &Path) -> Result<Files> {
    let mut files = Files::default();
    read_folder(folder, root, &mut files)?;
    Ok(files)
}

fn read_folder(folder: &Path, root: &Path, files: &mut Files) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let (mut whole, mut patches) = (BTreeSet::new(), BTreeSet::new());
    if let Some(kustomization) = paths.iter().find(|path| path.ends_with(KUSTOMIZATION)) {
        let value = only(kustomization)?;
        let named = |pointer| items(&value, pointer).filter_map(Value::as_str).map(str::to_owned);
        whole = named("/resources").filter(|name| !name.ends_with("base")).collect();
        patches = items(&value, "/patches").filter_map(|patch| Some(patch["path"].as_str()?.to_owned())).collect();
    }
    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    for missing in whole.iter().chain(&patches).filter(|name| !folder.join(name).is_file()) {
        files.strays.push(Finding(format!("{}: names {missing}, which is not there", shown(folder))));
    }
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = path.extension().unwrap_or_default();
        if path.is_dir() {
            read_folder(&path, root, files)?;
        } else if extension == "Containerfile" {
            files.containerfiles.push((shown(&path), text(&path)?));
        } else if extension == "yaml" && name != KUSTOMIZATION {
            let is_patch = patches.contains(&name);
            if !is_patch && !whole.contains(&name) {
                files.strays.push(Finding(format!("{}: no kustomization names it", shown(&path))));
            }
            let found = parse(&shown(&path), &text(&path)?)?;
            files.resources.extend(found.into_iter().map(|resource| Resource { is_patch, ..resource }));
            files.whole.extend((!is_patch).then_some(path));
        }
    }
    Ok(())
}

fn only(path: &Path) -> Result<Value> {
    serde_saphyr::from_str(&text(path)?).with_context(|| path.display().to_string())
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// The documents of a file.
///
/// # Errors
/// It is no YAML.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Resource>> {
    let values: Vec<Value> = serde_saphyr::from_multiple(text).with_context(|| file.to_owned())?;
    let resource = |value| Resource { file: file.to_owned(), is_patch: false, value };
    Ok(values.into_iter().map(resource).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_names_and_what_is_not_there_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(KUSTOMIZATION, "resources: [a.yaml, gone.yaml]\npatches:\n  - path: p.yaml\n");
        write("a.yaml", "---\nkind: Service\nmetadata: {name: a}\n---\nkind: Service\nmetadata: {name: b}\n");
        write("p.yaml", "kind: ConfigMap\nmetadata: {name: c}\n");
        write("stray.yaml", "kind: Service\nmetadata: {name: d}\n");
        let files = read(folder.path(), folder.path()).unwrap();
        let titles: Vec<_> = files.resources.iter().map(Resource::title).collect();
        assert_eq!(titles, ["Service a", "Service b", "ConfigMap c", "Service d"]);
        assert!(files.resources[2].is_patch && files.whole.len() == 2);
        assert_eq!(files.strays.len(), 2, "{:?}", files.strays);
    }
}
