//! The page, the manifest and the files of the floor.

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::Manifest;
use reqwest::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};

use crate::house::{ENTRY, House, PATIENCE, client, json_of, refused, until, write_release};
use crate::team::{Team, content, release};

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = client().get(house.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("a reply")
}

async fn manifest(house: &House) -> Manifest {
    let value: Value = json_of(get(house, "/manifest.json", &[]).await).await;
    Manifest::read_checked(value).expect("a good manifest")
}

#[tokio::test]
async fn every_route_gives_the_page_with_its_manifest_in_it() {
    let house = House::open().await;
    let manifest = manifest(&house).await;
    assert_eq!(manifest.fragments[0].name, "wallet");
    let contract = &manifest.fragments[0].contracts[0];
    assert_eq!((contract.topic.as_str(), contract.schema.as_str()), ("wallet.balance", "0123456789abcdef"));
    let origin = house.vendor.url().to_owned();
    assert_eq!(manifest.fragments[0].capabilities.origins, [origin.clone(), origin.replace("http", "ws")]);
    for path in [
        "/",
        "/wallet",
        "/promotions",
        "/account",
        "/limits",
        "/live",
        "/live/roulette-1",
        "/live/roulette-1/baccarat-1",
    ] {
        let reply = get(&house, path, &[("accept", "text/html")]).await;
        assert_eq!(reply.status(), 200, "{path}");
        let html = reply.text().await.expect("text");
        let inlined = html.split("id=\"manifest\">").nth(1).and_then(|rest| rest.split("</script>").next());
        let inlined: Value = serde_json::from_str(inlined.expect("a manifest")).expect("JSON");
        assert_eq!(Manifest::read_checked(inlined).expect("good"), manifest);
        for url in ["/api/identity/session", ENTRY, "/fragments/wallet/messages.en-0123456789.json"] {
            let preload = format!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"{url}\">");
            assert!(html.contains(&preload), "{url} is not preloaded");
        }
    }
}

