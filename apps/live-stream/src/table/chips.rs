//! The chips to bet with, those on the table, and what can be done with them.

use super::Model;
use crate::bets::Pile;
use contract::money::Currency;
use contract::plain::integer;
use fragment::format;
use ui::{El, html};

/// In major units of the table's currency.
const CHIPS: [i64; 5] = [1, 5, 25, 100, 500];
/// The one that is chosen at first.
pub(super) const CHOSEN: i64 = 5;

/// How many minor units make a major one.
pub(super) const fn whole(currency: Currency) -> i64 {
    10_i64.pow(currency.exponent())
}

/// The chips on a spot, in the colour of the largest one among them. Printed by the style sheet
/// (`data-words`), so that the figure is no second name of the button that it lies on. Whole major units are shown
/// without a currency, as on a real chip.
pub(crate) fn token(pile: &Pile, currency: Currency) -> El {
    let (major, rest) = (pile.stake_minor / whole(currency), pile.stake_minor % whole(currency));
    let value = match major {
        500.. => "500",
        100.. => "100",
        25.. => "25",
        5.. => "5",
        _ => "1",
    };
    let pending = if pile.pending { "true" } else { "false" };
    let words = if rest == 0 { format::number(major) } else { format::money(pile.stake_minor, currency) };
    html(
        r#"<span class="token token--pile token--{value}" data-test="pile" data-spot="{spot}" data-minor="{minor}" data-pending="{pending}" data-words="{words}"></span>"#,
        &[
            ("value", value),
            ("spot", &pile.spot),
            ("minor", &integer(pile.stake_minor)),
            ("pending", pending),
            ("words", &words),
        ],
    )
}

/// Chips, undo, clear, double or repeat.
pub(super) struct Rail {
    undo: El,
    clear: El,
    again: El,
}

impl Rail {
    pub(super) fn find(root: &El, model: &Model) -> Self {
        let chips = root.at("chips");
        for value in CHIPS {
            // A radio button, so that the browser brings its keys.
            let minor = value * whole(model.table.currency);
            let choice = html(
                r#"<label class="token token--pick token--{value}"><input class="token__input" type="radio" name="chip" aria-label="{money}" data-test="chip" data-value="{minor}"><span aria-hidden="true">{words}</span></label>"#,
                &[
                    ("value", &integer(value)),
                    ("money", &model.money(minor)),
                    ("minor", &integer(minor)),
                    ("words", &format::number(value)),
                ],
            );
            if minor == model.chip_minor {
                choice.at("chip").flag("checked", true);
            }
            chips.add(&choice);
        }
        Self { undo: root.at("undo"), clear: root.at("clear"), again: root.at("again") }
    }

    pub(super) fn paint(&self, model: &Model) {
        let (open, lies) = (model.bets.takes_bets(), model.bets.staked_minor() > 0);
        self.undo.flag("aria-disabled", !open || !lies);
        self.clear.flag("aria-disabled", !open || !lies);
        self.again.flag("aria-disabled", !open || !(lies || model.bets.can_repeat()));
        self.again.say(if lies { "double" } else { "repeat" });
    }
}
