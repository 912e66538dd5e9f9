use super::super::scan;
use super::*;
use http::header::COOKIE;
use proptest::prelude::*;
use serde_json::json;

const NOBODY_YET: Device = Device(0x0123_4567_89ab_cdef);

fn canary(name: &str, version: &str, share_permille: u32, markets: &[&str]) -> Canary {
    let entry = json!({ "url": "/a.js", "sha384": "A".repeat(64), "size": 1 });
    let release = json!({
        "name": name, "version": version, "channel": "canary", "slots": [{ "name": name, "routes": [] }],
        "placement": "document", "site": null, "entry": entry, "wasm": null, "style": null, "messages": [],
        "publishes": [], "subscribes": [],
        "limits": { "memory_mib": 16, "fuel_millions": 1, "mount_ms": 1000, "load_ms": 9000, "payload_kib": 16,
                    "events_per_second": 50, "heartbeat_ms": 2000 },
        "capabilities": { "requests": [], "origins": [] }, "critical": false, "killed": false, "previous": null,
    });
    let markets = markets.iter().map(|&market| market.to_owned()).collect();
    Canary { fragment: scan::read(release).unwrap(), audience: Audience { share_permille, markets } }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

fn in_de() -> Audiences {
    Audiences { market_header: Some(HeaderName::from_static("x-country")), https: false }
}

/// Which canaries, and what is set.
fn drawn(audiences: &Audiences, canaries: &[Canary], pairs: &[(&'static str, &str)]) -> (usize, Vec<String>) {
    let Drawn { combination, cookies } = audiences.draw(canaries, &headers(pairs), NOBODY_YET);
    (combination, cookies.iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect())
}

#[test]
fn without_a_canary_no_cookie_is_set_whatever_is_asked_for() {
    let asked = [(CANARY, "wallet"), ("cookie", "croupier_canary=wallet")];
    assert_eq!(drawn(&in_de(), &[], &asked), (0, vec![]));
}

#[test]
fn a_device_is_set_once_and_only_from_what_is_one() {
    let canaries = [canary("wallet", "2", 1000, &[])];
    let set = "croupier_device=0123456789abcdef; Max-Age=7776000; Path=/; HttpOnly; SameSite=Lax";
    assert_eq!(drawn(&Audiences::default(), &canaries, &[]), (1, vec![set.to_owned()]));
    let over_https = Audiences { https: true, ..Audiences::default() };
    assert_eq!(drawn(&over_https, &canaries, &[]).1, [format!("{set}; Secure")]);
    let known = [("cookie", "a=b; croupier_device=00000000000000ff")];
    assert_eq!(drawn(&Audiences::default(), &canaries, &known), (1, vec![]));
    for cookie in ["croupier_device=", "croupier_device=+123456789abcdef", "croupier_device=0123456789abcdef0"] {
        assert_eq!(drawn(&Audiences::default(), &canaries, &[("cookie", cookie)]).1.len(), 1, "{cookie}");
    }
}

#[test]
fn a_market_is_what_the_named_header_says_and_nothing_else() {
    let canaries = [canary("wallet", "2", 1000, &["at", "de"])];
    let seen = |audiences: &Audiences, pairs: &[(&'static str, &str)]| drawn(audiences, &canaries, pairs).0;
    assert_eq!(seen(&in_de(), &[("x-country", "DE")]), 1);
    for pairs in [&[("x-country", "fr")][..], &[("x-country", "")], &[("x-other", "de")], &[]] {
        assert_eq!(seen(&in_de(), pairs), 0, "{pairs:?}");
    }
    assert_eq!(seen(&Audiences::default(), &[("x-country", "de")]), 0, "nobody has named a header");
}

#[test]
fn a_tester_sees_what_they_ask_for_and_goes_on_to() {
    let canaries = [canary("live", "2", 1, &["de"]), canary("wallet", "2", 1, &["de"])];
    let device = ("cookie", "croupier_device=0000000000000000");
    let set = |text: &str| vec![format!("croupier_canary={text}; Path=/; HttpOnly; SameSite=Lax")];
    let seen = |pairs: &[(&'static str, &str)]| drawn(&in_de(), &canaries, pairs);
    assert_eq!(seen(&[device, (CANARY, "wallet")]), (2, set("wallet")));
    assert_eq!(seen(&[device, (CANARY, " wallet , live, nothing")]), (3, set("live.wallet")));
    assert_eq!(seen(&[device, (CANARY, "nothing")]), (0, vec![]), "there is no such canary");
    let stays = ("cookie", "croupier_device=0000000000000000; croupier_canary=wallet");
    assert_eq!(seen(&[stays]), (2, vec![]));
    assert_eq!(seen(&[stays, (CANARY, "wallet")]), (2, vec![]), "it is kept already");
    assert_eq!(seen(&[stays, (CANARY, "none")]), (0, set("none")));
    assert_eq!(seen(&[stays, (CANARY, "all")]), (3, set("live.wallet")));
    let everybody = [canary("wallet", "2", 1000, &[])];
    let none = ("cookie", "croupier_device=0000000000000000; croupier_canary=none");
    assert_eq!(drawn(&in_de(), &everybody, &[none]), (0, vec![]), "also where the share would be theirs");
}

#[test]
fn cookies_come_in_several_headers_too() {
    let mut headers = headers(&[("cookie", "croupier_canary=wallet")]);
    headers.append(COOKIE, "croupier_device=0000000000000000".parse().unwrap());
    let drawn = Audiences::default().draw(&[canary("wallet", "2", 1, &[])], &headers, NOBODY_YET);
    assert_eq!(drawn, Drawn { combination: 1, cookies: vec![] });
}

/// Of so many devices.
const DEVICES: u64 = 20_000;

fn is_in(device: u64, share_permille: u32, version: &str) -> bool {
    canary("wallet", version, share_permille, &[]).is_for(Device(device), None)
}

/// Numbers that look random, as those of devices are.
fn devices(seed: u64) -> impl Iterator<Item = u64> {
    (0..DEVICES).map(move |number| (seed ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// As many devices as the share says, within five standard deviations.
    #[test]
    fn a_share_is_one(seed: u64, share in 1..=1000_u32, version in "[0-9]{1,3}") {
        let canary = canary("wallet", &version, share, &[]);
        let seen = devices(seed).filter(|device| canary.is_for(Device(*device), None)).count();
        #[allow(clippy::cast_precision_loss)] // thousands
        let (seen, all, share) = (seen as f64, DEVICES as f64, f64::from(share) / 1000.0);
        prop_assert!((seen - all * share).abs() <= 5.0 * (all * share * (1.0 - share)).sqrt(), "{seen} of {all} for {share}");
    }

    /// The first of all shares is nobody's, and the last everybody's; in between no device falls out.
    #[test]
    fn who_is_in_stays_in_while_the_share_grows(device: u64, less in 0..1000_u32, more in 1..=1000_u32) {
        let (less, more) = (less.min(more), less.max(more));
        prop_assert!(!is_in(device, 0, "2") && is_in(device, 1000, "2"));
        prop_assert!(!is_in(device, less, "2") || is_in(device, more, "2"));
        prop_assert_eq!(is_in(device, less, "2"), is_in(device, less, "2"));
    }

    /// It is not always the same devices: of a tenth that sees one canary, about a tenth sees the next.
    #[test]
    fn each_canary_draws_anew(seed: u64) {
        let (one, next) = (canary("wallet", "2", 100, &[]), canary("wallet", "3", 100, &[]));
        let both = devices(seed).map(Device).filter(|device| one.is_for(*device, None) && next.is_for(*device, None)).count();
        prop_assert!((100..=300).contains(&both), "{both} of {DEVICES}");
    }
}
