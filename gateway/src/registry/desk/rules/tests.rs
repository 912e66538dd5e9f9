use super::*;
use proptest::prelude::*;

const FLOOR: Option<&str> = Some("0-floor");

/// The shelves, and the number of the next line.
#[derive(Default)]
struct Book(Shelves);

impl Book {
    fn write(&mut self, deed: Deed) {
        self.write_by("key", deed);
    }

    /// The gateway has no key.
    fn write_by(&mut self, key: &str, deed: Deed) {
        let Deed { action, fragment, version, reason, audience } = deed;
        let seq = self.0.seq() + 1;
        let line = Line {
            seq,
            at_ms: i64::try_from(seq).unwrap(),
            team: "team".into(),
            key: key.into(),
            automatic: key.is_empty(),
            action,
            fragment,
            version,
            reason,
            audience,
        };
        self.0.apply(line);
    }

    fn publish(&mut self, version: &str) {
        self.write(Deed::new(Action::Publish, "wallet", Some(version.into())));
    }

    fn ask(&mut self, command: Command, floor: Option<&str>) -> Result<bool, Refusal> {
        let deed = self.0.decide("wallet", command, floor)?;
        let changes = deed.is_some();
        deed.into_iter().for_each(|deed| self.write(deed));
        Ok(changes)
    }

    fn promote(&mut self, version: &str) -> Result<bool, Refusal> {
        self.ask(Command::Promote(Some(version.into())), FLOOR)
    }

    fn canary(&mut self, version: Option<&str>, share_permille: Option<u32>) -> Result<bool, Refusal> {
        let command = Command::Canary { version: version.map(str::to_owned), share_permille, markets: None };
        self.ask(command, FLOOR)
    }

    /// Version, share and since when.
    fn shown(&self) -> Option<(String, u32, i64)> {
        let note = self.0.standing("wallet", FLOOR).canary?;
        Some((note.version, note.audience.share_permille, note.since_ms))
    }

    fn live(&self) -> (Option<String>, Option<String>) {
        let standing = self.0.standing("wallet", FLOOR);
        (standing.live, standing.previous)
    }
}

fn pair(live: &str, previous: &str) -> (Option<String>, Option<String>) {
    (Some(live.to_owned()), Some(previous.to_owned()))
}

#[test]
fn a_roll_back_goes_the_way_back_step_by_step_down_to_the_floor() {
    let mut book = Book::default();
    for version in ["1", "2", "3"] {
        book.publish(version);
        assert_eq!(book.promote(version), Ok(true));
    }
    assert_eq!(book.live(), pair("3", "2"));
    assert_eq!(book.promote("3"), Ok(false), "it is live");
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    assert_eq!(book.live(), pair("2", "1"), "what was bad is not what it falls back to");
    assert_eq!(book.promote("3"), Ok(true));
    assert_eq!(book.live(), pair("3", "2"));
    assert_eq!(book.ask(Command::Rollback(Some("1".into())), FLOOR), Ok(true));
    assert_eq!(book.live(), pair("1", "0-floor"));
    assert_eq!(book.ask(Command::Rollback(None), None), Err(Refusal::NothingBefore("wallet".into())));
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    assert_eq!(book.live(), (Some("0-floor".into()), None));
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Err(Refusal::NothingBefore("wallet".into())));
}

#[test]
fn what_was_rolled_back_is_shown_again_by_its_name_alone() {
    let mut book = Book::default();
    for version in ["1", "2", "3"] {
        book.publish(version);
        assert_eq!(book.promote(version), Ok(true));
    }
    assert_eq!(book.ask(Command::Rollback(Some("1".into())), FLOOR), Ok(true));
    let refusal = Refusal::WasRolledBack { fragment: "wallet".into(), version: "3".into() };
    assert_eq!((refusal.field(), refusal.fault()), ("version", Fault::Conflict));
    assert!(refusal.to_string().contains("\"3\"") && refusal.to_string().contains("name its version"), "{refusal}");
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Err(refusal.clone()));
    assert_eq!(book.canary(None, Some(10)), Err(refusal.clone()));
    assert_eq!(book.promote("3"), Ok(true));
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Ok(false), "it is live");
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Err(refusal));
    book.publish("4");
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Ok(true), "what came after it");
    // Live again by way of another one's end.
    for version in ["1", "4"] {
        assert_eq!(book.promote(version), Ok(true));
    }
    for _ in 0..2 {
        assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    }
    assert_eq!((book.live().0.as_deref(), book.ask(Command::Promote(None), FLOOR)), (Some("4"), Ok(false)));
}

