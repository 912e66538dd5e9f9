//! Serves the files of published releases: of what is live from memory, of any other as the store of files has
//! it, for pages that still run an earlier release.
//!
//! **Architecture invariant:** anybody may ask, for names that were made up as well: for what is not in memory few
//! queries and few reads are under way at once.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use super::super::encoding::Compressed;
use super::super::files::{IMMUTABLE, content_type};
use super::Desk;
use super::record;
use crate::problem::ApiError;

impl Desk {
    /// A file of a published release; nothing where nobody has published one of this name.
    pub(in crate::registry) async fn serve(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let (fragment, name) = path.split_once('/')?;
        if let Some(file) = self.shown().file(fragment, name) {
            return Some(respond(name, file, headers));
        }
        // Who has published nothing has no files here, and a request for one costs no query.
        if !self.shown().shelves().knows(fragment) {
            return None;
        }
        match self.find(fragment, name).await {
            Ok(found) => found.map(|file| respond(name, &file, headers)),
            Err(error) => Some(error.into_response()),
        }
    }

    async fn find(&self, fragment: &str, name: &str) -> Result<Option<Compressed>, ApiError> {
        let (key, turn) = ((fragment.to_owned(), name.to_owned()), self.0.room.to_ask().await?);
        let asked = self.0.database.read(move |sql| {
            // Whoever asks may go away; until the query has ended, its turn has not.
            let _turn = turn;
            record::address_of(sql, &key.0, &key.1)
        });
        let Some(address) = asked.await? else { return Ok(None) };
        let _room = self.0.room.to_serve().await?;
        Ok(self.0.files.get(&address).await?)
    }
}

fn respond(name: &str, file: &Compressed, headers: &HeaderMap) -> Response {
    let mut response = file.respond(headers);
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    out.insert(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    response
}
