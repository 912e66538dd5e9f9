//! Inspections: who may begin one, and builds that stand in for fragments in one browser.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::SEAL;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::house::{House, client, json_of, refused};
use crate::operators::{PASSWORD, gateway};
use crate::team::{address_of, content, release};

const SCRIPT: &str = "croupier.inspector = '{{inspector}}'";

/// A house whose shell has an inspector.
async fn house() -> House {
    let house = House::open().await;
    let shell = house.floor().join("shell");
    fs::write(shell.join("inspect.mjs"), SCRIPT).expect("written");
    fs::write(shell.join("inspector-0123456789abcdef.mjs"), "export {}").expect("written");
    house
}

async fn page(house: &House, browser: &Client, path: &str) -> Response {
    browser.get(house.url(path)).header("accept", "text/html").send().await.expect("a reply")
}

/// A developer: a browser that inspects, and the code for a tool.
struct Developer {
    browser: Client,
    code: String,
}

impl Developer {
    async fn of(house: &House) -> Self {
        let browser = client();
        assert_eq!(page(house, &browser, "/?inspect").await.status(), 200);
        let code = Self::code(house, &browser).await;
        Self { browser, code }
    }

    async fn code(house: &House, browser: &Client) -> String {
        let reply = browser.post(house.url("/api/inspect/code")).header("origin", house.url("")).send().await;
        json_of(reply.expect("a reply")).await["code"].as_str().expect("a code").to_owned()
    }

    /// A call of the tool.
    fn call(&self, house: &House, method: Method, path: &str) -> RequestBuilder {
        let request = client().request(method, house.url(&format!("/api/inspect/{path}")));
        request.header("authorization", format!("Bearer {}", self.code))
    }

    async fn upload(&self, house: &House, content: &[u8]) -> Response {
        let call = self.call(house, Method::PUT, &format!("files/{}", address_of(content)));
        call.header("content-type", "application/octet-stream").body(content.to_vec()).send().await.expect("a reply")
    }

    async fn set(&self, house: &House, fragment: &str, release: &Value) -> Response {
        self.call(house, Method::PUT, &format!("overrides/{fragment}")).json(release).send().await.expect("a reply")
    }

    /// Brings a build of the wallet.
    async fn bring(&self, house: &House, version: &str) -> Value {
        let content = content(version);
        assert_eq!(self.upload(house, &content).await.status(), 204);
        let reply = self.set(house, "wallet", &release("wallet", version, &content)).await;
        assert_eq!(reply.status(), 200);
        json_of(reply).await
    }
}

fn inlined(html: &str) -> Value {
    let text = html.split("id=\"manifest\">").nth(1).and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(text.expect("a manifest")).expect("JSON")
}

