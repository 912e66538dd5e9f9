//! Fragments in frames: their sites in the manifest, their pages, and all that their hosts refuse.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::{Manifest, Placement};
use reqwest::{Method, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::house::{ENTRY, FRAME_SCRIPT, House, TOKENS, client, json_of, refused, until, write_placed, write_release};

/// A gateway whose wallet runs in frames.
async fn framed() -> House {
    let house = House::open().await;
    write_placed(&house.floor(), "wallet", "0.1.0-cccccccc", "frame");
    until("the framed release", async || manifest(&house).await.fragments[0].placement == Placement::Frame).await;
    house
}

async fn manifest(house: &House) -> Manifest {
    let value: Value = json_of(client().get(house.url("/manifest.json")).send().await.expect("a reply")).await;
    Manifest::read_checked(value).expect("a good manifest")
}

async fn ask(house: &House, method: Method, fragment: &str, path: &str) -> Response {
    let host = format!("{fragment}.localhost:{}", house.address().port());
    client().request(method, house.url(path)).header("host", host).send().await.expect("a reply")
}

fn policy(reply: &Response) -> String {
    reply.headers()["content-security-policy"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn the_placement_alone_moves_what_a_policy_allows() {
    let house = framed().await;
    let site = format!("http://wallet.localhost:{}", house.address().port());
    assert_eq!(manifest(&house).await.fragments[0].site.as_deref(), Some(site.as_str()));
    let framed = policy(&client().get(house.url("/")).send().await.expect("a reply"));
    assert!(framed.contains(&format!("frame-src {site};")), "{framed}");
    assert!(!framed.contains(house.vendor.url()), "only the frame needs the vendor: {framed}");

    write_release(&house.floor(), "wallet", "0.1.0-dddddddd");
    until("the release in the document", async || manifest(&house).await.fragments[0].site.is_none()).await;
    let inside = policy(&client().get(house.url("/")).send().await.expect("a reply"));
    assert!(inside.contains("frame-src 'none';") && inside.contains(house.vendor.url()), "{inside}");
    refused(ask(&house, Method::GET, "wallet", "/frame").await, 404, "not-found").await;
}

#[tokio::test]
async fn a_frames_page_may_do_what_its_fragment_is_granted() {
    let house = framed().await;
    let port = house.address().port();
    let reply = ask(&house, Method::GET, "wallet", "/frame").await;
    assert_eq!(reply.status(), 200);
    let policy = policy(&reply);
    let vendor = house.vendor.url();
    let [script, style] = [FRAME_SCRIPT, TOKENS].map(|text| STANDARD.encode(Sha256::digest(text)));
    for part in [
        "default-src 'none'; ".to_owned(),
        format!("script-src 'sha256-{script}' blob: 'wasm-unsafe-eval'; style-src 'sha256-{style}';"),
        format!("connect-src {vendor} {};", vendor.replace("http", "ws")),
        format!("img-src data: {vendor}; media-src blob: {vendor};"),
        format!("frame-ancestors http://localhost:{port} http://127.0.0.1:{port};"),
        "base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-forms".to_owned(),
    ] {
        assert!(policy.contains(&part), "{part} is not in {policy}");
    }
    for part in ["'self'", "unsafe-inline", "'unsafe-eval'", "strict-dynamic", "allow-same-origin"] {
        assert!(!policy.contains(part), "{part} is in {policy}");
    }
    assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
    assert!(reply.headers().get("x-frame-options").is_none(), "it is there to be framed");
    assert!(reply.headers().get("set-cookie").is_none());
    let html = reply.text().await.expect("text");
    assert!(html.contains(&format!("data-origins=\"http://localhost:{port} http://127.0.0.1:{port}\"")), "{html}");
    assert!(html.contains(&format!("<style>{TOKENS}</style>")) && html.contains(FRAME_SCRIPT), "{html}");
    assert!(!html.contains("manifest"), "it knows nothing of the other fragments");
}

#[tokio::test]
async fn a_frames_host_has_nothing_else() {
    let house = framed().await;
    for path in ["/", "/api/identity/session", "/api/wallet/balance", "/manifest.json", "/readyz", "/metrics", ENTRY] {
        refused(ask(&house, Method::GET, "wallet", path).await, 403, "forbidden").await;
    }
    for (method, path) in [(Method::POST, "/api/identity/demo"), (Method::POST, "/frame"), (Method::DELETE, "/")] {
        refused(ask(&house, method, "wallet", path).await, 403, "forbidden").await;
    }
    // A host of nobody's is no way in either.
    refused(ask(&house, Method::GET, "nobody", "/frame").await, 404, "not-found").await;
    refused(ask(&house, Method::GET, "nobody", "/api/identity/session").await, 403, "forbidden").await;
    // And the page's own host shows no frame.
    let reply = client().get(house.url("/frame")).send().await.expect("a reply");
    refused(reply, 404, "not-found").await;
}

#[tokio::test]
async fn a_frames_page_is_kept_by_browsers_and_asked_for_by_its_tag() {
    let house = framed().await;
    let reply = ask(&house, Method::GET, "wallet", "/frame").await;
    assert_eq!(
        (&reply.headers()["cache-control"], &reply.headers()["vary"]),
        (&"no-cache".parse().unwrap(), &"accept-encoding".parse().unwrap())
    );
    let tag = reply.headers()["etag"].clone();
    let host = format!("wallet.localhost:{}", house.address().port());
    let again = client().get(house.url("/frame")).header("host", host).header("if-none-match", tag).send().await;
    assert_eq!(again.expect("a reply").status(), 304);
}
