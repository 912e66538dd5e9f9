//! An [`El`] as a Leptos view, so that it can be returned from a component and stand in `view!`.
//!
//! Nothing is rendered on a server: the parts of the traits that are for servers do nothing.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::{AddAnyAttr, AnyView, Mountable, Render, RenderHtml};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::{Position, PositionState};

use crate::dom::{El, keep};

impl El {
    /// Adds what `view!` made.
    pub fn view(&self, view: AnyView) -> &Self {
        let mut state = view.build();
        Mountable::mount(&mut state, &self.0, None);
        keep(Box::new(state));
        self
    }
}

/// An element that is on the page.
#[derive(Debug)]
pub struct Shown(Element);

impl Mountable for Shown {
    fn unmount(&mut self) {
        self.0.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Mountable::mount(&mut self.0, parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.0.clone()]
    }
}

impl Render for El {
    type State = Shown;

    fn build(self) -> Shown {
        Shown(self.0)
    }

    fn rebuild(self, shown: &mut Shown) {
        let mut next = Shown(self.0);
        shown.insert_before_this(&mut next);
        shown.unmount();
        *shown = next;
    }
}

impl AddAnyAttr for El {
    type Output<SomeNewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Shown {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
