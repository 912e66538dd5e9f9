//! What happens at the tables of the lobby just now: one feed for all of them.

use crate::watch::{Heard, Watch};
use contract::feed::{self, FromVendor, Subscribe, ToVendor};
use contract::live::Tables;
use fragment::clock::monotonic_ms;
use fragment::feed::{Feed, FeedState};
use fragment::scope::Held;
use std::cell::{Cell, RefCell};

/// The most tables that the vendor lets a connection watch.
const WATCHED: usize = 8;

/// The live state of the lobby's tables.
#[derive(Clone, Copy)]
pub(super) struct Results(Held<State>);

struct State {
    tables: RefCell<Vec<(String, Watch)>>,
    lost: Cell<bool>,
    url: RefCell<String>,
    feed: RefCell<Option<Feed>>,
    changed: Box<dyn Fn()>,
}

impl Results {
    /// Nothing is followed yet. Calls `changed` when something happens; ends with the view.
    pub(super) fn open(changed: Box<dyn Fn()>) -> Self {
        Self(Held::new(State {
            tables: RefCell::default(),
            lost: Cell::new(false),
            url: RefCell::default(),
            feed: RefCell::new(None),
            changed,
        }))
    }

    /// Follows these tables; does nothing if it does so already.
    pub(super) fn follow(self, list: &Tables) {
        let (Some(state), Some(first)) = (self.0.get(), list.tables.first()) else { return };
        let wanted = || list.tables.iter().take(WATCHED).map(|table| &table.id);
        let same_tables = state.tables.borrow().iter().map(|(name, _)| name).eq(wanted());
        if !same_tables {
            state.tables.replace(wanted().map(|name| (name.clone(), Watch::default())).collect());
            state.subscribe();
        }
        if *state.url.borrow() != first.feed_url {
            state.url.replace(first.feed_url.clone());
            let feed = Feed::open(&first.feed_url, move |frame| self.hear(frame), move |state| self.enter(state));
            let earlier = state.feed.replace(Some(feed));
            drop(earlier);
        }
    }

    /// The vendor was heard or tried, and is silent now.
    pub(super) fn lost(self) -> bool {
        self.0.get().is_some_and(|state| state.lost.get())
    }

    /// Reads from a table's state, if it is known.
    pub(super) fn with(self, table: &str, read: &mut dyn FnMut(Option<&feed::Table>)) {
        let Some(state) = self.0.get() else { return };
        read(find(&mut state.tables.borrow_mut(), table).and_then(|watch| watch.state()));
    }

    fn enter(self, entered: FeedState) {
        let Some(state) = self.0.get() else { return };
        match entered {
            FeedState::Live => {
                state.lost.set(false);
                state.subscribe();
            }
            FeedState::Stale | FeedState::Down => state.lost.set(true),
            FeedState::Connecting => {}
        }
        (state.changed)();
    }

    fn hear(self, frame: FromVendor) {
        let Some(state) = self.0.get() else { return };
        let heard = match frame {
            FromVendor::Snapshot(snapshot) => {
                let mut tables = state.tables.borrow_mut();
                find(&mut tables, &snapshot.state.table).map(|watch| watch.snapshot(snapshot.state))
            }
            FromVendor::Delta(delta) => {
                let mut tables = state.tables.borrow_mut();
                find(&mut tables, &delta.table).map(|watch| watch.delta(&delta, monotonic_ms()))
            }
            _ => None,
        };
        match heard {
            Some(Heard::Ask) => state.subscribe(),
            Some(Heard::Moved | Heard::Changed) => (state.changed)(),
            Some(Heard::Nothing) | None => {}
        }
    }
}

impl State {
    fn subscribe(&self) {
        let mut tables = vec![];
        for (name, watch) in self.tables.borrow_mut().iter_mut() {
            watch.subscribed(monotonic_ms());
            tables.push(name.clone());
        }
        if let Some(feed) = &*self.feed.borrow() {
            feed.send(&ToVendor::Subscribe(Subscribe { tables }));
        }
    }
}

fn find<'a>(tables: &'a mut [(String, Watch)], name: &str) -> Option<&'a mut Watch> {
    tables.iter_mut().find(|(table, _)| table == name).map(|(_, watch)| watch)
}