#[tokio::test]
async fn who_sits_at_the_machine_gets_the_inspector_and_nobody_else() {
    let house = house().await;
    let plain = page(&house, &client(), "/").await.bytes().await.expect("bytes");
    let far = client().get(house.url("/?inspect")).header("x-forwarded-for", "192.0.2.7").send().await;
    let foreign = client().get(house.url("/?inspect")).header("host", "evil.example").send().await;
    for reply in [far, foreign] {
        let reply = reply.expect("a reply");
        assert!(!reply.headers().contains_key("set-cookie"));
        assert_eq!(reply.bytes().await.expect("bytes"), plain, "as if there were no inspector");
    }

    let browser = client();
    let reply = page(&house, &browser, "/?inspect").await;
    let headers = reply.headers().clone();
    let cookie = headers["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("croupier_inspect=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(headers["cache-control"], "no-store");
    let html = reply.text().await.expect("text");
    let script = SCRIPT.replace("{{inspector}}", "/inspector-0123456789abcdef.mjs");
    assert!(html.contains(&format!("<script>{script}</script></head>")), "{html}");
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.contains(&format!("'sha256-{}'", STANDARD.encode(Sha256::digest(&script)))), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");

    // The cookie brings it along on every page; what has no page is none.
    assert!(page(&house, &browser, "/wallet").await.text().await.expect("text").contains(&script));
    assert_eq!(page(&house, &browser, "/nowhere").await.status(), 404);
    let manifest = browser.get(house.url("/manifest.json")).send().await.expect("a reply");
    assert_eq!(manifest.headers()["cache-control"], "no-cache", "everybody's stays everybody's");
    assert_eq!(page(&house, &client(), "/").await.bytes().await.expect("bytes"), plain);
}

#[tokio::test]
async fn a_build_stands_in_for_its_fragment_in_one_browser_only() {
    let house = house().await;
    let developer = Developer::of(&house).await;
    let everybodys = client().get(house.url("/manifest.json")).send().await.expect("a reply");
    let everybodys = everybodys.text().await.expect("text");
    let content = content("2.0.0-local");
    let wanted = json!({ "files": [address_of(&content)] });
    let missing = async || {
        let call = developer.call(&house, Method::POST, "missing").json(&wanted);
        json_of(call.send().await.expect("a reply")).await["files"].as_array().expect("a list").len()
    };
    assert_eq!(missing().await, 1);
    let set = developer.bring(&house, "2.0.0-local").await;
    assert_eq!((&set["fragment"], &set["version"]), (&json!("wallet"), &json!("2.0.0-local+local.1")));
    assert_eq!(missing().await, 0, "what is here is not sent again");

    let html = page(&house, &developer.browser, "/").await.text().await.expect("text");
    let build = inlined(&html)["fragments"][0].clone();
    assert_eq!(build["version"], "2.0.0-local+local.1");
    assert_eq!(build["previous"], Value::Null, "a build that fails falls back to nothing");
    let entry = build["entry"]["url"].as_str().expect("a URL");
    assert!(html.contains(&format!("crossorigin href=\"{entry}\"")), "it is asked for at once");
    let served = developer.browser.get(house.url(entry)).send().await.expect("a reply");
    assert!(served.headers()["cache-control"].to_str().expect("text").starts_with("private"));
    assert_eq!(served.bytes().await.expect("bytes"), content);
    let own = developer.browser.get(house.url("/api/inspect/manifest")).send().await.expect("a reply");
    assert!(own.headers().contains_key(SEAL), "it is signed");
    let own = json_of(own).await;
    let floor: Value = serde_json::from_str(&everybodys).expect("JSON");
    assert_eq!(own["fragments"][0]["version"], "2.0.0-local+local.1");
    assert_eq!((&own["serial"], &own["issued_at_ms"]), (&floor["serial"], &floor["issued_at_ms"]), "not a newer one");

    let other = Developer::of(&house).await;
    for browser in [&other.browser, &client()] {
        let html = page(&house, browser, "/").await.text().await.expect("text");
        assert!(!html.contains("+local."), "another browser's page is its own");
        refused(browser.get(house.url(entry)).send().await.expect("a reply"), 404, "not-found").await;
    }
    let now = client().get(house.url("/manifest.json")).send().await.expect("a reply");
    assert_eq!(now.text().await.expect("text"), everybodys);

    let removed = developer.browser.delete(house.url("/api/inspect/overrides/wallet"));
    assert_eq!(removed.header("origin", house.url("")).send().await.expect("a reply").status(), 204);
    let html = page(&house, &developer.browser, "/").await.text().await.expect("text");
    assert_eq!(inlined(&html), floor, "the floor's again");
}

#[tokio::test]
async fn what_a_page_was_told_of_is_read_and_refused_as_it_is_described() {
    let house = house().await;
    let developer = Developer::of(&house).await;
    let path = "/api/inspect/manifest";
    let asked = async |after: &str| {
        developer.browser.get(house.url(&format!("{path}?after={after}"))).send().await.expect("a reply")
    };
    assert_eq!(asked("0").await.status(), 200);
    assert_eq!(refused(asked("x").await, 400, "invalid-value").await["field"], "after");
    assert_eq!(refused(asked("1000000").await, 503, "unavailable").await["field"], "after");
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let described = &document["paths"][path]["get"];
    for status in ["200", "400", "503"] {
        assert!(described["responses"][status].is_object(), "{status}");
    }
    assert!(described["description"].as_str().is_some_and(|says| says.contains("?after=")), "{described}");
}

#[tokio::test]
async fn an_inspection_outlives_the_gateway() {
    let mut house = house().await;
    let developer = Developer::of(&house).await;
    let set = developer.bring(&house, "2.0.0-local").await;
    house.restart().await;
    let html = page(&house, &developer.browser, "/").await.text().await.expect("text");
    let build = inlined(&html)["fragments"][0].clone();
    assert_eq!(build["version"], set["version"]);
    let entry = build["entry"]["url"].as_str().expect("a URL");
    let served = developer.browser.get(house.url(entry)).send().await.expect("a reply");
    assert_eq!(served.bytes().await.expect("bytes"), content("2.0.0-local"));
    assert_eq!(developer.bring(&house, "2.0.1-local").await["version"], "2.0.1-local+local.2", "by the same code");
}

#[tokio::test]
async fn neither_a_link_nor_another_site_nor_an_old_code_brings_a_build() {
    let house = house().await;
    let developer = Developer::of(&house).await;
    let content = content("2.0.0-local");
    let document = release("wallet", "2.0.0-local", &content);
    let nobody = client().put(house.url("/api/inspect/overrides/wallet")).json(&document).send().await;
    refused(nobody.expect("a reply"), 401, "forbidden").await;
    let elsewhere = "https://elsewhere.example";
    let call = developer.browser.put(house.url("/api/inspect/overrides/wallet")).header("origin", elsewhere);
    refused(call.json(&document).send().await.expect("a reply"), 403, "forbidden").await;
    let script = developer.browser.put(house.url("/api/inspect/overrides/wallet")).header("origin", house.url(""));
    refused(script.json(&document).send().await.expect("a reply"), 401, "forbidden").await;
    // A form of another site's names no origin in some browsers; then it says nothing of itself either.
    let silent = developer.browser.post(house.url("/api/inspect/code")).send().await.expect("a reply");
    refused(silent, 403, "forbidden").await;
    let link = page(&house, &developer.browser, "/?inspect&override=https://elsewhere.example/fragment.json").await;
    assert!(!link.text().await.expect("text").contains("elsewhere.example"));
    Developer::code(&house, &developer.browser).await;
    let field = refused(developer.upload(&house, &content).await, 401, "forbidden").await;
    assert_eq!(field["field"], "authorization", "there is another code");
    let foreign = client().get(house.url("/api/inspect/manifest")).header("cookie", "croupier_inspect=made-up").send();
    refused(foreign.await.expect("a reply"), 401, "forbidden").await;
}

#[tokio::test]
async fn a_build_is_held_to_the_rules_of_releases() {
    let house = house().await;
    let developer = Developer::of(&house).await;
    let content = content("2.0.0-local");
    let fields = |change: &dyn Fn(&mut Value)| {
        let mut document = release("wallet", "2.0.0-local", &content);
        change(&mut document);
        document
    };
    let wrong = developer.call(&house, Method::PUT, &format!("files/{}", address_of(b"other"))).body(content.clone());
    let problem = refused(wrong.send().await.expect("a reply"), 400, "invalid-value").await;
    assert_eq!(problem["field"], "address");
    let long = developer.call(&house, Method::PUT, &format!("files/{}", address_of(b"long")));
    let long = long.body(vec![0; 32 * 1024 * 1024 + 1]).send().await.expect("a reply");
    refused(long, 413, "too-large").await;
    let unsent = refused(developer.set(&house, "wallet", &fields(&|_| ())).await, 409, "conflict").await;
    assert_eq!(unsent["field"], "files");
    assert_eq!(developer.upload(&house, &content).await.status(), 204);
    for (fragment, document, status, code, field) in [
        ("promotions", fields(&|_| ()), 400, "invalid-value", "fragment"),
        (
            "wallet",
            fields(&|it| it["entry"]["url"] = "https://elsewhere.example/a.js".into()),
            400,
            "invalid-value",
            "url",
        ),
        ("wallet", fields(&|it| it["placement"] = "frame".into()), 409, "conflict", "placement"),
        ("other", fields(&|it| it["name"] = "other".into()), 409, "conflict", "slots"),
        (
            "wallet",
            fields(&|it| it["capabilities"]["origins"] = json!(["https://elsewhere.example"])),
            400,
            "invalid-value",
            "capabilities.origins",
        ),
    ] {
        let problem = refused(developer.set(&house, fragment, &document).await, status, code).await;
        assert_eq!(problem["field"], field);
    }
    let html = page(&house, &developer.browser, "/").await.text().await.expect("text");
    assert!(!html.contains("+local."), "nothing of all that has come in");
}

#[tokio::test]
async fn an_operator_begins_an_inspection_from_anywhere() {
    let house = house().await;
    assert!(gateway(&house, &["add", "dev@house.example", "--role", "developer"], PASSWORD).status.success());
    let browser = client();
    let nobody = browser.post(house.url("/api/operator/inspect")).header("origin", house.url("")).send().await;
    refused(nobody.expect("a reply"), 401, "signed-out").await;
    let form = json!({ "email": "dev@house.example", "password": PASSWORD });
    let reply = browser.post(house.url("/api/operator/sign-in")).header("origin", house.url("")).json(&form).send();
    let session = json_of(reply.await.expect("a reply")).await;
    let token = session["csrf_token"].as_str().expect("a token");
    let players = browser.get(house.url("/api/operator/players?email=a@b.example")).send().await.expect("a reply");
    refused(players, 403, "forbidden").await;
    let begin = || browser.post(house.url("/api/operator/inspect")).header("origin", house.url(""));
    refused(begin().send().await.expect("a reply"), 403, "forbidden").await;
    assert_eq!(begin().header("x-csrf-token", token).send().await.expect("a reply").status(), 204);
    let far = browser.get(house.url("/")).header("accept", "text/html").header("x-forwarded-for", "192.0.2.7");
    assert!(far.send().await.expect("a reply").text().await.expect("text").contains("inspector-0123456789abcdef"));
}