#[tokio::test]
async fn what_is_switched_off_stands_in_the_manifest_and_is_asked_for_by_nobody() {
    let house = House::open().await;
    let file = house.floor().join("fragments/wallet/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
    release["killed"] = true.into();
    fs::write(&file, release.to_string()).expect("written");
    until("it is switched off", async || manifest(&house).await.fragments[0].killed).await;
    let html = get(&house, "/", &[]).await.text().await.expect("text");
    assert!(!html.contains(&format!("href=\"{ENTRY}\"")), "a page does not fetch what it does not load");
}

#[tokio::test]
async fn what_is_on_one_route_only_is_asked_for_there() {
    let house = House::open().await;
    let file = house.floor().join("fragments/wallet/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
    release["slots"][0]["routes"] = serde_json::json!(["/limits"]);
    fs::write(&file, release.to_string()).expect("written");
    until("the release with a route", async || !manifest(&house).await.fragments[0].slots[0].routes.is_empty()).await;
    for (path, is_asked_for) in [("/limits", true), ("/", false), ("/wallet", false)] {
        let reply = get(&house, path, &[("accept-language", "de")]).await;
        let link = reply.headers().get("link").map(|link| link.to_str().expect("text").to_owned());
        let html = reply.text().await.expect("text");
        assert!(!html.contains(&format!("crossorigin href=\"{ENTRY}\"")), "{path}: the HTML is the same everywhere");
        assert_eq!(link.is_some(), is_asked_for, "{path}");
        let Some(link) = link else { continue };
        for url in [ENTRY, "/fragments/wallet/messages.de-0123456789.json"] {
            assert!(link.contains(&format!("<{url}>; rel=preload; as=fetch; crossorigin=anonymous")), "{link}");
        }
    }
}

#[tokio::test]
async fn the_policy_allows_what_the_page_holds_and_no_more() {
    let house = House::open().await;
    let reply = get(&house, "/", &[]).await;
    let policy = reply.headers()["content-security-policy"].to_str().expect("text").to_owned();
    let html = reply.text().await.expect("text");
    let script = html.split("<script type=\"module\">").nth(1).and_then(|rest| rest.split("</script>").next());
    let digest = STANDARD.encode(Sha256::digest(script.expect("a script")));
    let vendor = house.vendor.url();
    let feed = vendor.replace("http", "ws");
    for part in [
        "default-src 'none';".to_owned(),
        format!("script-src 'sha256-{digest}' 'strict-dynamic' 'wasm-unsafe-eval';"),
        "style-src 'self';".to_owned(),
        format!("connect-src 'self' blob: {vendor} {feed};"),
        format!("media-src 'self' blob: {vendor};"),
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'".to_owned(),
    ] {
        assert!(policy.contains(&part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_cookie_else_of_the_browser() {
    let house = House::open().await;
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[], "<html lang=\"en\" dir=\"ltr\"><head><title>Croupier &amp; Co"),
        (&[("accept-language", "fr, de-CH;q=0.8")], "<html lang=\"de\" dir=\"ltr\"><head><title>Der Croupier"),
        (&[("accept-language", "de"), ("cookie", "croupier_locale=ar")], "<html lang=\"ar\" dir=\"rtl\">"),
        (&[("cookie", "croupier_locale=xx")], "<html lang=\"en\""),
    ];
    for (headers, start) in cases {
        let reply = get(&house, "/", headers).await;
        assert_eq!(reply.headers()["vary"], "accept-language, cookie, accept-encoding");
        let html = reply.text().await.expect("text");
        assert!(html.contains(start), "{headers:?}: {html}");
    }
}

#[tokio::test]
async fn files_come_compressed_and_never_change() {
    let house = House::open().await;
    let plain = fs::read(house.floor().join("fragments/wallet/wallet-0123456789abcdef.js")).expect("a file");
    for (accepted, encoding) in [("gzip, br, zstd", Some("br")), ("zstd", Some("zstd")), ("gzip", None)] {
        let reply = get(&house, ENTRY, &[("accept-encoding", accepted)]).await;
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(reply.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(reply.headers()["vary"], "accept-encoding, available-dictionary");
        assert_eq!(reply.headers().get("content-encoding").map(|it| it.to_str().expect("text")), encoding);
        let etag = reply.headers()["etag"].to_str().expect("text").to_owned();
        let body = reply.bytes().await.expect("bytes");
        let decoded = match encoding {
            Some("br") => {
                let mut decoded = Vec::new();
                brotli::BrotliDecompress(&mut body.as_ref(), &mut decoded).expect("brotli");
                decoded
            }
            Some(_) => zstd::bulk::decompress(&body, 100_000).expect("zstd"),
            None => body.to_vec(),
        };
        assert_eq!(decoded, plain);
        let again = get(&house, ENTRY, &[("accept-encoding", accepted), ("if-none-match", &etag)]).await;
        assert_eq!(again.status(), 304);
    }
    let wasm = get(&house, "/fragments/wallet/wallet-0123456789abcdef.wasm", &[]).await;
    assert_eq!(wasm.headers()["content-type"], "application/wasm");
    assert_eq!(get(&house, "/shell-0123456789abcdef.js", &[]).await.status(), 200);
    let template = get(&house, "/index.html", &[]).await;
    assert_eq!(template.status(), 404, "the template is not the page");
}

#[tokio::test]
async fn the_plain_file_is_the_truth_when_it_is_changed_or_gone() {
    let house = House::open().await;
    let file = house.floor().join("fragments/wallet/wallet-0123456789abcdef.js");
    let later = SystemTime::now() + Duration::from_secs(5);
    fs::write(&file, b"broken").expect("written");
    fs::File::options().write(true).open(&file).and_then(|file| file.set_modified(later)).expect("a time");
    let reply = get(&house, ENTRY, &[("accept-encoding", "br")]).await;
    assert!(reply.headers().get("content-encoding").is_none());
    assert_eq!(reply.text().await.expect("text"), "broken");
    fs::remove_file(&file).expect("removed");
    refused(get(&house, ENTRY, &[("accept-encoding", "br")]).await, 404, "not-found").await;
    refused(get(&house, &format!("{ENTRY}.br"), &[]).await, 404, "not-found").await;
}

#[tokio::test]
async fn nothing_outside_of_the_floor_is_served() {
    let house = House::open().await;
    let secret = house.floor().join("secret.txt");
    fs::write(&secret, "secret").expect("written");
    std::os::unix::fs::symlink(&secret, house.floor().join("fragments/wallet/link.txt")).expect("a link");
    // Written byte by byte: a client would tidy these paths up before it sends them.
    for path in [
        "/../secret.txt",
        "/fragments/../secret.txt",
        "/fragments/wallet/../../secret.txt",
        "/fragments/%2e%2e/secret.txt",
        "/fragments/..%2fsecret.txt",
        "/fragments/wallet/..\\..\\secret.txt",
        "/fragments/wallet/link.txt",
        "/fragments//etc/passwd",
        "//etc/passwd",
        "/.git/config",
    ] {
        let address = house.address();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        let reply = tokio::task::spawn_blocking(move || {
            let mut socket = std::net::TcpStream::connect(address).expect("a connection");
            socket.write_all(request.as_bytes()).expect("sent");
            let mut reply = String::new();
            socket.read_to_string(&mut reply).expect("a reply");
            reply
        });
        let reply = reply.await.expect("no panic");
        let status = reply.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "404"), "{path}: {reply}");
        assert!(!reply.contains("secret\r\n") && !reply.contains("root:"), "{path}");
    }
}

#[tokio::test]
async fn a_new_release_raises_the_serial_and_a_broken_one_changes_nothing() {
    let mut house = House::open().await;
    let first = manifest(&house).await;
    house.restart().await;
    assert_eq!(manifest(&house).await.serial, first.serial, "a restart is no change");

    write_release(&house.floor(), "wallet", "0.1.0-bbbbbbbbbb");
    until("the new release", async || manifest(&house).await.fragments[0].version == "0.1.0-bbbbbbbbbb").await;
    let second = manifest(&house).await;
    assert!(second.serial > first.serial);

    fs::create_dir_all(house.floor().join("fragments/other")).expect("a folder");
    fs::write(house.floor().join("fragments/wallet/release.json"), "{ half").expect("written");
    fs::write(house.floor().join("fragments/other/release.json"), r#"{"name":"other"}"#).expect("written");
    until("the broken releases", async || {
        get(&house, "/", &[]).await;
        json_of(get(&house, "/readyz", &[]).await).await["broken_releases"] == 2
    })
    .await;
    let third = manifest(&house).await;
    assert_eq!((third.serial, &third.fragments), (second.serial, &second.fragments));
}

#[tokio::test]
async fn nobody_waits_while_the_floor_is_looked_at() {
    let house = House::open().await;
    let slow = house.floor().join("shell/messages.ja.json");
    let made = std::process::Command::new("mkfifo").arg(&slow).status().expect("it runs");
    assert!(made.success(), "a pipe, which is read for as long as it is open");
    let pipe = slow.clone();
    let opened = tokio::task::spawn_blocking(move || fs::OpenOptions::new().write(true).open(pipe));
    let mut pipe = opened.await.expect("no panic").expect("it is read by now");
    let (answered, answer) = std::sync::mpsc::channel::<()>();
    let reading = std::thread::spawn(move || {
        let in_time = answer.recv_timeout(PATIENCE).is_ok();
        pipe.write_all(b"{}").expect("written");
        in_time
    });
    get(&house, "/readyz", &[]).await;
    fs::remove_file(&slow).expect("removed");
    // Whoever waited for it may have gone.
    let _ = answered.send(());
    assert!(reading.join().expect("no panic"), "it was answered once the floor was read");
}

#[tokio::test]
async fn an_earlier_release_beside_the_present_one_is_what_the_page_falls_back_to() {
    let house = House::open().await;
    let before = manifest(&house).await;
    let folder = house.floor().join("fragments/wallet");
    let present: Value = serde_json::from_slice(&fs::read(folder.join("release.json")).expect("read")).expect("JSON");
    let fallback = async |previous: String, what: &str| {
        let serial = manifest(&house).await.serial;
        fs::write(folder.join("previous.json"), previous).expect("written");
        until(what, async || manifest(&house).await.serial > serial).await;
        manifest(&house).await
    };

    let mut earlier = present.clone();
    earlier["version"] = "0.0.1-before".into();
    let with = fallback(earlier.to_string(), "the earlier release").await;
    let previous = with.fragments[0].previous.clone().expect("an earlier release");
    assert_eq!(previous.version, "0.0.1-before");
    // What it may reach is resolved as the present one's is, and is in the policy with it.
    assert_eq!(previous.capabilities.origins, before.fragments[0].capabilities.origins);

    // It would run where the present one does.
    earlier["placement"] = "frame".into();
    let without = fallback(earlier.to_string(), "one from a frame").await;
    assert_eq!(without.fragments, before.fragments);
    earlier["placement"] = "document".into();
    assert_eq!(fallback(earlier.to_string(), "the earlier release again").await.fragments, with.fragments);

    // Better no way back than none forward.
    earlier["entry"]["url"] = "/fragments/promotions/entry.js".into();
    let without = fallback(earlier.to_string(), "one that is broken").await;
    assert_eq!(without.fragments, before.fragments);
}

#[tokio::test]
async fn a_release_that_is_too_long_is_broken_however_right_it_is() {
    let house = House::open().await;
    let before = manifest(&house).await;
    let file = house.floor().join("fragments/wallet/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
    release["publishes"] = vec!["wallet.a-topic-that-nobody-knows"; 300_000].into();
    fs::write(&file, release.to_string()).expect("written");
    until("the broken release", async || {
        get(&house, "/", &[]).await;
        json_of(get(&house, "/readyz", &[]).await).await["broken_releases"] == 1
    })
    .await;
    assert_eq!(manifest(&house).await.fragments, before.fragments);
    assert!(get(&house, "/", &[]).await.bytes().await.expect("a page").len() < 20_000);
}

#[tokio::test]
async fn who_is_in_a_slot_stays_there() {
    let house = House::open().await;
    let before = manifest(&house).await;
    // First by name, and second to come.
    let folder = house.floor().join("fragments/another");
    fs::create_dir_all(&folder).expect("a folder");
    let file = house.floor().join("fragments/wallet/release.json");
    let release = fs::read_to_string(file).expect("read").replace("/fragments/wallet/", "/fragments/another/");
    let mut release: Value = serde_json::from_str(&release).expect("JSON");
    release["name"] = "another".into();
    fs::write(folder.join("release.json"), release.to_string()).expect("written");
    until("the second one is refused", async || {
        get(&house, "/", &[]).await;
        json_of(get(&house, "/readyz", &[]).await).await["broken_releases"] == 1
    })
    .await;
    assert_eq!(manifest(&house).await.fragments, before.fragments);

    release["slots"] = serde_json::json!([{ "name": "another", "routes": [] }]);
    fs::write(folder.join("release.json"), release.to_string()).expect("written");
    until("a slot of its own is free", async || manifest(&house).await.fragments.len() == 2).await;
}

#[tokio::test]
async fn an_unknown_address_is_the_page_for_people_and_a_problem_for_programs() {
    let house = House::open().await;
    let person = get(&house, "/nowhere", &[("accept", "text/html,*/*")]).await;
    assert_eq!(person.status(), 404);
    assert!(person.text().await.expect("text").contains("id=\"manifest\""));
    refused(get(&house, "/nowhere", &[("accept", "application/json")]).await, 404, "not-found").await;
    refused(get(&house, "/api/nowhere", &[("accept", "text/html")]).await, 404, "not-found").await;
}

/// The fragment of the house, moved to a page that no layout knows.
fn bring_a_page(house: &House, name: &str, route: &str) {
    let fragments = house.floor().join("fragments");
    let release = fs::read_to_string(fragments.join("wallet/release.json")).expect("read");
    let mut release: Value =
        serde_json::from_str(&release.replace("/fragments/wallet/", &format!("/fragments/{name}/"))).expect("JSON");
    release["name"] = name.into();
    release["slots"] = serde_json::json!([{ "name": name, "routes": [route] }]);
    fs::create_dir_all(fragments.join(name)).expect("made");
    let title = r#"{"title":"Glückliche <Stunde>"}"#;
    fs::write(fragments.join(name).join("messages.de-0123456789.json"), title).expect("written");
    fs::write(fragments.join(name).join("release.json"), release.to_string()).expect("written");
}

/// A layout that fragments' own pages have a place in.
fn lay_own_pages(house: &House) {
    let index = house.floor().join("shell/index.html");
    let template = fs::read_to_string(&index).expect("read");
    let layout = "<style>p{}</style></head><script>pages('{{pages}}')</script><nav></nav><main></main>";
    fs::write(&index, template.replacen("</head>", layout, 1)).expect("written");
    fs::write(house.floor().join("shell/messages.en.json"), r#"{"title-home":"Home","title-wallet":"Wallet"}"#)
        .expect("written");
    let own = "<style>[data-slot={name}]{}</style><!-- croupier:link --><a href=\"/{name}\">{title}</a>\
               <!-- croupier:slot --><div data-slot=\"{name}\"></div><!-- croupier:operators --><style>.{name}{}</style>";
    fs::write(house.floor().join("shell/own.html"), own).expect("written");
}

#[tokio::test]
async fn a_fragment_brings_a_page_of_its_own() {
    let house = House::open().await;
    let page = async |path: &str, locale: &str| {
        let reply = get(&house, path, &[("accept", "text/html"), ("accept-language", locale)]).await;
        (reply.status().as_u16(), reply.text().await.expect("text"))
    };
    lay_own_pages(&house);
    until("the layout", async || page("/", "en").await.1.contains("pages('wallet')")).await;
    let before = page("/", "de").await.1;
    assert!(!before.contains("{name}") && !before.contains("happy-hour"), "nobody brings one: {before}");
    assert_eq!(page("/happy-hour", "de").await.0, 404);

    // Neither another route nor a name of the house's own is such a page.
    bring_a_page(&house, "elsewhere", "/wallet");
    bring_a_page(&house, "provider", "/provider");
    bring_a_page(&house, "happy-hour", "/happy-hour");
    until("the page", async || page("/happy-hour", "de").await.0 == 200).await;
    let html = page("/happy-hour", "de").await.1;
    for part in [
        "<a href=\"/happy-hour\">Glückliche &lt;Stunde&gt;</a></nav>",
        "<div data-slot=\"happy-hour\"></div></main>",
        "pages('happy-hour wallet')",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert!(!html.contains("data-slot=\"elsewhere\"") && !html.contains("data-slot=\"provider\""), "{html}");
    assert!(page("/", "en").await.1.contains("<a href=\"/happy-hour\">happy-hour</a>"), "without a text, its name");
    assert_eq!(page("/happy-hour/", "de").await.0, 200);
    assert_eq!(page("/happy-hour/more", "de").await.0, 404);
    assert_eq!(page("/elsewhere", "de").await.0, 404);
    let reply = get(&house, "/", &[]).await;
    let policy = reply.headers()["content-security-policy"].to_str().expect("text");
    let digest = STANDARD.encode(Sha256::digest("[data-slot=happy-hour]{}"));
    assert!(policy.contains(&format!("'sha256-{digest}'")), "its style is allowed: {policy}");

    // What asks for what only operators get stands on its own address and nowhere else.
    let players = page("/", "de").await.1;
    bring_a_page(&house, "back-office", "/back-office");
    let file = house.floor().join("fragments/back-office/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
    release["capabilities"]["requests"] = serde_json::json!(["GET /api/operator/session"]);
    fs::write(&file, release.to_string()).expect("written");
    until("the operators' page", async || page("/back-office", "de").await.1.contains(".back-office{}")).await;
    let without = |html: &str| {
        let (before, manifest) = html.split_once("id=\"manifest\">").expect("a manifest");
        before.to_owned() + manifest.split_once("id=\"messages\">").expect("the texts").1
    };
    assert_eq!(without(&page("/", "de").await.1), without(&players), "players are shown nothing of it");
    let (status, html) = page("/back-office/", "de").await;
    assert_eq!((status, html.matches("data-slot=\"back-office\"").count()), (200, 1), "{html}");
    assert!(
        !html.contains("href=\"/back-office\"") && html.contains("pages('back-office happy-hour wallet')"),
        "{html}"
    );
    let digest = STANDARD.encode(Sha256::digest(".back-office{}"));
    let policy =
        get(&house, "/back-office", &[("accept", "text/html")]).await.headers()["content-security-policy"].clone();
    assert!(policy.to_str().expect("text").contains(&digest), "its style is allowed");

    fs::remove_dir_all(house.floor().join("fragments/happy-hour")).expect("removed");
    until("the page is gone", async || page("/happy-hour", "de").await.0 == 404).await;
    assert_eq!(page("/", "de").await.1.matches("happy-hour").count(), 0);
}

#[tokio::test]
async fn a_page_that_was_shipped_is_called_as_its_own_catalogue_says() {
    let house = House::open().await;
    lay_own_pages(&house);
    let team = Team::of(&house);
    let code = content("1");
    let mut document = release("happy-hour", "1", &code);
    document["slots"] = json!([{ "name": "happy-hour", "routes": ["/happy-hour"] }]);
    let mut messages = Vec::new();
    for (locale, text) in [("en", r#"{"title":"Happy hour"}"#), ("de", r#"{"title":"Glückliche <Stunde>"}"#)] {
        assert_eq!(team.upload(&house, text.as_bytes()).await.status(), 204);
        let file = json!({ "url": "/x.json", "sha384": STANDARD.encode(Sha384::digest(text)), "size": text.len() });
        messages.push(json!({ "locale": locale, "file": file }));
    }
    document["messages"] = messages.into();
    assert_eq!(team.upload(&house, &code).await.status(), 204);
    assert_eq!(team.post(&house, "releases", &document).await.status(), 201);
    assert_eq!(team.post(&house, "promote", &json!({ "fragment": "happy-hour" })).await.status(), 200);
    for (locale, title) in [("en", "Happy hour"), ("de", "Glückliche &lt;Stunde&gt;")] {
        let html = get(&house, "/", &[("accept-language", locale)]).await.text().await.expect("text");
        assert!(html.contains(&format!("<a href=\"/happy-hour\">{title}</a>")), "{html}");
    }
}
