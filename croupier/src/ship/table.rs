//! What `status` and `history` print: aligned, with times that a person can read.

use contract::registry::{
    Audience, CanaryFigures, EVERYBODY_PERMILLE, RegistryStatus, ShippingHistory, ShippingLine, Standing,
};

use super::figures;

/// How every fragment stands and does.
pub(super) fn status(status: &RegistryStatus) -> String {
    let mut rows = vec![["FRAGMENT", "LIVE", "ROLLS BACK TO", "SINCE", "CANARY", "STATE"].map(str::to_owned)];
    rows.extend(status.fragments.iter().map(|standing| {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        [
            standing.fragment.clone(),
            or_none(&standing.live),
            or_none(&standing.previous),
            standing.since_ms.map_or_else(|| "with the floor".to_owned(), time),
            canary(standing),
            state(standing),
        ]
    }));
    format!("{}manifest {}\n{}", aligned(&rows), status.serial, figures::table(status))
}

fn canary(standing: &Standing) -> String {
    standing.canary.as_ref().map_or_else(
        || "–".to_owned(),
        |canary| {
            let (who, since) = (audience(&canary.audience), time(canary.since_ms));
            let told = format!("{} for {who}, by {} at {since}", canary.version, canary.team);
            match &canary.figures {
                Some(figures) => format!("{told}; {}{}", judged(figures), waits(&canary.audience)),
                None if standing.live.is_none() => format!("{told}; not judged, as nothing is live beside it"),
                None => told,
            }
        },
    )
}

/// How it is judged.
fn judged(of: &CanaryFigures) -> String {
    let decimal = |percent: u64| format!("{}.{:02}", percent / 100, percent % 100);
    format!(
        "{} of {} mounts crashed, {} of {} of the live release; e-value {}, ended at {}",
        of.canary.crashes,
        of.canary.mounts,
        of.stable.crashes,
        of.stable.mounts,
        decimal(of.e_value_percent),
        decimal(of.alarm_percent)
    )
}

/// What a canary waits for that has come as far as it does by itself.
fn waits(Audience { share_permille, markets }: &Audience) -> &'static str {
    let is_everybodys_there = *share_permille == EVERYBODY_PERMILLE && !markets.is_empty();
    if is_everybodys_there { "; everybody there; promote it for all markets" } else { "" }
}

/// `2.5% in at, de`.
pub(super) fn audience(Audience { share_permille, markets }: &Audience) -> String {
    let tenths = if share_permille % 10 == 0 { String::new() } else { format!(".{}", share_permille % 10) };
    let place = if markets.is_empty() { String::new() } else { format!(" in {}", markets.join(", ")) };
    format!("{}{tenths}%{place}", share_permille / 10)
}

fn state(standing: &Standing) -> String {
    match (&standing.killed, &standing.live) {
        (Some(killed), _) => format!("KILLED by {} at {}: {}", killed.team, time(killed.at_ms), killed.reason),
        (None, None) => "not promoted".to_owned(),
        (None, Some(live)) => {
            let canary = standing.canary.as_ref().map(|canary| &canary.version);
            let newest = standing.releases.first();
            let newest = newest.filter(|release| release.version != *live && Some(&release.version) != canary);
            newest.map_or_else(|| "ok".to_owned(), |newest| format!("ok; published last: {}", newest.version))
        }
    }
}

/// What was done, newest first: to a fragment if one was named, and before a place.
pub(super) fn history(history: &ShippingHistory, name: Option<&str>, before: Option<u64>) -> String {
    if history.lines.is_empty() {
        return nothing(name, before);
    }
    let mut rows = vec![["TIME", "TEAM", "WHAT", "FRAGMENT", "VERSION", "WHY"].map(str::to_owned)];
    rows.extend(history.lines.iter().map(row));
    let more = history.next_before.map(|place| format!("there is more: --before {place} goes on from here\n"));
    aligned(&rows) + &more.unwrap_or_default()
}

fn nothing(name: Option<&str>, before: Option<u64>) -> String {
    let before = before.map(|place| format!(" before {place}")).unwrap_or_default();
    match name {
        Some(name) => format!("nothing of {name} was shipped{before}; `cargo croupier status` shows what there is\n"),
        None if before.is_empty() => "nothing was shipped yet\n".to_owned(),
        None => format!("nothing was shipped{before}\n"),
    }
}

fn row(line: &ShippingLine) -> [String; 6] {
    let version = line.version.clone().unwrap_or_default();
    let what = line.action.as_str().to_owned();
    let who = line.audience.as_ref().map(|it| format!("for {}", audience(it)));
    let why = who.into_iter().chain(line.reason.clone()).collect::<Vec<_>>().join(": ");
    [time(line.at_ms), line.team.clone(), what, line.fragment.clone(), version, why]
}

