//! The rules that a release has to keep before it may ship, asked by the gateway itself.

use contract::manifest::Fragment;
use contract::schema::Schema;
use release::{Neighbours, Release, schema_hash};
use reqwest::Response;
use serde_json::{Value, json};

use crate::house::{House, client, refused, until};
use crate::team::{Team, content, release};

/// A topic that fragments alone publish.
const TOPIC: &str = "live.round";

/// A release whose topics have the schemas of this build.
fn with_schemas(name: &str, version: &str, code: &[u8], publishes: &[&str], subscribes: &[&str]) -> Value {
    let mut document = release(name, version, code);
    document["slots"] = json!([{ "name": name, "routes": [] }]);
    (document["publishes"], document["subscribes"]) = (json!(publishes), json!(subscribes));
    let fragment: Fragment = serde_json::from_value(document).expect("a release");
    serde_json::to_value(Release::of(fragment, vec![])).expect("JSON")
}

async fn publish(team: &Team, house: &House, code: &[u8], document: &Value) -> Response {
    assert_eq!(team.upload(house, code).await.status(), 204);
    team.post(house, "releases", document).await
}

async fn ship(team: &Team, house: &House, code: &[u8], document: &Value) {
    assert_eq!(publish(team, house, code, document).await.status(), 201);
    assert_eq!(promote(team, house, document).await.status(), 200);
}

async fn promote(team: &Team, house: &House, document: &Value) -> Response {
    team.post(house, "promote", &json!({ "fragment": document["name"], "version": document["version"] })).await
}

#[tokio::test]
async fn code_that_reaches_what_it_is_not_granted_is_not_kept() {
    let house = House::open().await;
    let team = Team::of(&house);
    let code = b"export function mount() { fetch('https://example.com') }".to_vec();
    let document = with_schemas("wallet", "2", &code, &[], &[]);
    let problem = refused(publish(&team, &house, &code, &document).await, 400, "invalid-value").await;
    assert_eq!(problem["field"], "capabilities.browser");
    assert!(problem["detail"].as_str().expect("text").contains("`fetch`"), "{problem}");
    assert_eq!(promote(&team, &house, &document).await.status(), 404, "nothing of it is there");
    let mut granted = document;
    granted["browser"] = json!(["network"]);
    assert_eq!(publish(&team, &house, &code, &granted).await.status(), 201);
}

#[tokio::test]
async fn what_is_no_fragment_or_weighs_too_much_is_not_kept() {
    let house = House::open().await;
    let team = Team::new(7);
    house.list_teams(&team.entry("house", "fragments = [\"*\"]\nrights = [\"publish\"]\nmax_kib = 1"));
    let code = b"export function unmount() {}".to_vec();
    let document = with_schemas("wallet", "2", &code, &[], &[]);
    assert_eq!(refused(publish(&team, &house, &code, &document).await, 400, "invalid-value").await["field"], "entry");
    // What brotli makes nothing of.
    let noise: Vec<String> = (0..200_u32).map(digits).collect();
    let heavy = format!("export function mount() {{ return '{}' }}", noise.concat()).into_bytes();
    let document = with_schemas("wallet", "3", &heavy, &[], &[]);
    let problem = refused(publish(&team, &house, &heavy, &document).await, 400, "invalid-value").await;
    assert_eq!(problem["field"], "size");
    assert!(problem["detail"].as_str().expect("text").contains("`max_kib`"), "the bound is the operator's: {problem}");
}

/// Digits that nobody could guess from those before.
fn digits(number: u32) -> String {
    use sha2::{Digest, Sha256};
    gateway::signed::hex(&Sha256::digest(number.to_le_bytes()))
}

