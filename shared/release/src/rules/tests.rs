use contract::manifest::{Catalogue, File};

use super::testing::release;
use super::*;
use crate::audit::audit;

const ENTRY: &str = "export function mount() {}";

fn candidate<'a>(release: &'a Release, entry: &str) -> Candidate<'a> {
    Candidate { release, module: audit(entry), wasm: None, brotli_bytes: 10, budget_bytes: 10 }
}

/// What is found, as `rule weight: problem`.
fn found(candidate: &Candidate<'_>, releases: &[Release], operations: Option<&[Operation]>) -> Vec<String> {
    let platform = Platform::of_this_build();
    let live = Live { releases, platform: &platform, operations };
    let findings = check(candidate, &live);
    assert_eq!(is_refused(&findings), findings.iter().any(|finding| finding.weight == Weight::Refused), "{findings:?}");
    findings.into_iter().map(|it| format!("{:?} {:?}: {}", it.rule, it.weight, it.problem)).collect()
}

/// A release that takes the payload of a topic for something else than the contract does.
fn with_schema(mut release: Release, topic: &str, change: impl Fn(&mut BTreeMap<String, Schema>)) -> Release {
    let Some(Schema::Object(mut members)) = release.schema_of(topic).cloned() else { panic!("an object") };
    change(&mut members);
    let schema = Schema::Object(members);
    let hash = schema_hash(&schema);
    release.schemas.insert(hash.clone(), schema);
    for known in release.fragment.contracts.iter_mut().filter(|known| known.topic == topic) {
        known.schema.clone_from(&hash);
    }
    release
}

#[test]
fn a_good_release_ships_beside_its_neighbours_and_after_itself() {
    let release = |name| release(name, &["live.round", "session.stale"], &["session.changed", "wallet.balance"]);
    let (stream, other) = (release("live-stream"), release("other"));
    assert_eq!(found(&candidate(&stream, ENTRY), &[], None), Vec::<String>::new());
    assert_eq!(found(&candidate(&stream, ENTRY), &[stream.clone(), other], None), Vec::<String>::new());
}

#[test]
fn code_that_can_not_be_mounted_is_refused() {
    let release = release("a", &[], &[]);
    let refused = |entry: &str| found(&candidate(&release, entry), &[], None);
    assert_eq!(refused("export const x = 1"), ["Abi Refused: entry: the module exports no `mount`"]);
    assert!(refused("{").concat().starts_with("Abi Refused: entry: the entry module is no JavaScript"));
    assert!(refused(&format!("import './x.js'; {ENTRY}")).concat().contains("imports \"./x.js\""));
    let with_wasm = Candidate { wasm: Some(b"\0asm\x01\0\0\0"), ..candidate(&release, ENTRY) };
    let found = found(&with_wasm, &[], None);
    assert!(found[0].contains("wasm: the binary exports no function `mount`"), "{found:?}");
    assert!(found[1].contains("exports no `instantiate`"), "{found:?}");
}

#[test]
fn code_that_nobody_could_read_to_its_end_is_refused() {
    let release = release("a", &[], &[]);
    let unread = Candidate { module: Err(AuditError::Unreadable), ..candidate(&release, ENTRY) };
    assert_eq!(
        found(&unread, &[], None),
        [
            "Abi Refused: entry: the entry module can't be read: it is nested too deeply, holds too much or takes too long"
        ]
    );
}

#[test]
fn what_is_not_granted_is_named_with_the_line_that_would_grant_it() {
    let mut release = release("a", &[], &[]);
    release.browser = vec!["storage".into()];
    let platform = Platform::default();
    let live = Live { releases: &[], platform: &platform, operations: None };
    let entry = format!("{ENTRY} new WebSocket('wss://x'); localStorage.x; Vendor()");
    let findings = check(&candidate(&release, &entry), &live);
    let [vendor, socket] = &findings[..] else { panic!("{findings:?}") };
    assert!(socket.problem.starts_with("capabilities.browser: `WebSocket` opens sockets"), "{socket:?}");
    assert!(socket.remedy.ends_with("browser = [\"storage\", \"Vendor\", \"websocket\"]"), "{socket:?}");
    assert!(vendor.remedy.ends_with("browser = [\"storage\", \"Vendor\", \"websocket\"]"), "{vendor:?}");
    let unused = found(&candidate(&release, ENTRY), &[], None);
    assert_eq!(unused, ["Browser Warning: capabilities.browser: \"storage\" is granted, and nothing of it is used"]);
}

#[test]
fn a_release_over_its_budget_is_refused() {
    let release = release("a", &[], &[]);
    let heavy = Candidate { brotli_bytes: 11, ..candidate(&release, ENTRY) };
    assert_eq!(
        found(&heavy, &[], None),
        ["Size Refused: size: binary and entry have 11 bytes after brotli, 1 too many"]
    );
}

#[test]
fn a_file_that_is_too_large_for_its_kind_is_named_and_nothing_of_it_is_read() {
    let with_sizes = |more: u64| {
        let file = |kib: u64| File { url: "/fragments/a/a".into(), sha384: "A".repeat(64), size: kib * 1024 + more };
        let mut release = release("a", &[], &[]);
        release.fragment.entry = file(MAX_ENTRY_KIB);
        release.fragment.wasm = Some(file(MAX_WASM_KIB));
        release.fragment.style = Some(file(MAX_STYLE_KIB));
        release.fragment.messages = vec![Catalogue { locale: "de".into(), file: file(MAX_CATALOGUE_KIB) }];
        release
    };
    assert_eq!(found(&candidate(&with_sizes(0), ENTRY), &[], None), Vec::<String>::new());
    assert_eq!(
        found(&candidate(&with_sizes(1), "what is no JavaScript"), &[], None),
        [
            "Size Refused: entry: has 2097153 bytes, and may have 2048 KiB before compression",
            "Size Refused: wasm: has 16777217 bytes, and may have 16384 KiB before compression",
            "Size Refused: style: has 262145 bytes, and may have 256 KiB before compression",
            "Size Refused: messages.de: has 262145 bytes, and may have 256 KiB before compression",
        ]
    );
}

