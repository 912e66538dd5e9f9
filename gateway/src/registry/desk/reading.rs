//! Reads the files of a release out of their store.
//!
//! A store may answer slowly, or not at all, and what is switched off must not wait for it. So a read goes on by itself,
//! and whoever asks waits a moment and may ask again. One at a time: a store that is slow is not asked for more.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::manifest::{File, Fragment};
use contract::registry::address;
use futures::future::try_join_all;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::super::encoding::Compressed;
use super::files::{Files, FilesError};

/// How long whoever asks waits. A switch that comes meanwhile waits for that and then for itself, and reaches open pages
/// within two seconds all the same.
const PATIENCE: Duration = Duration::from_millis(500);

/// The files of a release by their names; nothing where one is missing or damaged.
type Read = Result<Option<BTreeMap<String, Compressed>>, FilesError>;

/// What is being read, and what could not be.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The read that is under way, if there is one: of which fragment's which release.
    task: Option<((String, String), JoinHandle<Read>)>,
    /// At whose files the store last had no answer.
    stopped_at: Option<String>,
}

impl Reading {
    /// The files of a release; nothing while they are still being read.
    pub(super) async fn read(&mut self, store: &Files, release: &Fragment) -> Option<Read> {
        let key = (release.name.clone(), release.version.clone());
        let mut task = match self.task.take() {
            Some((of, task)) if of == key => task,
            other => {
                if let Some((_, task)) = other {
                    task.abort();
                }
                tokio::spawn(read(store.clone(), release.clone()))
            }
        };
        if let Ok(done) = timeout(PATIENCE, &mut task).await {
            let read = done.unwrap_or_else(|error| Err(FilesError::Away(error.to_string())));
            if matches!(read, Err(FilesError::Away(_))) {
                self.stopped_at = Some(key.0);
            }
            return Some(read);
        }
        self.task = Some((key, task));
        None
    }

    /// Names in the order in which to read what is theirs: those that the last end kept waiting come first, so that what
    /// is never answered keeps nobody else waiting for ever.
    pub(super) fn in_turn<'n, T>(&self, named: impl Iterator<Item = (&'n str, T)>) -> Vec<(&'n str, T)> {
        let mut named: Vec<_> = named.collect();
        named.sort_by_key(|(name, _)| self.stopped_at.as_deref().is_some_and(|stopped| *name <= stopped));
        named
    }
}

async fn read(store: Files, release: Fragment) -> Read {
    let files = try_join_all(release.files().map(|file| read_one(&store, file))).await?;
    Ok(files.into_iter().collect())
}

/// A file by its name.
async fn read_one(store: &Files, file: &File) -> Result<Option<(String, Compressed)>, FilesError> {
    let Some(address) = address(&file.sha384) else { return Ok(None) };
    let name = file.url.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(store.get(&address).await?.map(|content| (name, content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_come_first_whom_the_last_end_kept_waiting() {
        let order = |reading: &Reading| {
            let named = reading.in_turn(["aces", "live", "news", "wallet"].into_iter().map(|name| (name, ())));
            named.into_iter().map(|(name, ())| name).collect::<Vec<_>>()
        };
        let mut reading = Reading::default();
        assert_eq!(order(&reading), ["aces", "live", "news", "wallet"]);
        reading.stopped_at = Some("live".to_owned());
        assert_eq!(order(&reading), ["news", "wallet", "aces", "live"]);
    }
}
