//! The gaming session beside every game: its clock, what it has come to, and what stands in the way
//! of the next bet.

use contract::plain::integer;
use contract::play::{GamingSession, Reached, ReachedReason};
use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Tone, html, notice};

use super::leads;
use crate::cashier::period_id;
use crate::play::{minutes, net_minor};
use crate::playing::Playing;
use crate::store::Store;

/// The notices, and below them the clock with the way to the limits.
pub(crate) fn bring(place: &El, store: &'static Store) {
    let playing = &store.playing;
    place
        .choose(move || block_key(playing), move |key| (key > 0).then(|| blocked(playing)).flatten())
        .slot(move || playing.reached.with(|reached| refused(reached.as_ref()?)))
        .choose(
            move || u32::from(playing.is_aside.get() && playing.is_check_due()),
            move |waits| (waits == 1).then(|| waiting(playing)),
        )
        .choose(
            move || u32::from(playing.session.with(Option::is_some)),
            move |is_known| (is_known == 1).then(|| line(playing)),
        );
}

fn line(playing: &'static Playing) -> El {
    let line = html(include_str!("markup/session.html"), &[]);
    facts(&line.at("session-clock"), &line.at("session-net"), playing);
    leads(&line.at("open-limits"), "/limits");
    line
}

/// Writes for how long the session has lasted and what it has come to.
pub(super) fn facts(time: &El, net: &El, playing: &'static Playing) {
    let of_session = move |read: fn(&GamingSession, i64) -> i64| {
        let now_ms = playing.now_ms.get();
        playing.session.with(|session| session.as_ref().map(|session| (read(session, now_ms), session.currency)))
    };
    time.text_with(move || of_session(minutes).map_or_else(String::new, |(minutes, _)| format::minutes(minutes)));
    let net = net.clone();
    follow(move || {
        if let Some((net_minor, currency)) = of_session(net_minor) {
            net.write(&format::money_signed(net_minor, currency)).set("data-minor", &integer(net_minor));
        }
    });
}

/// Another number for each block, 0 for none: neither the time nor a further answer announces it again.
fn block_key(playing: &'static Playing) -> u32 {
    // Seconds since 1970 fit for as long as anybody may be excluded.
    playing.blocked_until_ms().map_or(0, |until_ms| {
        u32::try_from(until_ms / 1000).unwrap_or(u32::MAX) ^ (u32::from(playing.is_excluded()) << 31)
    })
}

fn blocked(playing: &'static Playing) -> Option<El> {
    let until_ms = playing.blocked_until_ms()?;
    let id = if playing.is_excluded() { "block-excluded" } else { "block-time-out" };
    Some(notice(Tone::Warning, "blocked", &text_with(id, &[("when", &format::date_time(until_ms))])))
}

/// Which limit refused the last bet, what it leaves, and when it is whole again.
fn refused(reached: &Reached) -> Option<El> {
    let id = match reached.reason {
        ReachedReason::Loss => "refused-loss",
        ReachedReason::Stake => "refused-stake",
        ReachedReason::Time => "refused-time",
        _ => return None,
    };
    let amount = |n: Option<i64>| {
        let n = n.unwrap_or_default();
        if reached.reason == ReachedReason::Time { format::minutes(n) } else { format::money(n, reached.currency) }
    };
    let values = [
        ("period", &*text(period_id(reached.period?))),
        ("limit", &amount(reached.limit)),
        ("left", &amount(reached.left)),
        ("when", &format::date_time(reached.until_ms?)),
    ];
    Some(notice(Tone::Warning, "bet-refused", &text_with(id, &values)))
}

/// The check was put aside for the history.
fn waiting(playing: &'static Playing) -> El {
    let waiting = notice(Tone::Warning, "check-waiting", &text("check-waiting"));
    let open = html(include_str!("markup/check_open.html"), &[]);
    open.press(move || playing.is_aside.set(false));
    waiting.at("body").add(&open);
    waiting
}