#[tokio::test]
async fn a_topic_that_somebody_live_subscribes_to_can_not_be_dropped() {
    let house = House::open().await;
    let team = Team::of(&house);
    let code = content("1");
    let speaks = with_schemas("wallet", "1", &code, &[TOPIC], &[]);
    ship(&team, &house, &code, &speaks).await;
    // Nobody hears it yet.
    let silent = with_schemas("wallet", "2", &code, &[], &[]);
    assert_eq!(publish(&team, &house, &code, &silent).await.status(), 201);
    let hears = with_schemas("news", "1", &code, &[], &[TOPIC]);
    ship(&team, &house, &code, &hears).await;

    let problem = refused(promote(&team, &house, &silent).await, 409, "conflict").await;
    assert_eq!(problem["field"], "publishes");
    let detail = problem["detail"].as_str().expect("text");
    assert!(detail.contains(TOPIC) && detail.contains("news"), "{detail}");
    let later = with_schemas("wallet", "3", &code, &[], &[]);
    assert_eq!(refused(publish(&team, &house, &code, &later).await, 409, "conflict").await["field"], "publishes");
    // A canary is a part of the audience's live release.
    let canary = json!({ "fragment": "wallet", "version": "2", "share_permille": 100, "markets": [] });
    assert_eq!(refused(team.post(&house, "canary", &canary).await, 409, "conflict").await["field"], "publishes");
}

#[tokio::test]
async fn a_release_without_the_schemas_of_its_topics_is_not_kept() {
    let house = House::open().await;
    let team = Team::of(&house);
    let code = content("1");
    let mut document = with_schemas("wallet", "1", &code, &[TOPIC], &[]);
    document["contracts"] = json!([]);
    let problem = refused(publish(&team, &house, &code, &document).await, 409, "conflict").await;
    assert_eq!(problem["field"], "contracts");
    let mut document = with_schemas("wallet", "1", &code, &[TOPIC], &[]);
    document["schemas"] = json!(["x"]);
    let problem = refused(publish(&team, &house, &code, &document).await, 400, "invalid-value").await;
    assert!(problem["field"].as_str().expect("a field").starts_with("schemas"), "{problem}");
}

/// The same, but one that no longer says how a round stands.
fn says_less(document: &Value) -> Value {
    let mut release: Release = serde_json::from_value(document.clone()).expect("a release");
    let Some(Schema::Object(mut members)) = release.schema_of(TOPIC).cloned() else { panic!("an object") };
    members.remove("phase");
    let schema = Schema::Object(members);
    release.fragment.contracts[0].schema = schema_hash(&schema);
    release.schemas = [(schema_hash(&schema), schema)].into();
    serde_json::to_value(release).expect("JSON")
}

/// A tool that checks a release knows the contract of its own build, and somebody else's may be another.
#[tokio::test]
async fn whoever_asks_is_told_by_which_schemas_each_was_built() {
    let house = House::open().await;
    let team = Team::of(&house);
    let code = content("1");
    let packed = says_less(&with_schemas("wallet", "1", &code, &[TOPIC], &[]));
    ship(&team, &house, &code, &packed).await;
    let reply = client().get(house.url("/api/releases")).send().await.expect("a reply");
    let shown: Neighbours = reply.json().await.expect("documents");
    let shown = shown.releases.into_iter().find(|shown| shown.fragment.name == "wallet").expect("it is live");
    let packed: Release = serde_json::from_value(packed).expect("a release");
    assert_eq!(shown.schema_of(TOPIC), packed.schema_of(TOPIC));
    assert!(shown.schema_of(TOPIC).is_some());
}

#[tokio::test]
async fn what_does_not_fit_any_more_is_told() {
    let house = House::open().await;
    let team = Team::of(&house);
    let code = content("1");
    let speaks = |version| with_schemas("wallet", version, &code, &[TOPIC], &[]);
    ship(&team, &house, &code, &says_less(&speaks("1"))).await;
    ship(&team, &house, &code, &speaks("2")).await;
    ship(&team, &house, &code, &with_schemas("news", "1", &code, &[], &[TOPIC])).await;
    let told = async |count: usize| {
        let text = client().get(house.url("/metrics")).send().await.expect("a reply").text().await.expect("text");
        text.lines().any(|line| line == format!("registry_misfits {count}"))
    };
    until("all fit", || told(0)).await;
    // Nobody is kept from going back.
    let back = team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await;
    assert_eq!(back.status(), 200);
    until("one speaks and one hears what the other does not mean", || told(2)).await;
    assert_eq!(promote(&team, &house, &speaks("2")).await.status(), 200);
    until("all fit again", || told(0)).await;
}

/// A team with one fragment, and with what else its entry says.
fn list_guests(house: &House, team: &Team, more: &str) {
    let rest = format!("fragments = [\"news\"]\nrights = [\"publish\", \"promote\"]\n{more}");
    house.list_teams(&team.entry("guests", &rest));
}

