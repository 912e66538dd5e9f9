use super::*;

/// A table with a player who is signed in, connected, launched, in an open round `a`.
struct Desk {
    bets: Bets,
    keys: u32,
}

impl Desk {
    fn visitor() -> Self {
        let mut desk = Self { bets: Bets::new("roulette-1".into(), (100, 50_000)), keys: 0 };
        assert_eq!(desk.step(Input::Connected { fresh: true }), []);
        assert_eq!(desk.step(Input::Round { round: "a".into(), open: true }), []);
        desk
    }

    fn seated() -> Self {
        let mut desk = Self::visitor();
        assert_eq!(desk.step(Input::SignedIn), [Effect::Launch]);
        assert_eq!(desk.step(Input::Launched), []);
        desk
    }

    fn step(&mut self, input: Input) -> Vec<Effect> {
        let keys = &mut self.keys;
        self.bets.step(input, &mut || {
            *keys += 1;
            format!("k{keys}")
        })
    }

    fn chip(&mut self, spot: &str, stake_minor: i64) -> Vec<Effect> {
        self.step(Input::Chip { spot: spot.into(), stake_minor })
    }

    fn stand(&mut self, bets: &[(&str, &str, i64)]) -> Vec<Effect> {
        self.step(standing("a", bets))
    }

    fn piles(&self) -> Vec<(String, i64, bool)> {
        self.bets.piles().into_iter().map(|pile| (pile.spot, pile.stake_minor, pile.pending)).collect()
    }
}

fn stake(spot: &str, stake_minor: i64) -> Stake {
    Stake { spot: spot.into(), stake_minor }
}

fn placed(key: &str, stakes: &[(&str, i64)]) -> Effect {
    Effect::Send(ToVendor::Place(Place {
        key: key.into(),
        table: "roulette-1".into(),
        round: "a".into(),
        stakes: stakes.iter().map(|(spot, minor)| stake(spot, *minor)).collect(),
    }))
}

fn cleared(keys: &[&str]) -> Effect {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Effect::Send(ToVendor::Clear(Clear { table: "roulette-1".into(), round: "a".into(), keys }))
}

fn standing(round: &str, bets: &[(&str, &str, i64)]) -> Input {
    Input::Standing(feed::Bets {
        table: "roulette-1".into(),
        round: round.into(),
        staked_minor: bets.iter().map(|bet| bet.2).sum(),
        bets: bets
            .iter()
            .map(|(key, spot, minor)| Bet { key: (*key).into(), stakes: vec![stake(spot, *minor)] })
            .collect(),
    })
}

fn refused(key: Option<&str>, code: RefusalCode) -> Input {
    Input::Refused(Refused { key: key.map(Into::into), code, field: None, detail: String::new() })
}

fn paid(round: &str, cancelled: bool) -> Input {
    Input::Paid(Paid {
        table: "roulette-1".into(),
        round: round.into(),
        staked_minor: 500,
        won_minor: 1_000,
        cancelled,
    })
}

#[test]
fn a_chip_is_pending_until_the_vendor_lists_it() {
    let mut desk = Desk::seated();
    assert_eq!(desk.chip("red", 500), [placed("k1", &[("red", 500)])]);
    assert_eq!(desk.piles(), [("red".into(), 500, true)]);
    assert_eq!(desk.stand(&[("k1", "red", 500)]), []);
    assert_eq!(desk.piles(), [("red".into(), 500, false)]);
    desk.chip("red", 100);
    assert_eq!(desk.piles(), [("red".into(), 600, true)]);
}

#[test]
fn a_refused_chip_leaves_and_the_player_hears_why() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    desk.stand(&[("k1", "red", 500)]);
    desk.chip("black", 500);
    let effects = desk.step(refused(Some("k2"), RefusalCode::InsufficientFunds));
    assert_eq!(effects, [Effect::Say(Message::Refused(RefusalCode::InsufficientFunds))]);
    assert_eq!(desk.piles(), [("red".into(), 500, false)]);
}

#[test]
fn a_visitor_is_asked_to_sign_in_and_nothing_is_placed() {
    let mut desk = Desk::visitor();
    assert_eq!(desk.chip("red", 500), [Effect::AskSignIn, Effect::Say(Message::SignIn)]);
    assert!(desk.piles().is_empty());
}

