//! Who may inspect: whoever sits at the machine that the gateway runs on for itself, and operators. What a request
//! shows of that.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::problem::Code;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};

use super::super::Registry;
use super::super::sites::Sites;
use super::kept;
use super::state::{Hashed, Inspection, LASTS_MS};
use crate::cookie;
use crate::problem::ApiError;
use crate::signed::{header, refused};

/// The cookie's name.
pub(super) const NAME: &str = "croupier_inspect";
const COOKIE_BYTES: usize = 32;
const CODE_BYTES: usize = 16;

/// What stands in a cookie or is a code. Only its hash is kept.
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn of_cookie() -> Result<Self, ApiError> {
        Self::of_bytes([0; COOKIE_BYTES])
    }

    pub(super) fn of_code() -> Result<Self, ApiError> {
        Self::of_bytes([0; CODE_BYTES])
    }

    fn of_bytes<const N: usize>(mut bytes: [u8; N]) -> Result<Self, ApiError> {
        getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(&error))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub(super) fn hash(&self) -> Hashed {
        Hashed::of(&self.0)
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// The header that sets the cookie. It comes with a page that somebody's link leads to as well: else that page
    /// would lack the inspector, and a manifest that it fetches later would not.
    pub(super) fn cookie(&self, secure: bool) -> HeaderValue {
        let secure = if secure { "; Secure" } else { "" };
        let max_age_s = LASTS_MS / 1000;
        let text = format!("{NAME}={}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}", self.0);
        // Base64 and digits: always a valid header.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The cookie of a request.
pub(super) fn cookie(headers: &HeaderMap) -> Option<Hashed> {
    cookie::values(headers, NAME).next().map(Hashed::of)
}

/// Whether a request was made at this very machine, to a gateway that is there for it alone.
pub(super) fn is_local(sites: &Sites, request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let headers = request.headers();
    // What a tunnel or a proxy passes on comes from this machine, too.
    let is_passed_on = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let host = request.uri().authority().map(http::uri::Authority::as_str).or_else(|| header(headers, HOST.as_str()));
    // Another name may lead here as well; whose page that is, nobody knows.
    let is_ours = host.is_some_and(|host| sites.pages().iter().any(|page| page.strip_prefix("http://") == Some(host)));
    // A page of somebody else's may embed this one as often as it likes; only a person looks at it by itself.
    let is_looked_at = headers.get("sec-fetch-dest").is_none_or(|dest| dest == "document");
    sites.is_local()
        && is_ours
        && !is_passed_on
        && is_looked_at
        && peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback())
}

impl Registry {
    /// Which inspection a call is about, and what is in it: a page's, by its cookie, or a tool's, by its code.
    ///
    /// # Errors
    /// It comes from another site, or shows neither.
    pub(super) async fn inspection_of(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<(Hashed, Inspection), ApiError> {
        if headers.contains_key(AUTHORIZATION) {
            self.by_tool(headers).await
        } else {
            self.inspected_page(method, headers).await
        }
    }

    /// The same for what only a tool may do.
    ///
    /// # Errors
    /// It comes from another site, or without a code that is good.
    pub(super) async fn by_tool(&self, headers: &HeaderMap) -> Result<(Hashed, Inspection), ApiError> {
        self.must_be_ours(headers)?;
        let nobody = || {
            let detail =
                "The code is missing, or unknown, or its inspection has ended. Get another one in the inspector.";
            refused(AUTHORIZATION.as_str(), detail)
        };
        let code = header(headers, AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
        let (code, now_ms) = (code.map(Hashed::of).ok_or_else(nobody)?, self.0.clock.now_ms());
        let found = self.0.inspections.read(move |sql| kept::by_code(sql, code, now_ms)).await?;
        found.ok_or_else(nobody)
    }

    /// The same for what only a page may ask.
    ///
    /// # Errors
    /// It comes from another site, or without the cookie.
    pub(super) async fn inspected_page(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<(Hashed, Inspection), ApiError> {
        self.must_be_ours(headers)?;
        // Browsers say with every state-changing call where it comes from.
        let says_so =
            headers.contains_key(ORIGIN) || headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
        if !method.is_safe() && !says_so && cookie(headers).is_some() {
            return Err(from_elsewhere());
        }
        let detail = "There is no inspection: bring its code, or open the inspector on the page first.";
        let nobody = || refused(AUTHORIZATION.as_str(), detail);
        let cookie = cookie(headers).ok_or_else(nobody)?;
        let inspection = self.inspection(cookie).await?.ok_or_else(nobody)?;
        Ok((cookie, inspection))
    }

    fn must_be_ours(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
        if self.0.sites.pages().iter().any(|page| *page == *origin) { Ok(()) } else { Err(from_elsewhere()) }
    }
}

fn from_elsewhere() -> ApiError {
    ApiError::new(Code::Forbidden, "This has to come from our own page, or from a tool.").field("origin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http::header::COOKIE;

    fn local(peer: &str, host: &str, more: Option<(&str, &str)>, page: &[&str]) -> bool {
        let pages: Vec<String> = page.iter().map(ToString::to_string).collect();
        let sites = Sites::new(&pages, None, 8080).expect("good");
        let mut request = Request::builder().uri("/?inspect").header(HOST, host);
        if let Some((name, value)) = more {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::empty()).expect("a request");
        let peer: SocketAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        is_local(&sites, &request)
    }

    #[test]
    fn only_who_sits_at_the_machine_is_local() {
        assert!(local("127.0.0.1:9", "localhost:8080", None, &[]));
        assert!(local("[::1]:9", "127.0.0.1:8080", Some(("sec-fetch-dest", "document")), &[]));
        for (peer, host, more, page) in [
            ("192.0.2.1:9", "localhost:8080", None, &[][..]),
            ("127.0.0.1:9", "evil.example:8080", None, &[]),
            ("127.0.0.1:9", "localhost:8080", Some(("x-forwarded-for", "192.0.2.1")), &[]),
            ("127.0.0.1:9", "localhost:8080", Some(("forwarded", "for=192.0.2.1")), &[]),
            ("127.0.0.1:9", "localhost:8080", Some(("sec-fetch-dest", "image")), &[]),
            ("127.0.0.1:9", "casino.example", None, &["http://casino.example"]),
            ("127.0.0.1:9", "localhost:8080", None, &["http://localhost:8080", "https://casino.example"]),
        ] {
            assert!(!local(peer, host, more, page), "{peer} {host} {more:?} {page:?}");
        }
    }

    #[test]
    fn the_cookie_can_not_be_read_by_scripts() {
        let secret = Secret::of_cookie().expect("random bytes");
        let cookie_text = secret.cookie(true).to_str().expect("text").to_owned();
        assert!(cookie_text.contains("; HttpOnly; SameSite=Lax; Secure"), "{cookie_text}");
        let mut headers = HeaderMap::new();
        let sent = cookie_text.split(';').next().expect("a pair");
        headers.insert(COOKIE, format!("a=b; {sent}").parse().expect("a header"));
        assert_eq!(cookie(&headers), Some(secret.hash()));
        assert_eq!(Secret::of_code().expect("random bytes").into_text().len(), 22);
    }
}
