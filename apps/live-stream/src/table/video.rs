//! The picture of the table: the stream where the browser plays it, still pictures where not.

use super::Model;
use crate::countdown::Clock;
use crate::lag::{Picture, Watchdog, lag_seconds};
use crate::still::Still;
use crate::{baccarat, tables};
use contract::live::Table;
use contract::plain::{concat, integer};
use fragment::clock::{self, monotonic_ms, now_ms};
use fragment::format;
use fragment::text::text_with;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use ui::El;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlVideoElement;

#[wasm_bindgen]
extern "C" {
    /// A video of a browser that knows when its stream began.
    type Dated;
    #[wasm_bindgen(method, catch, js_name = getStartDate)]
    fn start_date(this: &Dated) -> Result<JsValue, JsValue>;
}

const TICK_MS: u32 = 1_000;
/// A still picture is renewed at every second tick.
const TICKS_PER_STILL: u32 = 2;
/// Further behind the end of the stream than this, the player jumps ahead …
const BEHIND_SECONDS: f64 = 7.0;
/// … to this far before the end.
const AHEAD_SECONDS: f64 = 2.0;

/// Stream or still picture, with what is true of it in the corner.
pub(super) struct Video {
    root: El,
    /// Where the browser plays the stream.
    player: Option<(El, HtmlVideoElement)>,
    url: String,
    still: Still,
    state: El,
    lag: El,
    cards: El,
    dog: RefCell<Watchdog>,
    ticks: Cell<u32>,
    lost: Cell<bool>,
    frozen: Cell<bool>,
    clock: Cell<Clock>,
}

impl Video {
    pub(super) fn find(root: &El, table: &Table) -> Rc<Self> {
        let video = Rc::new(Self {
            root: root.at("screen"),
            player: player(root.at("video")),
            url: table.video_url.clone(),
            still: Still::new(root.at("still"), &table.still_url),
            state: root.at("video-state"),
            lag: root.at("lag"),
            cards: root.at("cards"),
            dog: RefCell::default(),
            ticks: Cell::new(0),
            lost: Cell::new(false),
            frozen: Cell::new(false),
            clock: Cell::default(),
        });
        video.play();
        let ticks = video.clone();
        clock::every(TICK_MS, move || ticks.tick());
        video
    }

    fn play(self: &Rc<Self>) {
        let Some((element, player)) = &self.player else { return };
        // The attribute only counts in parsed pages, and a browser starts no sound by itself.
        player.set_muted(true);
        player.set_src(&self.url);
        let video = Rc::downgrade(self);
        element.listen("error", move |_| {
            if let Some(video) = video.upgrade() {
                video.dog.borrow_mut().failed(monotonic_ms());
                video.show();
            }
        });
    }

    pub(super) fn paint(&self, model: &Model) {
        self.lost.set(model.lost());
        self.frozen.set(model.round().is_some_and(|round| !round.video_live));
        self.clock.set(model.clock);
        self.root.class("video--old", model.lost());
        if let Some(round) = model.round() {
            let key = concat(&[&round.round, " ", &integer(i64::try_from(round.dealt.len()).unwrap_or(i64::MAX))]);
            self.cards.fill(&key, &|cards| baccarat::put_cards(cards, &round.dealt));
        }
        self.show();
    }

    fn tick(&self) {
        if !tables::page_visible() {
            return;
        }
        self.ticks.set(self.ticks.get().wrapping_add(1));
        if self.stills() && self.ticks.get().is_multiple_of(TICKS_PER_STILL) {
            self.still.renew();
        }
        if let Some((_, player)) = &self.player {
            let position_ms = position_ms(player);
            if self.dog.borrow_mut().tick(position_ms, monotonic_ms()) {
                player.set_src(&self.url);
            }
            let lag = lag_seconds(start_ms(player), position_ms, self.clock.get().vendor_ms(now_ms()));
            let words = lag.map(|seconds| text_with("video-lag", &[("seconds", &format::number(seconds))]));
            self.lag.write(&words.unwrap_or_default());
            catch_up(player);
        }
        self.show();
    }

    fn stills(&self) -> bool {
        self.player.is_none() || self.dog.borrow().picture() == Picture::Stills
    }

    fn show(&self) {
        let (lost, frozen, stills) = (self.lost.get(), self.frozen.get(), self.stills());
        if let Some((element, _)) = &self.player {
            element.class("gone", stills);
        }
        if stills && self.still.is_new() {
            self.still.renew();
        }
        self.state.class("badge--live", !lost && !frozen && !stills);
        self.state.class("badge--warning", !lost && frozen);
        self.state.say(match (lost, frozen, stills) {
            (true, ..) => "offline",
            (false, true, _) => "video-frozen",
            (false, false, true) => "still",
            (false, false, false) => "live",
        });
        let unknown = self.lag.element().text_content().is_none_or(|words| words.is_empty());
        self.lag.flag("hidden", lost || frozen || stills || unknown);
    }
}

/// The video element; taken out where the browser does not play HLS by itself.
fn player(element: El) -> Option<(El, HtmlVideoElement)> {
    let player: HtmlVideoElement = element.element().clone().unchecked_into();
    if player.can_play_type("application/vnd.apple.mpegurl").is_empty() {
        player.remove();
        return None;
    }
    Some((element, player))
}

#[allow(clippy::cast_possible_truncation)] // a stream of three hundred million years
fn position_ms(video: &HtmlVideoElement) -> i64 {
    (video.current_time() * 1_000.0) as i64
}

/// The instant of position 0, where the browser tells it (`getStartDate`, from
/// EXT-X-PROGRAM-DATE-TIME).
#[allow(clippy::cast_possible_truncation)] // an instant has 41 bits
fn start_ms(video: &HtmlVideoElement) -> Option<i64> {
    let ms = video.unchecked_ref::<Dated>().start_date().ok()?.unchecked_into_f64();
    ms.is_finite().then_some(ms as i64)
}

/// A stream that paused goes on where it stood: jumps to the live end again.
fn catch_up(video: &HtmlVideoElement) {
    let ranges = video.seekable();
    let Some(last) = ranges.length().checked_sub(1) else { return };
    if let Ok(end) = ranges.end(last)
        && end.is_finite()
        && end - video.current_time() > BEHIND_SECONDS
    {
        video.set_current_time(end - AHEAD_SECONDS);
    }
}
