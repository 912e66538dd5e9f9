//! What the worker does: of each file that is shown, the deltas against the earlier ones of its line.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contract::manifest::{File, Fragment};
use delivery::{Dictionary, Hash};
use sha2::{Digest, Sha384};

use super::super::desk::Shown;
use super::super::encoding::Encoding;
use super::{Downloads, Held, KEPT, State, headers};

/// What is shown, to work for.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) floor: PathBuf,
    /// What everybody sees first.
    pub(super) releases: Vec<Fragment>,
    pub(super) shown: Arc<Shown>,
}

/// A file that is what the manifest says.
struct Content {
    plain: Bytes,
    /// How many bytes it takes as a whole.
    whole: usize,
}

impl Job {
    /// A file, if it is what the manifest says.
    fn read(&self, file: &File) -> Option<Content> {
        let path = file.url.strip_prefix("/fragments/")?;
        let published = path.split_once('/').and_then(|(fragment, name)| self.shown.file(fragment, name));
        let content = match published {
            Some(published) => {
                let [plain, brotli] = [Encoding::Plain, Encoding::Brotli].map(|form| published.bytes(form));
                Content { plain: plain.clone(), whole: brotli.len() }
            }
            None => {
                let file = self.floor.join("fragments").join(path);
                let plain = Bytes::from(std::fs::read(&file).ok()?);
                let mut twin = file.into_os_string();
                twin.push(Encoding::Brotli.suffix());
                let twin = std::fs::metadata(twin).ok().and_then(|twin| usize::try_from(twin.len()).ok());
                Content { whole: twin.unwrap_or(plain.len()), plain }
            }
        };
        let is_good = STANDARD.encode(Sha384::digest(&content.plain)) == file.sha384;
        is_good.then_some(content)
    }

    /// Those of a release after those that it follows, with their lines.
    fn files(&self) -> impl Iterator<Item = (String, &File)> {
        let files = self
            .releases
            .iter()
            .flat_map(|release| release.previous.iter().flat_map(delivery::earlier).chain(delivery::files(release)));
        files.filter_map(|file| Some((headers::line(&file.url)?, file)))
    }
}

impl Downloads {
    /// Works until there is nothing left to do.
    pub(super) fn work(&self) {
        while let Some(job) = self.next() {
            self.change(|state| state.forget(&job));
            for (line, file) in job.files() {
                self.hold(&job, line, file);
            }
            for file in job.releases.iter().flat_map(delivery::files) {
                self.tell_apart(&job, file);
            }
        }
    }

    /// The next job; without one, the worker's end.
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue();
        let job = queue.0.take();
        queue.1 = job.is_some();
        job
    }

    /// Remembers a file that browsers may hold from now on, as the newest of its line.
    fn hold(&self, job: &Job, line: String, file: &File) {
        let is_known = self.change(|state| {
            let held = state.held.entry(line.clone()).or_default();
            let place = held.iter().position(|held| held.url == file.url);
            place.map(|place| held[place..].rotate_left(1)).is_some()
        });
        if is_known {
            return;
        }
        let Some(content) = job.read(file).filter(|content| content.plain.len() <= delivery::MAX_BYTES) else { return };
        let held = Arc::new(Held { url: file.url.clone(), dictionary: Dictionary::new(content.plain) });
        self.change(|state| state.add(line, held));
    }

    /// Makes the deltas of a file that there are not yet: for each other one of its line.
    fn tell_apart(&self, job: &Job, file: &File) {
        let Some(line) = headers::line(&file.url) else { return };
        let others = self.state().held.get(&line).cloned().unwrap_or_default();
        let is_there = |hash: &Hash| self.state().deltas.get(&file.url).is_some_and(|deltas| deltas.contains_key(hash));
        let lacking = others.into_iter().filter(|held| held.url != file.url && !is_there(&held.dictionary.hash));
        let mut content = None;
        for held in lacking {
            let Held { dictionary, .. } = &*held;
            let Some(Content { plain, whole }) = content.get_or_insert_with(|| job.read(file)) else { return };
            let delta = dictionary.delta(plain);
            if let Err(error) = &delta {
                tracing::warn!(file = file.url, %error, "there is no delta");
            }
            // Another code altogether is loaded as a whole.
            let delta = delta.ok().filter(|delta| delta.len() * 4 <= *whole * 3);
            self.change(|state| state.deltas.entry(file.url.clone()).or_default().insert(dictionary.hash, delta));
        }
    }
}

impl State {
    /// Drops what nobody will ask for: deltas of what is not shown any more, and lines that have ended.
    fn forget(&mut self, job: &Job) {
        let lines: BTreeSet<String> = job.files().map(|(line, _)| line).collect();
        let urls: BTreeSet<&str> = job.files().map(|(_, file)| file.url.as_str()).collect();
        self.held.retain(|line, _| lines.contains(line));
        self.deltas.retain(|url, _| urls.contains(url.as_str()));
    }

    /// Adds the newest of a line; the oldest goes where there are too many, with what was told by it.
    fn add(&mut self, line: String, newest: Arc<Held>) {
        let held = self.held.entry(line).or_default();
        held.push(newest);
        let gone: Vec<_> = held.drain(..held.len().saturating_sub(KEPT)).collect();
        for deltas in self.deltas.values_mut() {
            deltas.retain(|hash, _| !gone.iter().any(|held| held.dictionary.hash == *hash));
        }
    }
}
