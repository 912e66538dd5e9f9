//! Still pictures of a table: where there is no stream, and in the lobby.

use crate::tables;
use ui::El;

/// A picture that is renewed from time to time; nothing of it shows while it is missing.
#[derive(Clone)]
pub(crate) struct Still {
    image: El,
    url: String,
}

impl Still {
    /// Shows the picture at `url` in `image`, once it is renewed for the first time.
    pub(crate) fn new(image: El, url: &str) -> Self {
        let (missing, there) = (image.clone(), image.clone());
        image.listen("error", move |_| _ = missing.class("gone", true));
        image.listen("load", move |_| _ = there.class("gone", false));
        Self { image, url: url.to_owned() }
    }

    /// Loads it anew, if anybody looks.
    pub(crate) fn renew(&self) {
        if tables::page_visible() {
            self.image.set("src", &tables::fresh(&self.url));
        }
    }

    /// It was never loaded.
    pub(crate) fn is_new(&self) -> bool {
        !self.image.element().has_attribute("src")
    }
}
