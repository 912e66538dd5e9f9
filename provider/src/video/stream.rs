//! A table's stream: a thread that draws and encodes at the pace of the wall clock while somebody
//! watches, and sleeps otherwise.
//!
//! Time is cut into slots of one picture each. When the machine is too slow, slots are left out
//! and the picture before stays longer; a segment's first slot never is. So each segment lasts
//! exactly a second and the video cannot drift from the clock.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use thiserror::Error;
use tiny_skia::Pixmap;
use tokio::sync::watch;

use super::encoder::{EncodeError, Encoder};
use super::fmp4::{self, SEGMENT_MS, Sample};
use super::picture::{Studio, canvas};
use super::playlist::{Segment, Window};
use super::{FRAME_MS, FRAMES_PER_SECOND};
use crate::clock::now_ms;
use crate::scene::Scene;

/// Encoding goes on for so long after the last request for the playlist.
const LINGER: Duration = Duration::from_secs(20);
/// A viewer waits at most so long for the first segments.
const START_LIMIT: Duration = Duration::from_secs(8);
/// A player starts with so many segments; Chromium gives up on a live playlist that has fewer.
const START_SEGMENTS: usize = 3;
/// A stream begins so many segments in the past: what the scene looked like then is known, so a
/// new viewer need not wait until it has happened.
const PREROLL_SEGMENTS: u32 = 3;
const PREROLL: Duration = Duration::from_secs(PREROLL_SEGMENTS as u64);
/// More than this behind its own plan, even a new stream leaves pictures out.
const PREROLL_SLACK: Duration = Duration::from_millis(500);
/// After a stop longer than this (a suspended machine) the stream starts anew.
const LONGEST_STALL: Duration = Duration::from_secs(5);
/// After a failure of the encoder.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// A still picture is drawn at most this often.
const STILL_AGE: Duration = Duration::from_secs(1);
/// Segments count the seconds since the start of 2025: after a restart numbers go on rising,
/// though nothing is stored.
const FIRST_SEGMENT_AT_MS: i64 = 1_735_689_600_000;

/// Why a session of the encoder ended.
#[derive(Debug, Error)]
enum SessionError {
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error("a segment could not be written: {0}")]
    Container(#[from] mp4_atom::Error),
}

/// Why there is no picture for a viewer.
#[derive(Debug, Error)]
pub(super) enum StreamError {
    #[error("the video did not start in time")]
    NotStarted,
    #[error("the still picture could not be drawn")]
    NoStill,
}

/// A table's video. Clones are handles of the same stream; its thread ends with the last one.
#[derive(Clone, Debug)]
pub struct Stream {
    handle: Arc<Handle>,
}

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.demand().closed = true;
        self.shared.changed.notify_all();
    }
}

#[derive(Debug)]
struct Shared {
    scene: watch::Receiver<Scene>,
    frozen: watch::Receiver<bool>,
    linger: Duration,
    window: watch::Sender<Window>,
    demand: Mutex<Demand>,
    /// Signalled whenever [`Demand`] changes.
    changed: Condvar,
    studio: OnceLock<Studio>,
    still: Mutex<Option<(Instant, Bytes)>>,
}

#[derive(Debug, Default)]
struct Demand {
    /// Viewers who wait for a playlist now.
    waiting: usize,
    /// When the last of them got it or gave up.
    last: Option<Instant>,
    closed: bool,
}

impl Demand {
    fn wanted(&self, linger: Duration) -> bool {
        !self.closed && (self.waiting > 0 || self.last.is_some_and(|last| last.elapsed() < linger))
    }
}

/// A viewer who waits; also one who hangs up meanwhile.
struct Waiting<'a> {
    shared: &'a Shared,
}

impl<'a> Waiting<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.demand().waiting += 1;
        shared.changed.notify_all();
        Self { shared }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut demand = self.shared.demand();
        demand.waiting -= 1;
        demand.last = Some(Instant::now());
    }
}

impl Stream {
    /// Starts the thread of a table's video. It does nothing before the first viewer comes.
    ///
    /// # Panics
    ///
    /// When the system cannot start a thread.
    #[must_use]
    pub fn spawn(scene: watch::Receiver<Scene>, frozen: watch::Receiver<bool>) -> Self {
        Self::spawn_lingering(scene, frozen, LINGER)
    }