#[test]
fn chips_wait_for_the_launch_and_then_go_out() {
    let mut desk = Desk::visitor();
    desk.step(Input::SignedIn);
    assert_eq!(desk.chip("red", 500), []);
    assert_eq!(desk.step(Input::Launched), [placed("k1", &[("red", 500)])]);
}

#[test]
fn chips_that_waited_in_vain_are_taken_off() {
    let mut desk = Desk::visitor();
    desk.step(Input::SignedIn);
    desk.chip("red", 500);
    let effects = desk.step(Input::NoLaunch { signed_out: false });
    assert_eq!(effects, [Effect::Say(Message::NoLaunch), Effect::LaunchLater]);
    assert!(desk.piles().is_empty());
    assert_eq!(desk.step(Input::LaunchAgain), [Effect::Launch]);
    desk.chip("red", 500);
    let effects = desk.step(Input::Round { round: "a".into(), open: false });
    assert_eq!(effects, [Effect::Say(Message::Refused(RefusalCode::RoundClosed))]);
    assert!(desk.piles().is_empty());
}

#[test]
fn a_session_that_ended_asks_to_sign_in() {
    let mut desk = Desk::visitor();
    desk.step(Input::SignedIn);
    let effects = desk.step(Input::NoLaunch { signed_out: true });
    assert_eq!(effects, [Effect::AskSignIn, Effect::Say(Message::SignIn)]);
    assert_eq!(desk.step(Input::LaunchAgain), []);
}

#[test]
fn nothing_is_placed_outside_an_open_round_or_without_a_feed() {
    let mut desk = Desk::seated();
    desk.step(Input::Round { round: "a".into(), open: false });
    assert!(!desk.bets.takes_bets());
    let closed = [Effect::Say(Message::Refused(RefusalCode::RoundClosed))];
    assert_eq!(desk.chip("red", 500), closed);
    assert_eq!(desk.step(Input::Clear), closed);
    desk.step(Input::Round { round: "a".into(), open: true });
    desk.step(Input::Lost);
    assert!(!desk.bets.takes_bets());
    assert_eq!(desk.chip("red", 500), [Effect::Say(Message::NoFeed)]);
}

#[test]
fn limits_hold_for_the_whole_pile() {
    let mut desk = Desk::seated();
    assert_eq!(desk.chip("red", 50), [Effect::Say(Message::Limits)]);
    desk.chip("red", 50_000);
    assert_eq!(desk.chip("red", 100), [Effect::Say(Message::Limits)]);
    assert_eq!(desk.step(Input::Double), [Effect::Say(Message::Limits)]);
    assert_eq!(desk.piles(), [("red".into(), 50_000, true)]);
}

#[test]
fn undo_takes_the_last_bet_back_even_while_it_is_on_its_way() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    desk.stand(&[("k1", "red", 500)]);
    desk.chip("black", 300);
    assert_eq!(desk.step(Input::Undo), []);
    assert_eq!(desk.piles(), [("red".into(), 500, false)]);
    // Now it stands: the vendor is asked for exactly this one.
    assert_eq!(desk.stand(&[("k1", "red", 500), ("k2", "black", 300)]), [cleared(&["k2"])]);
    assert_eq!(desk.step(Input::Undo), [cleared(&["k1"])]);
    assert!(desk.piles().is_empty());
    assert_eq!(desk.step(Input::Undo), []);
    desk.stand(&[]);
    assert!(desk.bets.chips.is_empty());
}

#[test]
fn what_could_not_be_taken_back_lies_there_again() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    desk.stand(&[("k1", "red", 500)]);
    desk.step(Input::Clear);
    assert!(desk.piles().is_empty());
    desk.step(refused(None, RefusalCode::RoundClosed));
    assert_eq!(desk.piles(), [("red".into(), 500, false)]);
    desk.step(Input::Clear);
    desk.step(Input::Lost);
    assert_eq!(desk.piles(), [("red".into(), 500, false)]);
}