#[test]
fn what_was_ended_as_worse_is_shown_again_by_its_name_alone() {
    let mut book = shipped();
    assert_eq!(book.canary(None, Some(10)), Ok(true));
    assert_eq!(book.ask(Command::EndCanary(None), FLOOR), Ok(true));
    assert_eq!(book.canary(None, Some(10)), Ok(true), "a person has ended it");
    book.write_by("", Deed::new(Action::EndCanary, "wallet", Some("4".into())));
    assert_eq!((book.live(), book.shown()), (pair("1", "0-floor"), None));
    let refusal = Refusal::WasRolledBack { fragment: "wallet".into(), version: "4".into() };
    assert!(refusal.to_string().contains("does worse"), "{refusal}");
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Err(refusal.clone()));
    assert_eq!(book.canary(None, Some(10)), Err(refusal));
    assert_eq!(book.canary(Some("4"), Some(10)), Ok(true));
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Ok(true), "the canary");
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Ok(false), "it is live");
}

#[test]
fn what_is_not_there_is_refused_by_its_name() {
    let mut book = Book::default();
    let unknown = Refusal::UnknownFragment("wallet".into());
    assert_eq!(book.ask(Command::Kill("why".into()), None), Err(unknown));
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Err(Refusal::NothingPublished("wallet".into())));
    book.publish("1");
    book.publish("2");
    let refusal = book.promote("9").unwrap_err();
    assert_eq!(refusal.field(), "version");
    assert!(refusal.to_string().contains("`history`"), "{refusal}");
    book.promote("1").unwrap();
    let refusal = book.ask(Command::Rollback(Some("2".into())), FLOOR).unwrap_err();
    assert_eq!(refusal, Refusal::NeverLive { fragment: "wallet".into(), version: "2".into() });
}

#[test]
fn what_somebody_sees_changes_with_what_is_live_and_with_the_canary() {
    let mut book = shipped();
    let mut before = book.0.clone();
    let mut changes = |book: &Book| {
        let changed = book.0.changed(&before).map(|(name, shelf)| (name.to_owned(), shelf.clone())).collect::<Vec<_>>();
        before = book.0.clone();
        changed.first().map(|(name, shelf)| {
            let (live, canary) = shelf.versions();
            (name.clone(), live.map(str::to_owned), canary.map(str::to_owned))
        })
    };
    let wallet = |live: &str, canary: Option<&str>| Some(("wallet".into(), Some(live.into()), canary.map(Into::into)));
    assert_eq!(changes(&book), None);
    book.publish("5");
    assert_eq!(book.ask(Command::Kill("why".into()), FLOOR), Ok(true));
    assert_eq!(changes(&book), None, "the release is the same");
    assert_eq!(book.canary(Some("5"), Some(100)), Ok(true));
    assert_eq!(changes(&book), wallet("1", Some("5")));
    assert_eq!(book.promote("5"), Ok(true));
    assert_eq!(changes(&book), wallet("5", None));
}

#[test]
fn what_was_published_last_may_be_next_unless_somebody_sees_it() {
    let next = |book: &Book| book.0.by_name["wallet"].next().map(str::to_owned);
    let mut book = Book::default();
    book.publish("1");
    assert_eq!(next(&book), None, "no team has made anything live");
    assert_eq!(book.promote("1"), Ok(true));
    assert_eq!(next(&book), None, "it is live");
    book.publish("2");
    book.publish("3");
    assert_eq!(next(&book).as_deref(), Some("3"));
    assert_eq!(book.canary(Some("3"), Some(100)), Ok(true));
    assert_eq!(next(&book), None, "it is the canary");
    assert_eq!(book.ask(Command::EndCanary(None), FLOOR), Ok(true));
    assert_eq!(next(&book).as_deref(), Some("3"));
    assert_eq!(book.promote("3"), Ok(true));
    assert_eq!(book.promote("2"), Ok(true));
    assert_eq!(next(&book), None, "it is what pages fall back to");
}

/// With the live release 1 and the newer ones up to 4.
fn shipped() -> Book {
    let mut book = Book::default();
    for version in ["1", "2", "3", "4"] {
        book.publish(version);
    }
    assert_eq!(book.promote("1"), Ok(true));
    book
}