/// `2026-11-29 12:14:03 UTC`.
fn time(at_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(at_ms);
    time.map_or_else(|_| "–".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// Columns as wide as their widest text; the last one ends where it ends.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| console::measure_text_width(&row[column])).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let padded = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| console::pad_str(cell, width, console::Alignment::Left, None).into_owned());
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::health::Health;
    use contract::registry::{CanaryNote, KillNote, ShippedRelease, ShippingAction};

    fn standing(fragment: &str, live: Option<&str>, killed: bool) -> Standing {
        let killed = killed.then(|| KillNote { reason: "wrong sums".into(), team: "house".into(), at_ms: 0 });
        let releases = vec![ShippedRelease { version: "2.0.0".into(), team: "house".into(), at_ms: 0 }];
        let live = live.map(str::to_owned);
        Standing {
            fragment: fragment.into(),
            live,
            previous: None,
            since_ms: Some(1_000),
            canary: None,
            killed,
            health: None,
            releases,
        }
    }

    #[test]
    fn columns_stand_below_each_other_and_what_is_off_stands_out() {
        let fragments = vec![
            standing("wallet", Some("1.0.0-abcdef01"), true),
            standing("live-stream", Some("2.0.0"), false),
            standing("new", None, false),
        ];
        let text = status(&RegistryStatus { serial: 7, fragments });
        assert_eq!(
            text,
            "FRAGMENT     LIVE            ROLLS BACK TO  SINCE                    CANARY  STATE\n\
             wallet       1.0.0-abcdef01  –              1970-01-01 00:00:01 UTC  –       KILLED by house at 1970-01-01 00:00:00 UTC: wrong sums\n\
             live-stream  2.0.0           –              1970-01-01 00:00:01 UTC  –       ok\n\
             new          –               –              1970-01-01 00:00:01 UTC  –       not promoted\n\
             manifest 7\n"
        );
    }

    #[test]
    fn a_canary_is_told_with_who_sees_it_and_since_when() {
        let mut standing = standing("wallet", Some("1.0.0"), false);
        let audience = Audience { share_permille: 100, markets: vec![] };
        standing.canary =
            Some(CanaryNote { version: "2.0.0".into(), audience, since_ms: 0, team: "house".into(), figures: None });
        let text = status(&RegistryStatus { serial: 7, fragments: vec![standing.clone()] });
        assert!(text.contains("2.0.0 for 10%, by house at 1970-01-01 00:00:00 UTC  ok\n"), "{text}");
        let alone = Standing { live: None, ..standing.clone() };
        let text = status(&RegistryStatus { serial: 7, fragments: vec![alone] });
        assert!(text.contains("00:00:00 UTC; not judged, as nothing is live beside it  not promoted\n"), "{text}");
        let did = |mounts, crashes| Health {
            mounts,
            crashes,
            degraded: 0,
            failed: 0,
            median_ms: 8,
            mount_ms: 16,
            pages: 0,
            poor: 0,
        };
        let (canary, stable) = (did(412, 23), did(8010, 12));
        let figures = CanaryFigures { canary, stable, e_value_percent: 4205, alarm_percent: 10_100 };
        standing.canary.iter_mut().for_each(|canary| canary.figures = Some(figures.clone()));
        let text = status(&RegistryStatus { serial: 7, fragments: vec![standing.clone()] });
        let says =
            "UTC; 23 of 412 mounts crashed, 12 of 8010 of the live release; e-value 42.05, ended at 101.00  ok\n";
        assert!(text.contains(says), "{text}");
        assert!(text.contains("\nmanifest 7\n\nFRAGMENT "), "and the figures below: {text}");
        let everybody = Audience { share_permille: 1000, markets: vec!["de".into()] };
        standing.canary.iter_mut().for_each(|canary| canary.audience = everybody.clone());
        let text = status(&RegistryStatus { serial: 7, fragments: vec![standing] });
        assert!(text.contains("ended at 101.00; everybody there; promote it for all markets  ok\n"), "{text}");
    }

    #[test]
    fn a_history_tells_who_did_what_when_and_why() {
        let line = ShippingLine {
            seq: 1,
            at_ms: 1_764_417_243_000,
            team: "house".into(),
            key: "0123".into(),
            automatic: false,
            action: ShippingAction::Kill,
            fragment: "wallet".into(),
            version: None,
            reason: Some("wrong sums".into()),
            audience: None,
        };
        let audience = Some(Audience { share_permille: 1, markets: vec!["de".into()] });
        let canary = ShippingLine { action: ShippingAction::Canary, reason: None, audience, ..line.clone() };
        let text = history(&ShippingHistory { lines: vec![canary, line], next_before: Some(17) }, None, None);
        assert!(text.contains("house  canary  wallet             for 0.1% in de\n"), "{text}");
        assert!(text.contains("2025-11-29 11:54:03 UTC  house  kill    wallet             wrong sums\n"), "{text}");
        assert!(text.ends_with("\nthere is more: --before 17 goes on from here\n"), "{text}");
    }

    #[test]
    fn an_empty_history_says_of_what_nothing_was_shipped() {
        let told = |name, before| history(&ShippingHistory { lines: vec![], next_before: None }, name, before);
        assert_eq!(told(None, None), "nothing was shipped yet\n");
        assert_eq!(told(None, Some(9)), "nothing was shipped before 9\n");
        let there_is = "`cargo croupier status` shows what there is\n";
        assert_eq!(told(Some("walet"), None), format!("nothing of walet was shipped; {there_is}"));
        assert_eq!(told(Some("wallet"), Some(9)), format!("nothing of wallet was shipped before 9; {there_is}"));
    }
}