#[test]
fn schemas_are_there_and_are_what_their_hashes_say() {
    let mut bare = release("a", &[], &["wallet.balance"]);
    bare.fragment.contracts.clear();
    assert_eq!(found(&candidate(&bare, ENTRY), &[], None), ["Topics Refused: contracts: wallet.balance has no schema"]);
    let mut forged = release("a", &[], &["wallet.balance"]);
    *forged.schemas.values_mut().next().unwrap() = Schema::Text;
    assert!(found(&candidate(&forged, ENTRY), &[], None).concat().contains("is not the hash of its schema"));
}

#[test]
fn a_publisher_is_held_against_every_subscriber() {
    let reader = release("promotions", &[], &["live.round"]);
    let dropped = with_schema(release("a", &["live.round"], &[]), "live.round", |members| {
        members.remove("phase");
    });
    let found_of = |release: &Release, live: Release| found(&candidate(release, ENTRY), &[live], None);
    assert_eq!(
        found_of(&dropped, reader.clone()),
        [
            "Topics Refused: publishes: live.round would not be understood by promotions: phase is never there, and is needed"
        ]
    );
    let more = with_schema(release("a", &["live.round"], &[]), "live.round", |members| {
        members.insert("tempo".into(), Schema::Text);
    });
    assert_eq!(found_of(&more, reader), Vec::<String>::new());
    // The shell hears, too.
    let stale = release("a", &["session.sign-in-wanted"], &[]);
    assert_eq!(found_of(&stale, release("b", &[], &[])), Vec::<String>::new());
}

#[test]
fn what_shell_and_server_say_no_fragment_says() {
    for topic in ["session.changed", "shell.connection", "wallet.balance", "player.block", "live.tables"] {
        let release = release("a", &[topic], &[]);
        let refusal = format!("Topics Refused: publishes: {topic} is for the shell or the server alone to say");
        assert_eq!(found(&candidate(&release, ENTRY), &[], None), [refusal]);
    }
}

#[test]
fn a_subscriber_is_held_against_every_publisher_and_the_server() {
    let asks = |topic: &'static str, schema: Schema| {
        with_schema(release("a", &[], &[topic]), topic, |members| {
            members.insert("tempo".into(), schema.clone());
        })
    };
    let writer = release("live-stream", &["live.round"], &[]);
    let found_of = |release: &Release| found(&candidate(release, ENTRY), std::slice::from_ref(&writer), None);
    assert_eq!(
        found_of(&asks("live.round", Schema::Text)),
        [
            "Topics Refused: subscribes: what live-stream publishes as live.round is not understood: tempo is never there, and is needed"
        ]
    );
    assert_eq!(found_of(&asks("live.round", Schema::Optional(Box::new(Schema::Text)))), Vec::<String>::new());
    let server = found_of(&asks("wallet.balance", Schema::Flag)).concat();
    assert!(server.contains("what shell or server publishes as wallet.balance is not understood"), "{server}");
    let alone = found(&candidate(&release("a", &[], &["live.round"]), ENTRY), &[], None);
    assert_eq!(alone, ["Topics Warning: subscribes: nobody who is live publishes live.round"]);
}

#[test]
fn a_topic_that_somebody_hears_can_not_be_dropped() {
    let before = release("live-stream", &["live.round"], &[]);
    let now = release("live-stream", &[], &[]);
    let hearer = release("promotions", &[], &["live.round"]);
    let other = release("other", &["live.round"], &[]);
    let found_with = |live: &[&Release]| {
        found(&candidate(&now, ENTRY), &live.iter().map(|it| (*it).clone()).collect::<Vec<_>>(), None)
    };
    assert_eq!(
        found_with(&[&before, &hearer]),
        ["Topics Refused: publishes: live.round is gone, and promotions still subscribes to it"]
    );
    assert_eq!(found_with(&[&before]), Vec::<String>::new());
    assert_eq!(found_with(&[&before, &hearer, &other]), Vec::<String>::new());
}

#[test]
fn requests_and_slots_are_held_against_what_there_is() {
    let mut wanting = release("a", &[], &[]);
    wanting.fragment.capabilities.requests = vec!["GET /api/wallet/*".into(), "GET /api/walet".into()];
    let operations = [Operation { method: "GET".into(), path: "/api/wallet/history".into() }];
    assert_eq!(found(&candidate(&wanting, ENTRY), &[], None), Vec::<String>::new());
    assert_eq!(
        found(&candidate(&wanting, ENTRY), &[], Some(&operations)),
        ["Requests Refused: capabilities.requests: the API has nothing that \"GET /api/walet\" allows"]
    );
    let mut thief = release("b", &[], &[]);
    thief.fragment.slots[0].name = "a".into();
    assert_eq!(found(&candidate(&thief, ENTRY), &[wanting], None), ["Slots Refused: slots: \"a\" is a's"]);
}