#[tokio::test]
async fn what_runs_in_a_frame_leaves_it_only_where_the_list_of_teams_says_so() {
    let house = House::open().await;
    let team = Team::new(7);
    let code = content("1");
    let placed = |version: &str, placement: &str| {
        let mut document = with_schemas("news", version, &code, &[], &[]);
        document["placement"] = placement.into();
        document
    };
    let kept_in = async |reply: Response| {
        let problem = refused(reply, 403, "forbidden").await;
        assert_eq!(problem["field"], "placement");
        assert!(problem["detail"].as_str().expect("text").contains("`placements`"), "{problem}");
    };
    list_guests(&house, &team, "");
    assert_eq!(publish(&team, &house, &code, &placed("1", "document")).await.status(), 201, "nothing is live yet");
    ship(&team, &house, &code, &placed("2", "frame")).await;
    kept_in(promote(&team, &house, &placed("1", "document")).await).await;
    let canary = json!({ "fragment": "news", "version": "1", "share_permille": 100, "markets": [] });
    kept_in(team.post(&house, "canary", &canary).await).await;
    kept_in(publish(&team, &house, &code, &placed("3", "document")).await).await;

    list_guests(&house, &team, "placements = [\"frame\", \"document\"]");
    ship(&team, &house, &code, &placed("3", "document")).await;
    assert_eq!(promote(&team, &house, &placed("2", "frame")).await.status(), 200);

    // Back to what was live before; but not where the operator says by now that it may not be.
    let back = json!({ "fragment": "news" });
    list_guests(&house, &team, "placements = [\"frame\"]");
    kept_in(team.post(&house, "rollback", &back).await).await;
    kept_in(publish(&team, &house, &code, &placed("4", "document")).await).await;
    assert_eq!(publish(&team, &house, &code, &placed("4", "frame")).await.status(), 201);
    list_guests(&house, &team, "");
    assert_eq!(team.post(&house, "rollback", &back).await.status(), 200);
}

#[tokio::test]
async fn what_a_release_may_ask_for_says_the_list_of_teams() {
    let house = House::open().await;
    let team = Team::new(7);
    let code = content("1");
    let asking = |version: &str, placement: &str, request: &str| {
        let mut document = with_schemas("news", version, &code, &[], &[]);
        document["placement"] = placement.into();
        document["capabilities"]["requests"] = json!([request]);
        document
    };
    let too_much = async |reply: Response| {
        let problem = refused(reply, 403, "forbidden").await;
        assert_eq!(problem["field"], "capabilities.requests");
        let detail = problem["detail"].as_str().expect("text");
        assert!(detail.contains("`requests`") && detail.contains("those it may go back to"), "{problem}");
    };
    let withdrawal = "POST /api/wallet/withdrawals";
    list_guests(&house, &team, "");
    too_much(publish(&team, &house, &code, &asking("1", "frame", withdrawal)).await).await;
    too_much(publish(&team, &house, &code, &asking("1", "document", "GET /api/*")).await).await;
    assert_eq!(publish(&team, &house, &code, &asking("1", "document", withdrawal)).await.status(), 201);

    list_guests(&house, &team, "requests = [\"GET /api/wallet/*\"]");
    too_much(promote(&team, &house, &asking("1", "document", withdrawal)).await).await;
    too_much(publish(&team, &house, &code, &asking("2", "document", "GET /api/live/tables")).await).await;
    ship(&team, &house, &code, &asking("2", "frame", "GET /api/wallet/history")).await;

    list_guests(&house, &team, "requests = [\"*\"]");
    ship(&team, &house, &code, &asking("3", "frame", "POST /api/operator/releases/*")).await;
    list_guests(&house, &team, "requests = []");
    let back = json!({ "fragment": "news" });
    too_much(team.post(&house, "rollback", &back).await).await;
    list_guests(&house, &team, "");
    assert_eq!(team.post(&house, "rollback", &back).await.status(), 200);
}

#[tokio::test]
async fn what_the_server_says_no_release_says() {
    let house = House::open().await;
    let team = Team::of(&house);
    let code = content("1");
    let document = with_schemas("news", "1", &code, &["wallet.balance"], &[]);
    let problem = refused(publish(&team, &house, &code, &document).await, 409, "conflict").await;
    assert_eq!(problem["field"], "publishes");
}
