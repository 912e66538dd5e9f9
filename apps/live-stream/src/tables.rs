//! The tables that there are: asked for once, then kept up to date by `live.tables`.

use contract::event::{Connection, LiveTables};
use contract::live::{Table, Tables};
use contract::plain::{concat, integer};
use fragment::scope::Held;
use fragment::text::text_with;
use fragment::{clock, format, host, spawn};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use ui::document;

/// How long after a failure the gateway is asked again.
const RETRY_MS: u32 = 4_000;

/// The lobby as far as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Source(Held<State>);

struct State {
    /// The last good answer.
    tables: RefCell<Option<Rc<Tables>>>,
    /// The gateway did not answer, and nothing has come since.
    failed: Cell<bool>,
    changed: Box<dyn Fn()>,
}

impl Source {
    /// Begins to ask and to listen, and calls `changed` from then on; ends with the view.
    pub(crate) fn open(changed: Box<dyn Fn()>) -> Self {
        let source = Self(Held::new(State { tables: RefCell::new(None), failed: Cell::new(false), changed }));
        host().subscribe(LiveTables, move |tables| source.know(tables));
        host().subscribe(Connection, move |connection| {
            if connection.online {
                source.ask_again();
            }
        });
        clock::every(RETRY_MS, move || source.ask_again());
        source.ask();
        source
    }

    /// Asks the gateway if its last answer was none.
    pub(crate) fn ask_again(self) {
        if self.failed() {
            self.ask();
        }
    }

    fn ask(self) {
        spawn(async move {
            let answer = host().get::<Tables>("/api/live/tables").await;
            let Some(state) = self.0.get() else { return };
            // An event that came meanwhile is younger than the answer.
            if state.tables.borrow().is_some() && !state.failed.get() {
                return;
            }
            match answer {
                Ok(tables) => self.know(tables),
                Err(error) => {
                    host().warn(&error.text());
                    state.failed.set(true);
                    (state.changed)();
                }
            }
        });
    }

    fn know(self, tables: Tables) {
        if let Some(state) = self.0.get() {
            state.tables.replace(Some(Rc::new(tables)));
            state.failed.set(false);
            (state.changed)();
        }
    }

    /// The gateway did not answer, and nothing has come since.
    pub(crate) fn failed(self) -> bool {
        self.0.get().is_some_and(|state| state.failed.get())
    }

    /// The last good answer.
    pub(crate) fn tables(self) -> Option<Rc<Tables>> {
        self.0.get()?.tables.borrow().clone()
    }
}

/// Tells the shell when what the fragment shows is no longer live, and when it is again.
#[derive(Default)]
pub(crate) struct Health(Cell<bool>);

impl Health {
    pub(crate) fn report(&self, lost: bool) {
        match (self.0.replace(lost), lost) {
            (false, true) => host().degraded("vendor unreachable"),
            (true, false) => host().healthy(),
            _ => {}
        }
    }
}

/// What was said of a feed goes with it: the next one's has yet to be heard.
impl Drop for Health {
    fn drop(&mut self) {
        self.report(false);
    }
}

/// "€1.00 – €500.00"
pub(crate) fn limits(table: &Table) -> String {
    let (min, max) = (format::money(table.min_minor, table.currency), format::money(table.max_minor, table.currency));
    text_with("limits", &[("min", &min), ("max", &max)])
}

/// A picture's address that no cache has an answer for.
pub(crate) fn fresh(url: &str) -> String {
    let separator = if url.contains('?') { "&t=" } else { "?t=" };
    concat(&[url, separator, &integer(clock::now_ms())])
}

/// The page is on the screen.
pub(crate) fn page_visible() -> bool {
    !document().hidden()
}