#[test]
fn a_canary_lies_beside_what_is_live_until_it_is_promoted_or_ended() {
    let mut book = shipped();
    let refusal = book.canary(Some("2"), None).unwrap_err();
    assert_eq!((refusal.field(), refusal.fault()), ("share_permille", Fault::Invalid));
    assert_eq!(book.canary(Some("2"), Some(100)), Ok(true));
    assert_eq!((book.live(), book.shown()), (pair("1", "0-floor"), Some(("2".into(), 100, 6))));
    assert_eq!(book.canary(None, Some(100)), Ok(false), "so it is");
    assert_eq!(book.canary(None, Some(200)), Ok(true), "the same one, for more");
    assert_eq!(book.shown(), Some(("2".into(), 200, 6)), "since it began");
    assert_eq!(book.ask(Command::Promote(None), FLOOR), Ok(true), "the canary, and not the newest");
    assert_eq!((book.live(), book.shown()), (pair("2", "1"), None));
    assert_eq!(book.canary(None, Some(100)), Ok(true), "without a canary the newest");
    assert_eq!(book.canary(Some("3"), Some(50)), Ok(true), "another one in its place");
    assert_eq!(book.shown(), Some(("3".into(), 50, 10)));
    assert_eq!(book.promote("4"), Ok(true));
    assert_eq!((book.live(), book.shown()), (pair("4", "2"), None), "a promotion is for everybody");
    assert_eq!(book.canary(Some("3"), Some(50)), Ok(true));
    assert_eq!(book.ask(Command::EndCanary(None), FLOOR), Ok(true));
    assert_eq!(book.shown(), None);
    assert_eq!(book.ask(Command::EndCanary(None), FLOOR), Ok(false), "there is none");
}

#[test]
fn to_promote_what_is_live_ends_the_canary_beside_it() {
    let mut book = shipped();
    assert_eq!(book.canary(Some("2"), Some(100)), Ok(true));
    assert_eq!(book.promote("1"), Ok(true));
    assert_eq!((book.live(), book.shown()), (pair("1", "0-floor"), None), "live as before, and once");
    assert_eq!(book.promote("1"), Ok(false), "so it is");
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    assert_eq!(book.live().0.as_deref(), Some("0-floor"));
}

#[test]
fn what_is_live_and_what_is_not_there_is_no_canary() {
    let mut book = shipped();
    assert_eq!(book.canary(Some("1"), Some(1)).unwrap_err().fault(), Fault::Conflict);
    assert_eq!(book.canary(Some("9"), Some(1)).unwrap_err().field(), "version");
    let nothing = Command::Canary { version: None, share_permille: Some(1), markets: None };
    assert_eq!(Shelves::default().decide("wallet", nothing, None), Err(Refusal::UnknownFragment("wallet".into())));
}

#[test]
fn a_roll_back_leaves_the_canary_unless_it_makes_that_live() {
    let mut book = shipped();
    book.promote("2").unwrap();
    book.canary(Some("3"), Some(10)).unwrap();
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    assert_eq!((book.live().0.as_deref(), book.shown().is_some()), (Some("1"), true));
    book.promote("2").unwrap();
    book.canary(Some("1"), Some(10)).unwrap();
    assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
    assert_eq!((book.live().0.as_deref(), book.shown()), (Some("1"), None));
}

#[test]
fn whoever_decides_on_a_canary_decides_on_that_release_alone() {
    let mut book = shipped();
    book.canary(Some("2"), Some(10)).unwrap();
    for command in [Command::PromoteCanary("3".into()), Command::EndCanary(Some("3".into()))] {
        let refusal = book.ask(command, FLOOR).unwrap_err();
        assert_eq!(refusal, Refusal::NotTheCanary { fragment: "wallet".into(), version: "3".into() });
    }
    assert_eq!(book.ask(Command::PromoteCanary("2".into()), FLOOR), Ok(true));
    assert_eq!(book.live().0.as_deref(), Some("2"));
    let again = book.ask(Command::EndCanary(Some("2".into())), FLOOR).unwrap_err();
    assert_eq!(again.fault(), Fault::Conflict, "a person was faster");
}

#[test]
fn only_so_many_fragments_have_one_at_once() {
    let mut book = shipped();
    let audience = Audience { share_permille: 1, markets: vec![] };
    for number in 0..MAX_CANARIES {
        let name = format!("other-{number}");
        book.write(Deed { audience: Some(audience.clone()), ..Deed::new(Action::Canary, &name, Some("1".into())) });
    }
    assert_eq!(book.canary(Some("2"), Some(1)), Err(Refusal::TooManyCanaries));
    book.write(Deed::new(Action::EndCanary, "other-0", Some("1".into())));
    assert_eq!(book.canary(Some("2"), Some(1)), Ok(true));
    assert_eq!(book.canary(Some("3"), Some(1)), Ok(true), "in the place of its own");
}

