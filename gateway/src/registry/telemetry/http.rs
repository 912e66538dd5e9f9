//! `POST /api/telemetry`: what a page tells. Anybody may, nobody is believed.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::routing::post;
use contract::problem::{Code, Problem};
use contract::telemetry::{
    MAX_COUNT, MAX_DEGRADED_MS, MAX_MOUNTS, MAX_MS, MAX_RELEASES, PageVitals, ReleaseReport, Report,
};
use http::StatusCode;
use ipnet::IpNet;
use utoipa::OpenApi;
use verdict::{Mounts, Tally};

use super::super::Registry;
use super::super::audience::Device;
use super::quota::{Kind, Sender};
use super::{Counts, locked};
use crate::identity;
use crate::problem::{ApiError, MAX_BODY_BYTES, body_within, parse, require_json};

#[derive(OpenApi)]
#[openapi(paths(report), components(schemas(Problem)))]
struct Api;

/// The description of the route.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// Where reports come in.
#[derive(Clone)]
pub(in crate::registry) struct Reception {
    pub(in crate::registry) registry: Registry,
    /// Proxies of the operator's, which say whose request it is.
    pub(in crate::registry) trusted_proxies: Arc<[IpNet]>,
}

pub(in crate::registry) fn routes() -> Router<Reception> {
    Router::new().route("/api/telemetry", post(report))
}

