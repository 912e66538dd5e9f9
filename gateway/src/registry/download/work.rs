//! What the worker does: of each file that is shown or may be next, the deltas against the earlier ones of its line.

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
    pub(super) everybodys: Vec<Fragment>,
    pub(super) canaries: Vec<Fragment>,
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

    /// What goes into the pack: as much as there is room for.
    pub(super) fn packed(&self) -> Vec<delivery::Content> {
        let mut packed = Vec::new();
        let mut size = 0;
        for release in delivery::needed(&self.everybodys) {
            // One that lacks a file is left out, so that pages find that out for themselves.
            let read = |file: &File| Some(delivery::Content { url: file.url.clone(), bytes: self.read(file)?.plain });
            let Some(files) = delivery::files(release).map(read).collect::<Option<Vec<_>>>() else { continue };
            let more = files.iter().map(|file| file.bytes.len()).sum::<usize>();
            if size + more > delivery::MAX_BYTES / 2 {
                tracing::warn!(fragment = release.name, "no room in the pack; pages load this one's files singly");
                continue;
            }
            size += more;
            packed.extend(files);
        }
        packed
    }

    fn releases(&self) -> impl Iterator<Item = &Fragment> {
        self.everybodys.iter().chain(&self.canaries)
    }

    /// Those of a release after those that it follows, with their lines.
    fn files(&self) -> impl Iterator<Item = (String, &File)> {
        let files = self
            .releases()
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
            // What has changed first, for pages that are open; then the pack, and against it what is on some pages only.
            self.tell_all_apart(&job);
            self.put_together(&job);
            self.tell_all_apart(&job);
            self.tell_upcoming_apart(&job);
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

    fn tell_all_apart(&self, job: &Job) {
        for file in job.releases().flat_map(delivery::files) {
            self.tell_apart(job, file);
        }
    }

    /// What may be live next, by what browsers hold now, so that it is there when open pages ask for it. What is shown
    /// by now comes before.
    fn tell_upcoming_apart(&self, job: &Job) {
        for file in job.shown.upcoming().flat_map(delivery::files) {
            if self.queue().0.is_some() {
                return;
            }
            self.tell_apart(job, file);
        }
    }

    /// Makes the deltas of a file that there are not yet: for each other one of its line, and each pack without it.
    fn tell_apart(&self, job: &Job, file: &File) {
        let Some(line) = headers::line(&file.url) else { return };
        let others = self.state().others(&line, &file.url);
        let is_there = |hash: &Hash| self.state().deltas.get(&file.url).is_some_and(|deltas| deltas.contains_key(hash));
        let lacking = others.into_iter().filter(|dictionary| !is_there(&dictionary.hash));
        let mut content = None;
        for dictionary in lacking {
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
    /// Drops what nobody will ask for: deltas of what is not shown any more, nor may be next, and lines that have ended.
    fn forget(&mut self, job: &Job) {
        let lines: BTreeSet<String> = job.files().map(|(line, _)| line).collect();
        let upcoming = job.shown.upcoming().flat_map(delivery::files);
        let urls: BTreeSet<&str> = job.files().map(|(_, file)| file).chain(upcoming).map(|file| &*file.url).collect();
        self.held.retain(|line, _| lines.contains(line));
        self.deltas.retain(|url, _| urls.contains(url.as_str()));
    }

    /// Adds the newest of a line; the oldest goes where there are too many, with what was told by it.
    fn add(&mut self, line: String, newest: Arc<Held>) {
        let held = self.held.entry(line).or_default();
        held.push(newest);
        let gone = held.drain(..held.len().saturating_sub(KEPT)).map(|held| held.dictionary.hash).collect();
        self.no_longer_by(&gone);
    }

    /// Drops what was told by these.
    pub(super) fn no_longer_by(&mut self, gone: &BTreeSet<Hash>) {
        for deltas in self.deltas.values_mut() {
            deltas.retain(|hash, _| !gone.contains(hash));
        }
    }

    /// What browsers may hold that lack this file: others of its line, and packs without it.
    fn others(&self, line: &str, url: &str) -> Vec<Dictionary> {
        let held = self.held.get(line).into_iter().flatten().filter(|held| held.url != url);
        let packs = self.packs.iter().filter(|pack| !pack.holds(url));
        held.map(|held| &held.dictionary).chain(packs.map(|pack| &pack.dictionary)).cloned().collect()
    }
}
