//! Painting: setting what is on the screen, and nothing that is there already.

use super::El;
use contract::plain::integer;

/// Remembers on an element what its content was drawn from.
const DRAWN: &str = "data-drawn";

impl El {
    /// Sets an attribute.
    #[inline(never)]
    pub fn set(&self, name: &str, value: &str) -> &Self {
        if self.0.get_attribute(name).as_deref() != Some(value) {
            self.part().set_attribute(name, value);
        }
        self
    }

    /// Sets an attribute, or takes it away.
    #[inline(never)]
    pub fn set_or_not(&self, name: &str, value: Option<&str>) -> &Self {
        match value {
            Some(value) => _ = self.set(name, value),
            None => self.part().remove_attribute(name),
        }
        self
    }

    /// Sets an attribute to a number.
    #[inline(never)]
    pub fn set_number(&self, name: &str, value: i64) -> &Self {
        self.set(name, &integer(value))
    }

    /// Sets or takes away an attribute that is `"true"` or absent.
    #[inline(never)]
    pub fn flag(&self, name: &str, on: bool) -> &Self {
        self.set_or_not(name, on.then_some("true"))
    }

    /// Adds or removes a class.
    #[inline(never)]
    pub fn class(&self, class: &str, on: bool) -> &Self {
        self.part().classes().toggle(class, on);
        self
    }

    /// Sets a style property, a custom one say, through the object model: a style attribute is
    /// refused by the page's policy.
    #[inline(never)]
    pub fn style(&self, name: &str, value: &str) -> &Self {
        self.part().style().set(name, value);
        self
    }

    /// Replaces the content by words. The same words again would be announced again, so they are
    /// left alone.
    #[inline(never)]
    pub fn write(&self, words: &str) -> &Self {
        if self.0.text_content().as_deref() != Some(words) {
            self.0.set_text_content(Some(words));
        }
        self
    }

    /// Replaces the content by a text of the catalogue.
    #[inline(never)]
    pub fn say(&self, id: &str) -> &Self {
        self.write(&fragment::text::text(id))
    }

    /// Removes the content.
    #[inline(never)]
    pub fn empty(&self) -> &Self {
        self.0.set_text_content(None);
        self
    }

    /// Draws the content anew if it is not yet the one that `key` stands for.
    #[inline(never)]
    pub fn fill(&self, key: &str, draw: &dyn Fn(&Self)) {
        if self.changed(key) {
            self.empty();
            draw(self);
        }
    }

    /// True once for each new `key`.
    #[inline(never)]
    pub fn changed(&self, key: &str) -> bool {
        let changed = self.0.get_attribute(DRAWN).as_deref() != Some(key);
        if changed {
            self.set(DRAWN, key);
        }
        changed
    }
}