/// Gateways on one log judge alike, and at the same moment.
#[test]
fn what_two_gateways_decide_is_done_once() {
    let mut book = Book::default();
    book.publish("1");
    assert_eq!(book.promote("1"), Ok(true));
    book.publish("2");
    assert_eq!(book.canary(Some("2"), Some(50)), Ok(true));
    let widen = |share_permille| Command::Widen { version: "2".into(), share_permille };
    assert_eq!(book.ask(widen(250), FLOOR), Ok(true));
    assert_eq!(book.ask(widen(250), FLOOR), Ok(false));
    assert_eq!(book.ask(widen(50), FLOOR), Ok(false), "no verdict makes it less");
    assert_eq!(book.shown().map(|(_, share, _)| share), Some(250));
    let end = || Command::EndCanary(Some("2".into()));
    assert_eq!(book.ask(end(), FLOOR), Ok(true));
    assert!(book.ask(end(), FLOOR).is_err());
    assert!(book.ask(Command::PromoteCanary("2".into()), FLOOR).is_err());
}

fn any_step() -> impl Strategy<Value = Step> {
    let version = || (0..6_u8).prop_map(|number| number.to_string());
    prop_oneof![
        version().prop_map(Step::Publish),
        proptest::option::of(version()).prop_map(|version| Step::Ask(Command::Promote(version))),
        proptest::option::of(version()).prop_map(|to| Step::Ask(Command::Rollback(to))),
        Just(Step::Ask(Command::Kill("why".into()))),
        Just(Step::Ask(Command::Revive)),
        (proptest::option::of(version()), proptest::option::of(1..=1000_u32)).prop_map(|(version, share_permille)| {
            Step::Ask(Command::Canary { version, share_permille, markets: None })
        }),
        Just(Step::Ask(Command::EndCanary(None))),
    ]
}

#[derive(Clone, Debug)]
enum Step {
    Publish(String),
    Ask(Command),
}

proptest! {
    /// Whatever is asked for in whatever order: what is live was published or is the floor's, what it falls
    /// back to is another one, and off stays off until it is revived.
    #[test]
    fn histories_keep_their_promises(steps in proptest::collection::vec(any_step(), 0..60)) {
        let mut book = Book::default();
        let mut published = Vec::new();
        let mut off = false;
        for step in steps {
            let (before, count) = (book.0.clone(), published.len());
            match step {
                Step::Publish(version) if published.contains(&version) => {}
                Step::Publish(version) => {
                    book.publish(&version);
                    published.push(version);
                    prop_assert_eq!(book.0.standing("wallet", FLOOR).live, before.standing("wallet", FLOOR).live);
                }
                Step::Ask(command) => {
                    let asked = command.clone();
                    let outcome = book.ask(command, FLOOR);
                    match (asked, &outcome) {
                        (Command::Kill(_), Ok(_)) => off = true,
                        (Command::Revive, Ok(_)) => off = false,
                        _ => {}
                    }
                    if !matches!(outcome, Ok(true)) {
                        prop_assert_eq!(&book.0, &before, "a refusal and a repetition change nothing");
                    }
                }
            }
            let standing = book.0.standing("wallet", FLOOR);
            let live = standing.live.expect("something is live");
            prop_assert!(live == "0-floor" || published.contains(&live));
            prop_assert_ne!(Some(&live), standing.previous.as_ref());
            prop_assert_eq!(standing.killed.is_some(), off);
            prop_assert!(standing.canary.is_none_or(|canary| canary.version != live && published.contains(&canary.version)));
            prop_assert!(book.0.seq() >= before.seq());
            let (is_later, is_published) = (book.0.seq() > before.seq(), published.len() > count);
            prop_assert_eq!(book.0.number() > before.number(), is_later && !is_published, "pages can tell no publication");
        }
    }

    /// A roll back undoes a promotion, whatever was before.
    #[test]
    fn a_roll_back_undoes_a_promotion(steps in proptest::collection::vec(any_step(), 0..40)) {
        let mut book = Book::default();
        for step in steps {
            match step {
                Step::Publish(version) => if !book.0.by_name.get("wallet").is_some_and(|shelf| shelf.has(&version)) {
                    book.publish(&version);
                },
                Step::Ask(command) => drop(book.ask(command, FLOOR)),
            }
        }
        let before = book.live();
        book.publish("new");
        prop_assert_eq!(book.promote("new"), Ok(true));
        prop_assert_eq!(book.live(), (Some("new".to_owned()), before.0.clone()));
        prop_assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
        prop_assert_eq!(book.live(), before);
    }
}