    /// As [`Self::spawn`], encoding on for `linger` after the last request for the playlist.
    ///
    /// # Panics
    ///
    /// When the system cannot start a thread.
    #[must_use]
    pub fn spawn_lingering(scene: watch::Receiver<Scene>, frozen: watch::Receiver<bool>, linger: Duration) -> Self {
        let name = format!("video-{}", scene.borrow().table);
        let shared = Arc::new(Shared {
            scene,
            frozen,
            linger,
            window: watch::Sender::default(),
            demand: Mutex::default(),
            changed: Condvar::new(),
            studio: OnceLock::new(),
            still: Mutex::default(),
        });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new().name(name).spawn(move || worker.run()).expect("the system can start a thread");
        Self { handle: Arc::new(Handle { shared }) }
    }

    /// The playlist. Starts the encoder if it rests, and then waits for its first segments.
    pub(super) async fn playlist(&self) -> Result<String, StreamError> {
        self.started().await?.playlist().ok_or(StreamError::NotStarted)
    }

    /// The init segment, as [`Self::playlist`].
    pub(super) async fn init(&self) -> Result<Bytes, StreamError> {
        let known = self.handle.shared.window.borrow().init().cloned();
        match known {
            Some(init) => Ok(init),
            None => self.started().await?.init().cloned().ok_or(StreamError::NotStarted),
        }
    }

    /// A media segment, if it is still kept.
    pub(super) fn segment(&self, number: u64) -> Option<Bytes> {
        self.handle.shared.window.borrow().get(number).map(|segment| segment.bytes.clone())
    }

    /// What can be fetched, as it changes; empty while the encoder rests. Watching it is no demand.
    #[must_use]
    pub fn window(&self) -> watch::Receiver<Window> {
        self.handle.shared.window.subscribe()
    }

    async fn started(&self) -> Result<Window, StreamError> {
        let _waiting = Waiting::begin(&self.handle.shared);
        let mut window = self.window();
        let started = window.wait_for(|window| window.len() >= START_SEGMENTS);
        match tokio::time::timeout(START_LIMIT, started).await {
            Ok(Ok(window)) => Ok(window.clone()),
            Ok(Err(_)) | Err(_) => Err(StreamError::NotStarted),
        }
    }

    /// A still picture of now as a PNG. Needs no running encoder.
    pub(super) async fn still(&self) -> Result<Bytes, StreamError> {
        let shared = Arc::clone(&self.handle.shared);
        tokio::task::spawn_blocking(move || shared.draw_still()).await.ok().flatten().ok_or(StreamError::NoStill)
    }
}

impl Shared {
    fn demand(&self) -> MutexGuard<'_, Demand> {
        // Demand is plain values: it is whole even if a holder has panicked.
        self.demand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn studio(&self) -> &Studio {
        self.studio.get_or_init(|| Studio::new(self.scene.borrow().game))
    }

    /// The thread's life: wait for a viewer, run while there is one.
    fn run(&self) {
        let mut next_number = 0;
        while self.wait_for_demand() {
            if let Err(error) = self.session(&mut next_number) {
                tracing::error!(table = %self.scene.borrow().table, %error, "the video stopped");
                self.wait(Instant::now() + RETRY_AFTER);
            }
            self.window.send_modify(Window::clear);
        }
    }

    /// False once the last handle is gone.
    fn wait_for_demand(&self) -> bool {
        let resting = |demand: &mut Demand| !demand.closed && !demand.wanted(self.linger);
        let demand = self.changed.wait_while(self.demand(), resting).unwrap_or_else(PoisonError::into_inner);
        !demand.closed
    }

    /// Waits for the clock; false if the stream was closed meanwhile.
    fn wait(&self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let (demand, _) = self
            .changed
            .wait_timeout_while(self.demand(), left, |demand| !demand.closed)
            .unwrap_or_else(PoisonError::into_inner);
        !demand.closed
    }

