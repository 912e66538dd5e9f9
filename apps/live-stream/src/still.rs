//! Still pictures of a table: where there is no stream, and in the lobby.

use crate::dom::El;
use crate::tables;

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
        image.on("error", Box::new(move |_| missing.class("gone", true)));
        image.on("load", Box::new(move |_| there.class("gone", false)));
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