/// Takes in what a page tells of the fragments on it. What goes over what a device or a network may tell in a day is
/// taken in as well and changes no release's numbers, and so is what is told of a release that is not there.
#[utoipa::path(post, path = "/api/telemetry", tag = "telemetry", request_body = Report, responses(
    (status = 204, description = "It is taken in"),
    (status = 400, body = Problem, description = "A number is out of its bounds; `field` names it"),
    (status = 429, body = Problem, description = "Too many reports come from this network"),
))]
async fn report(State(reception): State<Reception>, request: Request) -> Result<StatusCode, ApiError> {
    let Reception { registry, trusted_proxies } = &reception;
    let (telemetry, now_ms) = (&registry.0.telemetry, registry.0.clock.now_ms());
    if !identity::is_same_origin(request.headers(), request.uri()) {
        return Err(ApiError::new(Code::Forbidden, "A report comes from our own page.").field("origin"));
    }
    let network = network(&request, trusted_proxies);
    if !locked(&telemetry.quota).admits(network, now_ms) {
        return Err(ApiError::new(Code::TooMany, "Too many reports come from this network."));
    }
    let sender = Sender { device: Device::of(request.headers()), network };
    require_json(request.headers())?;
    let report: Report = parse(&body_within(request, MAX_BODY_BYTES).await?)?;
    check(&report)?;
    if let Some(page) = &report.page {
        observe_page(page);
    }
    // A page that has been open for long may tell of a release that is not there any more, and an inspected one of a
    // build that never was.
    let is_known = |told: &ReleaseReport| registry.has_release(&told.fragment, &told.version);
    let (known, unknown): (Vec<_>, Vec<_>) = report.fragments.into_iter().partition(is_known);
    metrics::counter!("telemetry_unknown_releases_total").increment(unknown.len() as u64);
    for told in known {
        observe(&told);
        let mut quota = locked(&telemetry.quota);
        let grants = |kind| quota.grants(sender, kind, (&told.fragment, &told.version), now_ms);
        let counts = counted(&told, report.page.as_ref(), grants);
        drop(quota);
        telemetry.add(&told.fragment, &told.version, &counts);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn network(request: &Request, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip();
    Some(identity::network(identity::behind(peer, request.headers(), trusted_proxies)))
}

/// Refuses what no page of ours would tell.
fn check(report: &Report) -> Result<(), ApiError> {
    if !(1..=MAX_RELEASES).contains(&report.fragments.len()) {
        return Err(ApiError::invalid("fragments", format!("A report is about 1 to {MAX_RELEASES} releases.")));
    }
    for (index, told) in report.fragments.iter().enumerate() {
        let wrong =
            |member: &str, detail: String| Err(ApiError::invalid(format!("fragments[{index}].{member}"), detail));
        let mounts = told.mounts_ms.len();
        if mounts > MAX_MOUNTS {
            return wrong("mounts_ms", format!("A report has at most {MAX_MOUNTS} mounts of a release."));
        }
        if told.mounts_ms.iter().any(|ms| *ms > MAX_MS) {
            return wrong("mounts_ms", format!("A mount takes at most {MAX_MS} ms."));
        }
        if told.crashes.len() > mounts {
            return wrong("crashes", "No more can crash than was mounted.".to_owned());
        }
        if told.degraded_ms > MAX_DEGRADED_MS {
            return wrong("degraded_ms", format!("A report has at most {MAX_DEGRADED_MS} ms, a day."));
        }
        if told.degraded as usize > mounts {
            return wrong("degraded", "No more can be degraded than was mounted.".to_owned());
        }
        for (member, count) in [("failed", told.failed), ("swaps", told.swaps)] {
            if count > MAX_COUNT {
                return wrong(member, format!("There are at most {MAX_COUNT} in a report."));
            }
        }
    }
    let page = report
        .page
        .iter()
        .flat_map(|page| [("lcp_ms", page.lcp_ms), ("inp_ms", page.inp_ms), ("cls_permille", page.cls_permille)]);
    for (member, value) in page {
        if value.is_some_and(|value| value > MAX_MS) {
            return Err(ApiError::invalid(format!("page.{member}"), format!("It is {MAX_MS} at most.")));
        }
    }
    Ok(())
}

/// What counts of it: one of each kind, if that is granted.
fn counted(told: &ReleaseReport, page: Option<&PageVitals>, mut grants: impl FnMut(Kind) -> bool) -> Counts {
    let (crashes, degraded) = (told.crashes.len(), told.degraded as usize);
    let mut one = |kind, is_told: bool| is_told && grants(kind);
    let well = one(Kind::Well, told.mounts_ms.len() > crashes.max(degraded));
    let (crashed, degraded) = (one(Kind::Crashed, crashes > 0), one(Kind::Degraded, degraded > 0));
    let mut mounts = Mounts::default();
    // Which of the mounts crashed and which were degraded is not told; they may be the same.
    for ms in told.mounts_ms.iter().take(usize::from(well) + usize::from(crashed || degraded)) {
        mounts.0[Mounts::class_of(*ms)] += 1;
    }
    let failed = one(Kind::Failed, told.failed > 0);
    let page = page.filter(|_| one(Kind::Page, true));
    let swaps = u64::from(told.swaps).min(mounts.count());
    let tally = Tally {
        mounts,
        crashes: crashed.into(),
        degraded: degraded.into(),
        failed: failed.into(),
        pages: page.is_some().into(),
        poor: page.is_some_and(PageVitals::is_poor).into(),
    };
    Counts { tally, degraded_ms: told.degraded_ms.min(MAX_MS).into(), swaps }
}

/// For operators: everything that is told of a fragment, whoever tells it. Its name is one that the registry knows.
fn observe(told: &ReleaseReport) {
    let counter = |name: &'static str| metrics::counter!(name, "fragment" => told.fragment.clone());
    counter("fragment_mounts_total").increment(told.mounts_ms.len() as u64);
    counter("fragment_degraded_total").increment(told.degraded.into());
    counter("fragment_degraded_milliseconds_total").increment(told.degraded_ms.min(MAX_MS).into());
    counter("fragment_failed_loads_total").increment(told.failed.into());
    counter("fragment_swaps_total").increment(told.swaps.into());
    for cause in &told.crashes {
        let labels = [("fragment", told.fragment.clone()), ("cause", cause.as_str().to_owned())];
        metrics::counter!("fragment_crashes_total", &labels).increment(1);
    }
    let seconds = metrics::histogram!("fragment_mount_seconds", "fragment" => told.fragment.clone());
    told.mounts_ms.iter().for_each(|ms| seconds.record(f64::from(*ms) / 1000.0));
}

fn observe_page(page: &PageVitals) {
    let record = |name: &'static str, permille: Option<u32>| {
        if let Some(permille) = permille {
            metrics::histogram!(name).record(f64::from(permille) / 1000.0);
        }
    };
    record("page_largest_paint_seconds", page.lcp_ms);
    record("page_slowest_answer_seconds", page.inp_ms);
    record("page_layout_shift", page.cls_permille);
}

#[cfg(test)]
mod tests {
    use super::super::quota::Quota;
    use super::*;
    use contract::telemetry::CrashCause;
    use verdict::Evidence;

    fn told() -> ReleaseReport {
        ReleaseReport {
            fragment: "wallet".into(),
            version: "1".into(),
            mounts_ms: vec![9, 9, 2000],
            crashes: vec![CrashCause::Panic; 2],
            degraded: 1,
            degraded_ms: 40,
            failed: 0,
            swaps: 0,
        }
    }

    fn refused(change: impl FnOnce(&mut Report)) -> Option<String> {
        let mut report = Report { fragments: vec![told()], page: None };
        change(&mut report);
        check(&report).expect_err("refused").field
    }

    #[test]
    fn the_number_at_fault_is_named() {
        assert_eq!(check(&Report { fragments: vec![told()], page: None }), Ok(()));
        assert_eq!(refused(|it| it.fragments.clear()).as_deref(), Some("fragments"));
        assert_eq!(refused(|it| it.fragments = vec![told(); MAX_RELEASES + 1]).as_deref(), Some("fragments"));
        assert_eq!(refused(|it| it.fragments[0].mounts_ms = vec![0; 17]).as_deref(), Some("fragments[0].mounts_ms"));
        assert_eq!(refused(|it| it.fragments[0].mounts_ms[1] = MAX_MS + 1).as_deref(), Some("fragments[0].mounts_ms"));
        assert_eq!(refused(|it| it.fragments[0].mounts_ms.truncate(1)).as_deref(), Some("fragments[0].crashes"));
        assert_eq!(refused(|it| it.fragments[0].degraded = 4).as_deref(), Some("fragments[0].degraded"));
        assert_eq!(refused(|it| it.fragments[0].failed = 1001).as_deref(), Some("fragments[0].failed"));
        let page = PageVitals { lcp_ms: None, inp_ms: Some(MAX_MS + 1), cls_permille: Some(0) };
        assert_eq!(refused(|it| it.page = Some(page)).as_deref(), Some("page.inp_ms"));
    }

    #[test]
    fn of_each_kind_one_counts_if_it_is_granted() {
        let poor = PageVitals { lcp_ms: Some(9000), inp_ms: None, cls_permille: Some(0) };
        let all = counted(&told(), Some(&poor), |_| true).tally;
        assert_eq!((all.mounts.count(), all.crashes, all.degraded, all.pages, all.poor), (2, 1, 1, 1, 1));
        let same = ReleaseReport { mounts_ms: vec![9], crashes: vec![CrashCause::Panic], ..told() };
        let same = counted(&same, None, |_| true).tally;
        assert_eq!((same.mounts.count(), same.crashes, same.degraded), (1, 1, 1), "it was degraded, and then crashed");
        let well = counted(&told(), Some(&poor), |kind| kind == Kind::Well).tally;
        assert_eq!((well.mounts.count(), well.crashes, well.degraded, well.pages, well.poor), (1, 0, 0, 0, 0));
        let nothing = ReleaseReport { mounts_ms: vec![], crashes: vec![], degraded: 0, failed: 7, ..told() };
        assert_eq!(counted(&nothing, None, |_| true).tally, Tally { failed: 1, ..Tally::default() });
    }

    #[test]
    fn one_device_on_which_it_breaks_ends_no_canary() {
        let good = |mounts| {
            let mut tally = Tally::default();
            tally.mounts.0[2] = mounts;
            tally
        };
        let (mut quota, mut evidence) = (Quota::default(), Evidence::default());
        let (mut canary, mut stable) = (good(200), good(3800));
        evidence.look(canary, stable);
        let sender = Sender { device: Some(Device(1)), network: None };
        let crashed = ReleaseReport { mounts_ms: vec![9], crashes: vec![CrashCause::Panic], degraded: 0, ..told() };
        for look in 0..9 {
            canary += counted(&crashed, None, |kind| quota.grants(sender, kind, ("wallet", "2"), look)).tally;
            stable += good(19);
            evidence.look(canary, stable);
        }
        assert_eq!(canary.crashes, 1);
        assert!(!evidence.is_worse(), "{}", evidence.worth());
    }
}
