//! What the player is told in words.

use super::Model;
use crate::bets::Message;
use crate::parts::since;
use contract::feed::{Phase, RefusalCode};
use fragment::clock::now_ms;
use fragment::text::{text, text_with};
use ui::{El, Tone, notice};

/// The strip over a table whose studio is out of reach, or whose round does not count.
pub(super) fn paint_strip(strip: &El, model: &Model) {
    let lost = model.lost();
    let cancelled = model.phase() == Some(Phase::Cancelled);
    let key = match (lost, cancelled) {
        (false, false) => "",
        (false, true) => "cancelled",
        (true, false) => "lost",
        (true, true) => "both",
    };
    strip.fill(key, &|strip| {
        if lost {
            strip.add(&notice(Tone::Error, "feed-notice", &since("feed-lost", now_ms())));
        }
        if cancelled {
            strip.add(&notice(Tone::Warning, "round-cancelled", &text("round-cancelled")));
        }
    });
}

/// The answer to the last bet, and for visitors the way to bet at all.
pub(super) struct Answer {
    /// A line is always there, so that an answer does not move the cloth under the pointer.
    hint: El,
    message: El,
    visitor: El,
}

impl Answer {
    pub(super) fn find(root: &El) -> Self {
        Self { hint: root.at("limits"), message: root.at("answer"), visitor: root.at("visitor") }
    }

    pub(super) fn paint(&self, model: &Model) {
        let said = model.said.filter(|said| *said != Message::SignIn || !model.signed_in);
        let words = said.map(|said| wording(model, said)).unwrap_or_default();
        self.message.fill(&words, &|message| {
            if !words.is_empty() {
                message.add_html(r#"<p class="answer__text" data-test="message">{words}</p>"#, &[("words", &words)]);
            }
        });
        self.hint.flag("hidden", !words.is_empty());
        self.visitor.flag("hidden", model.signed_in);
    }
}

pub(super) fn wording(model: &Model, message: Message) -> String {
    match message {
        Message::SignIn => text("message-sign-in"),
        Message::Limits | Message::Refused(RefusalCode::TableLimit) => {
            let (min, max) = (model.money(model.table.min_minor), model.money(model.table.max_minor));
            text_with("message-limits", &[("min", &min), ("max", &max)])
        }
        Message::NoFeed => text("message-no-feed"),
        Message::NoLaunch => text("message-no-launch"),
        Message::Unconfirmed => text("message-unconfirmed"),
        Message::Refused(code) => match code {
            RefusalCode::RoundClosed => text("message-round-closed"),
            RefusalCode::InsufficientFunds => text("message-insufficient-funds"),
            RefusalCode::PlayerLimit => text("message-player-limit"),
            RefusalCode::WalletUnavailable => text("message-wallet-unavailable"),
            RefusalCode::Unauthorised => text("message-no-launch"),
            RefusalCode::Malformed | RefusalCode::Unknown | RefusalCode::KeyReused | RefusalCode::TableLimit => {
                text("message-refused")
            }
        },
    }
}
