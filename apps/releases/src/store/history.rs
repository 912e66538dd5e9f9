//! What was done to releases: of one fragment or of all, newest first, a page at a time.

use contract::plain::{concat, digits};
use contract::problem::Code;
use contract::registry::{ShippingHistory, ShippingLine};
use fragment::{State, host};
use std::cell::Cell;

use super::Store;

/// The pages that are shown.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Of which fragment; empty for all.
    pub(crate) of: State<String>,
    /// Absent until the first answer.
    pub(crate) lines: State<Option<Vec<ShippingLine>>>,
    /// Where the next page begins, if there is one.
    pub(crate) next: State<Option<u64>>,
    pub(crate) failed: State<bool>,
    /// An earlier page is on its way.
    pub(crate) loading: State<bool>,
    /// Counts questions: only the last one's answer counts.
    asked: Cell<u32>,
}

impl History {
    pub(super) fn clear(&self) {
        self.asked.set(self.asked.get().wrapping_add(1));
        self.of.set(String::new());
        self.lines.set(None);
        self.next.set(None);
        self.failed.set(false);
        self.loading.set(false);
    }
}

impl Store {
    /// Another fragment, or all of them, was chosen.
    pub(crate) fn show_history(&'static self) {
        self.history.lines.set(None);
        self.history.next.set(None);
        self.refresh_history();
    }

    /// Asks for the newest page.
    pub(crate) fn refresh_history(&'static self) {
        self.history.loading.set(false);
        self.ask_history(None);
    }

    /// Asks for the page before what is shown.
    pub(crate) fn more_history(&'static self) {
        if let Some(before) = self.history.next.get().filter(|_| !self.history.loading.get()) {
            self.history.loading.set(true);
            self.ask_history(Some(before));
        }
    }

    fn ask_history(&'static self, before: Option<u64>) {
        let history = &self.history;
        history.asked.set(history.asked.get().wrapping_add(1));
        let (question, path) = (history.asked.get(), path(&history.of.get(), before));
        fragment::spawn(async move {
            let reply = host().get::<ShippingHistory>(&path).await;
            if history.asked.get() != question {
                return;
            }
            history.loading.set(false);
            history.failed.set(reply.is_err());
            match reply {
                Ok(page) => {
                    history.next.set(page.next_before);
                    history.lines.update(|lines| match lines {
                        Some(lines) if before.is_some() => lines.extend(page.lines),
                        _ => *lines = Some(page.lines),
                    });
                }
                Err(error) if error.code() == Some(Code::SignedOut) => self.is_over(),
                Err(error) => host().warn(&error.text()),
            }
        });
    }
}

/// A name is letters, digits and dashes, and stands in a query as it is.
fn path(of: &str, before: Option<u64>) -> String {
    let mut path = String::from("/api/operator/releases/history");
    let mut parameter = |name: &str, value: &str| {
        let begin = if path.contains('?') { "&" } else { "?" };
        path.push_str(&concat(&[begin, name, "=", value]));
    };
    if !of.is_empty() {
        parameter("fragment", of);
    }
    if let Some(before) = before {
        parameter("before", &digits(before));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_page_is_asked_for_by_fragment_and_place() {
        assert_eq!(path("", None), "/api/operator/releases/history");
        assert_eq!(path("wallet", None), "/api/operator/releases/history?fragment=wallet");
        assert_eq!(path("wallet", Some(7)), "/api/operator/releases/history?fragment=wallet&before=7");
        assert_eq!(path("", Some(7)), "/api/operator/releases/history?before=7");
    }
}