    /// Encodes segment after segment until nobody watches any more.
    fn session(&self, next_number: &mut u64) -> Result<(), SessionError> {
        let begun = Instant::now();
        let begun = begun.checked_sub(PREROLL).unwrap_or(begun);
        let mut recorder = Recorder { shared: self, encoder: Encoder::new()?, canvas: canvas(), drawn: false, begun };
        let clock_number = (now_ms() - FIRST_SEGMENT_AT_MS).div_euclid(1000) - i64::from(PREROLL_SEGMENTS);
        *next_number = u64::try_from(clock_number).unwrap_or_default().max(*next_number);
        for index in 0_u32.. {
            let first_slot = index * u32::from(FRAMES_PER_SECOND);
            let stalled = recorder.due(first_slot).elapsed() > LONGEST_STALL;
            if !self.demand().wanted(self.linger) || stalled {
                break;
            }
            let Some((started_ms, samples)) = recorder.record(first_slot)? else { break };
            let bytes = fmp4::segment(*next_number, samples)?;
            let init = fmp4::init(recorder.encoder.parameters()?)?;
            self.window.send_modify(|window| {
                window.set_init(init);
                window.push(Segment { number: *next_number, started_ms, bytes });
            });
            *next_number += 1;
        }
        Ok(())
    }

    fn draw_still(&self) -> Option<Bytes> {
        let mut kept = self.still.lock().unwrap_or_else(PoisonError::into_inner);
        let frozen = *self.frozen.borrow();
        if let Some((drawn, png)) = &*kept
            && (frozen || drawn.elapsed() < STILL_AGE)
        {
            return Some(png.clone());
        }
        let mut picture = canvas();
        let scene = self.scene.borrow().clone();
        self.studio().render(&scene, now_ms(), &mut picture);
        let png = Bytes::from(picture.encode_png().ok()?);
        *kept = Some((Instant::now(), png.clone()));
        Some(png)
    }
}

/// One session of the encoder.
struct Recorder<'a> {
    shared: &'a Shared,
    encoder: Encoder,
    canvas: Pixmap,
    drawn: bool,
    /// The time of slot 0.
    begun: Instant,
}

impl Recorder<'_> {
    /// When the picture of a slot is taken.
    fn due(&self, slot: u32) -> Instant {
        self.begun + Duration::from_millis(u64::from(slot) * u64::from(FRAME_MS))
    }

    /// The slot to take after this one: the next, or the present one if the machine is too slow.
    /// A new stream begins late by intent and catches up without leaving anything out.
    fn after(&self, slot: u32) -> u32 {
        let preroll = slot < PREROLL_SEGMENTS * u32::from(FRAMES_PER_SECOND);
        if preroll && self.due(slot).elapsed() <= PREROLL + PREROLL_SLACK {
            return slot + 1;
        }
        let present = self.begun.elapsed().as_millis() / u128::from(FRAME_MS);
        u32::try_from(present).unwrap_or(u32::MAX).max(slot + 1)
    }

    /// Records the second from `first_slot` on, with the true time of its beginning; `None` if the
    /// stream was closed meanwhile.
    fn record(&mut self, first_slot: u32) -> Result<Option<(i64, Vec<Sample>)>, SessionError> {
        let end = first_slot + u32::from(SEGMENT_MS / FRAME_MS);
        let mut samples: Vec<Sample> = Vec::with_capacity(usize::from(FRAMES_PER_SECOND));
        let mut started_ms = 0;
        let mut slot = first_slot;
        while slot < end {
            if !self.shared.wait(self.due(slot)) {
                return Ok(None);
            }
            let late_ms = i64::try_from(self.due(slot).elapsed().as_millis()).unwrap_or_default();
            let taken_ms = now_ms() - late_ms;
            if slot == first_slot {
                started_ms = taken_ms;
            }
            self.draw(taken_ms);
            let at_ms = u64::from(slot) * u64::from(FRAME_MS);
            let picture = self.encoder.encode(&self.canvas, at_ms, slot == first_slot)?;
            let next = self.after(slot).min(end);
            let duration = (next - slot) * u32::from(FRAME_MS);
            match samples.last_mut() {
                // The codec saw no need for a new picture.
                Some(shown) if picture.data.is_empty() => shown.duration += duration,
                _ => samples.push(Sample { picture, duration }),
            }
            slot = next;
        }
        Ok(Some((started_ms, samples)))
    }

    /// Takes a picture, unless the camera is frozen.
    fn draw(&mut self, taken_ms: i64) {
        if self.drawn && *self.shared.frozen.borrow() {
            return;
        }
        let scene = self.shared.scene.borrow().clone();
        self.shared.studio().render(&scene, taken_ms, &mut self.canvas);
        self.drawn = true;
    }
}
