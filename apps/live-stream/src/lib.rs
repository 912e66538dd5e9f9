//! The live-dealer fragment: the lobby, and a table with its video, its round and the player's bets.
//!
//! A table comes from two places: who deals and where its feed and video are, from the gateway
//! (`tables`); what happens at it, over the vendor's feed (`watch`). Bets go to the vendor over the
//! same feed (`bets`). The modules at the top are pure and natively tested; `lobby`, `table`,
//! `roulette` and `baccarat` draw them.
//!
//! **Architecture invariant:** nothing here decides about money or outcomes. The vendor takes bets
//! and tells results; the wallet fragment shows the book. A picture, a clock or a chip on the
//! screen is never the reason why a bet counts. When the vendor is gone, the last known state stays
//! on the screen, said to be old, and nothing can be bet.
//!
//! Elements that tests rely on carry `data-test`:
//!
//! | `data-test` | element |
//! |---|---|
//! | `lobby`, `lobby-table` (`data-table`, `data-online`) | the lobby and its cards |
//! | `lobby-offline`, `lobby-empty`, `lobby-error` | why the lobby shows less |
//! | `table` (`data-table`, `data-phase`, `data-round`, `data-feed` = `connecting`, `live`, `lost`) | the table |
//! | `video`, `still` | the stream, and the still pictures in its place |
//! | `countdown` (`data-seconds`) | what is left of the phase |
//! | `chip` (`data-value`, minor units) | the chip to bet with |
//! | `spot` (`data-spot`) | a place for chips; `hot-spot` the same bet between two cells |
//! | `pile` (`data-spot`, `data-minor`, `data-pending`) | chips that lie there |
//! | `more-bets` | the panel with all inside bets |
//! | `my-bets-total` (`data-minor`) | the sum of the player's chips |
//! | `undo`, `clear`, `again` | take back, and double or repeat |
//! | `message` | what the table answers to a bet |
//! | `outcome`, `result` (`data-won-minor`) | how the round ended, and what it paid |
//! | `round-cancelled` | the round does not count |
//! | `feed-notice` | the studio is out of reach |
//! | `history-item` | an earlier round |
//! | `sign-in`, `second-table`, `table-missing` | as they say |
//!
//! Spots, chips and buttons that can't be used just now have `aria-disabled="true"` and keep the
//! focus; they are never `disabled`.

mod baccarat;
mod bets;
mod countdown;
mod lag;
mod layout;
mod lobby;
mod parts;
mod roads;
mod roulette;
mod route;
mod still;
mod table;
mod tables;
mod watch;

use fragment::scope::Stage;
use fragment::{View, follow, host};
use std::cell::RefCell;
use ui::{El, html};
use web_sys::HtmlElement;

fragment::app!(open);

/// What stands in the root: an element, and how to paint it when the path changes.
type Page = (El, Box<dyn Fn()>);

/// Shows the lobby, or the table that the route names.
pub fn open(root: HtmlElement) {
    let app = html(r#"<div class="app live"></div>"#, &[]);
    El::from(root).add(&app);
    let stage = Stage::default();
    let shown = RefCell::new(None::<((bool, Option<String>), Page)>);
    follow(move || {
        let props = host().props().get();
        let table = props.table.filter(|_| props.view == View::Main);
        let place = (props.view == View::Side, table.clone());
        // The path is no part of it: when a second table is opened, the first stays.
        if let Some((earlier, (_, repaint))) = &*shown.borrow()
            && *earlier == place
        {
            return repaint();
        }
        stage.change(|| {
            let page: Page = match &table {
                Some(table) => table::page(table),
                None => lobby::page(place.0),
            };
            app.empty().add(&page.0);
            shown.replace(Some((place.clone(), page)));
        });
    });
}
