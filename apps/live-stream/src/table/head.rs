//! The ways from this table to others, and who sits here.

use super::Model;
use crate::route::{self, Second};
use contract::plain::concat;
use fragment::host;
use fragment::text::count;
use ui::El;

/// What changes in the head of a table.
pub(super) struct Head {
    seated: El,
    second: El,
}

impl Head {
    pub(super) fn find(root: &El) -> Self {
        Self { seated: root.at("seated"), second: root.at("second-table") }
    }

    pub(super) fn paint(&self, model: &Model) {
        if let Some(round) = model.round() {
            self.seated.write(&concat(&[" · ", &count("seated", i64::from(round.seated), &[])]));
        }
        let path = host().props().with(|props| props.path.clone());
        let second = route::second(&path, &model.table.id, &model.others);
        self.second.flag("hidden", second.is_none());
        let (path, label) = match second {
            Some(Second::Open(path)) => (path, "second-table-open"),
            Some(Second::Close(path)) => (path, "second-table-close"),
            None => return,
        };
        self.second.set("href", &path);
        self.second.say(label);
    }
}