#[test]
fn double_and_repeat_are_one_bet() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    desk.chip("straight-17", 100);
    assert_eq!(desk.step(Input::Double), [placed("k3", &[("red", 500), ("straight-17", 100)])]);
    desk.stand(&[("k1", "red", 500), ("k2", "straight-17", 100)]);
    assert!(!desk.bets.can_repeat());
    desk.step(refused(Some("k3"), RefusalCode::InsufficientFunds));
    desk.step(Input::Round { round: "b".into(), open: true });
    assert!(desk.piles().is_empty() && desk.bets.can_repeat());
    let effects = desk.step(Input::Repeat);
    assert!(matches!(&effects[..], [Effect::Send(ToVendor::Place(place))]
        if place.round == "b" && place.stakes == [stake("red", 500), stake("straight-17", 100)]));
}

#[test]
fn more_spots_than_a_bet_holds_become_two_bets() {
    let mut desk = Desk::seated();
    desk.bets.previous = (0..45).map(|n| stake(&format!("spot-{n}"), 100)).collect();
    let effects = desk.step(Input::Repeat);
    let sizes: Vec<usize> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Send(ToVendor::Place(place)) => place.stakes.len(),
            _ => 0,
        })
        .collect();
    assert_eq!(sizes, [40, 5]);
}

#[test]
fn after_a_lost_connection_the_same_keys_go_out_again() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    desk.stand(&[("k1", "red", 500)]);
    desk.chip("black", 300);
    desk.step(Input::Lost);
    assert_eq!(desk.step(Input::Connected { fresh: true }), [Effect::Launch]);
    assert_eq!(desk.step(Input::Launched), [placed("k2", &[("black", 300)])]);
    desk.stand(&[("k1", "red", 500), ("k2", "black", 300)]);
    assert_eq!(desk.piles(), [("red".into(), 500, false), ("black".into(), 300, false)]);
}

#[test]
fn after_mere_silence_the_player_is_still_known() {
    let mut desk = Desk::seated();
    desk.step(Input::Lost);
    assert_eq!(desk.step(Input::Connected { fresh: false }), []);
    assert_eq!(desk.chip("red", 500), [placed("k1", &[("red", 500)])]);
}

#[test]
fn a_bet_that_was_never_confirmed_is_not_called_placed() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    desk.step(Input::Lost);
    desk.step(Input::Connected { fresh: true });
    let effects = desk.step(Input::Round { round: "b".into(), open: true });
    assert_eq!(effects, [Effect::Say(Message::Unconfirmed)]);
    assert!(desk.piles().is_empty() && !desk.bets.can_repeat());
}

#[test]
fn an_expired_launch_is_renewed_once() {
    let mut desk = Desk::seated();
    desk.chip("red", 500);
    assert_eq!(desk.step(refused(Some("k1"), RefusalCode::Unauthorised)), [Effect::Launch]);
    assert_eq!(desk.step(Input::Launched), [placed("k1", &[("red", 500)])]);
    let effects = desk.step(refused(Some("k1"), RefusalCode::Unauthorised));
    assert_eq!(effects, [Effect::Say(Message::Refused(RefusalCode::Unauthorised)), Effect::LaunchLater]);
    assert!(desk.piles().is_empty());
}

#[test]
fn the_list_of_another_round_changes_nothing() {
    let mut desk = Desk::seated();
    desk.stand(&[("k1", "red", 500)]);
    desk.step(standing("z", &[]));
    assert_eq!(desk.piles(), [("red".into(), 500, false)]);
}

#[test]
fn what_was_paid_shows_until_the_next_round_closes() {
    let mut desk = Desk::seated();
    desk.step(Input::Round { round: "a".into(), open: false });
    desk.step(paid("a", false));
    desk.step(Input::Round { round: "a".into(), open: false });
    assert!(desk.bets.paid().is_some());
    desk.step(Input::Round { round: "b".into(), open: true });
    assert!(desk.bets.paid().is_some());
    desk.step(Input::Round { round: "b".into(), open: false });
    assert!(desk.bets.paid().is_none());
}

#[test]
fn a_cancelled_round_gives_the_chips_back() {
    let mut desk = Desk::seated();
    desk.stand(&[("k1", "red", 500)]);
    desk.step(paid("a", true));
    assert!(desk.piles().is_empty() && desk.bets.can_repeat());
    assert!(desk.bets.paid().is_some_and(|paid| paid.cancelled));
}
