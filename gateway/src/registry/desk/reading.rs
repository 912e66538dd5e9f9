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
use tokio::time::{Instant, timeout_at};

use super::super::encoding::Compressed;
use super::files::{Files, FilesError};

/// How long whoever asks waits, for one release and for all of a pass. A switch that comes meanwhile waits for that and
/// then for itself, and reaches open pages within two seconds all the same.
const PATIENCE: Duration = Duration::from_millis(500);
/// The same for all of the first pass: there is no page yet that a switch would have to reach, and those that come
/// should find what is live.
const AT_FIRST: Duration = Duration::from_secs(10);
/// For so long what is missing or damaged is taken for that: a pass has time for others, too.
const LACKS_FOR: Duration = Duration::from_secs(3);

/// Of a fragment, by its name, and which.
type Key = (String, String);

/// The files of a release by their names; nothing where one is missing or damaged.
type Read = Result<Option<BTreeMap<String, Compressed>>, FilesError>;

/// What is being read, and what could not be.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The read that is under way, if there is one.
    task: Option<(Key, JoinHandle<Read>)>,
    /// At whose files the store last had no answer.
    stopped_at: Option<String>,
    /// Releases of which a file is missing or damaged, and when each is read again.
    lacking: BTreeMap<Key, Instant>,
    /// When this pass ends.
    ends: Option<Instant>,
}

impl Reading {
    /// Begins a pass over everything that is to be read.
    pub(super) fn begin(&mut self, is_first: bool) {
        let now = Instant::now();
        self.ends = Some(now + if is_first { AT_FIRST } else { PATIENCE });
        self.lacking.retain(|_, again_at| *again_at > now);
    }

    /// The files of a release; nothing while they are still being read.
    pub(super) async fn read(&mut self, store: &Files, release: &Fragment) -> Option<Read> {
        let key = (release.name.clone(), release.version.clone());
        if self.lacking.contains_key(&key) {
            return Some(Ok(None));
        }
        let mut task = match self.task.take() {
            Some((of, task)) if of == key => task,
            other => {
                if let Some((_, task)) = other {
                    task.abort();
                }
                tokio::spawn(read(store.clone(), release.clone()))
            }
        };
        let patience = Instant::now() + PATIENCE;
        if let Ok(done) = timeout_at(self.ends.map_or(patience, |ends| ends.min(patience)), &mut task).await {
            let read = done.unwrap_or_else(|error| Err(FilesError::Away(error.to_string())));
            match &read {
                Err(FilesError::Away(_)) => self.stopped_at = Some(key.0),
                Ok(None) => {
                    self.lacking.insert(key, Instant::now() + LACKS_FOR);
                }
                _ => {}
            }
            return Some(read);
        }
        self.task = Some((key, task));
        None
    }

    /// Names in the order in which to read what is theirs: those that the last end kept waiting come first, so that what
    /// is never answered keeps nobody else waiting for ever. Before them comes what is still being read.
    pub(super) fn in_turn<'n, T>(&self, named: impl Iterator<Item = (&'n str, T)>) -> Vec<(&'n str, T)> {
        let mut named: Vec<_> = named.collect();
        let had_its_turn = |name: &str| match &self.task {
            Some(((under_way, _), _)) => name < under_way.as_str(),
            None => self.stopped_at.as_deref().is_some_and(|stopped| name <= stopped),
        };
        named.sort_by_key(|&(name, _)| had_its_turn(name));
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
    use crate::registry::{scan, testing};
    use object_store::memory::InMemory;
    use object_store::throttle::{ThrottleConfig, ThrottledStore};

    fn release(name: &str) -> Fragment {
        scan::read(testing::release(name)).expect("a release")
    }

    /// How many answers there are before the pass ends.
    async fn pass(reading: &mut Reading, store: &Files, releases: &[Fragment]) -> usize {
        let began = Instant::now();
        reading.begin(false);
        let mut answered = 0;
        for release in releases {
            if reading.read(store, release).await.is_none() {
                break;
            }
            answered += 1;
        }
        assert!(began.elapsed() < 3 * PATIENCE, "{:?}", began.elapsed());
        answered
    }

    #[tokio::test]
    async fn a_pass_ends_in_time_however_much_is_missing_and_the_next_one_gets_further() {
        let slow = ThrottleConfig { wait_get_per_call: Duration::from_millis(200), ..ThrottleConfig::default() };
        let store = Files::of(ThrottledStore::new(InMemory::new(), slow));
        let releases: Vec<_> = (0..30).map(|number| release(&format!("fragment-{number}"))).collect();
        let mut reading = Reading::default();
        let first = pass(&mut reading, &store, &releases).await;
        let second = pass(&mut reading, &store, &releases).await;
        assert!(first < second && second < releases.len(), "{first} {second}");
    }

    #[tokio::test]
    async fn those_come_first_whom_the_last_end_kept_waiting() {
        let order = |reading: &Reading| {
            let named = reading.in_turn(["aces", "live", "news", "wallet"].into_iter().map(|name| (name, ())));
            named.into_iter().map(|(name, ())| name).collect::<Vec<_>>()
        };
        let mut reading = Reading::default();
        assert_eq!(order(&reading), ["aces", "live", "news", "wallet"]);
        reading.stopped_at = Some("live".to_owned());
        assert_eq!(order(&reading), ["news", "wallet", "aces", "live"]);
        reading.task = Some((("news".to_owned(), "1".to_owned()), tokio::spawn(async { Ok(None) })));
        assert_eq!(order(&reading), ["news", "wallet", "aces", "live"], "what is still being read goes on");
        reading.stopped_at = Some("wallet".to_owned());
        assert_eq!(order(&reading), ["news", "wallet", "aces", "live"]);
    }
}
