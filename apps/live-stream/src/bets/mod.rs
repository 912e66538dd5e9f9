//! The player's chips on one table: a state machine between clicks and the vendor's feed.
//!
//! A chip shows at once and stands when the vendor lists it. Every bet has a key made before it is
//! sent, so that sending it again after a lost connection can't place it twice.
//!
//! **Invariant:** what the vendor lists in `bets` is the truth; everything else is shown as
//! pending. Nothing here knows a clock, a socket or a screen.

use contract::feed::{self, Bet, Clear, Paid, Place, RefusalCode, Refused, Stake, ToVendor};

/// The most stakes that the vendor takes in one bet.
const STAKES_PER_BET: usize = 40;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The player puts a chip on a spot.
    Chip { spot: String, stake_minor: i64 },
    /// The player takes the last bet back.
    Undo,
    /// The player takes all bets back.
    Clear,
    /// The player puts the same again on top.
    Double,
    /// The player bets as in the last round with bets.
    Repeat,
    /// The player is signed in.
    SignedIn,
    /// The vendor is heard. On a fresh connection it knows nobody yet.
    Connected { fresh: bool },
    /// The connection is lost or silent.
    Lost,
    /// The vendor knows the player on this connection.
    Launched,
    /// The operator gave no launch token.
    NoLaunch { signed_out: bool },
    /// It is time to ask for a launch token again.
    LaunchAgain,
    /// Where the table's round is.
    Round { round: String, open: bool },
    /// The vendor lists the player's bets.
    Standing(feed::Bets),
    /// The vendor says no.
    Refused(Refused),
    /// The vendor has paid a round.
    Paid(Paid),
}

/// What has to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Send this to the vendor.
    Send(ToVendor),
    /// Get a launch token and hand it over.
    Launch,
    /// Feed [`Input::LaunchAgain`] after a pause.
    LaunchLater,
    /// The wallet should offer to sign in.
    AskSignIn,
    /// Tell the player.
    Say(Message),
}

/// What the player is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// Nobody is signed in.
    SignIn,
    /// The stake is outside the table's limits.
    Limits,
    /// The feed is down.
    NoFeed,
    /// The operator or the vendor lets nobody bet just now.
    NoLaunch,
    /// A bet was sent before the connection was lost, and its round is over.
    Unconfirmed,
    /// The vendor refused.
    Refused(RefusalCode),
}

/// A spot with chips on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pile {
    /// The spot's name.
    pub(crate) spot: String,
    /// All chips together.
    pub(crate) stake_minor: i64,
    /// Some of it is not confirmed yet.
    pub(crate) pending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Waits until the vendor knows the player.
    Unsent,
    /// On its way; to be taken back as soon as it stands, if so.
    Sent { take_back: bool },
    /// The vendor lists it.
    Stands,
    /// The vendor was asked to give it back.
    Leaving,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Chip {
    bet: Bet,
    stage: Stage,
}

impl Chip {
    const fn leaves(&self) -> bool {
        matches!(self.stage, Stage::Leaving | Stage::Sent { take_back: true })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    /// Not on a connection, or nobody is signed in.
    Away,
    /// A token was asked for.
    Launching,
    /// Bets are taken from this player.
    Seated,
}

/// All bets of one player at one table.
#[derive(Clone, Debug)]
pub(crate) struct Bets {
    table: String,
    limits_minor: (i64, i64),
    signed_in: bool,
    connected: bool,
    seat: Seat,
    /// A launch was tried again after a refusal and has not proved itself since.
    launched_again: bool,
    round: String,
    open: bool,
    /// In the order of placing.
    chips: Vec<Chip>,
    previous: Vec<Stake>,
    paid: Option<Paid>,
}

impl Bets {
    /// Nobody there yet. Limits are the smallest and the largest stake on a spot.
    pub(crate) const fn new(table: String, limits_minor: (i64, i64)) -> Self {
        Self {
            table,
            limits_minor,
            signed_in: false,
            connected: false,
            seat: Seat::Away,
            launched_again: false,
            round: String::new(),
            open: false,
            chips: Vec::new(),
            previous: Vec::new(),
            paid: None,
        }
    }

    /// Chips may be put down: the round is open and the vendor hears us.
    pub(crate) const fn takes_bets(&self) -> bool {
        self.open && self.connected
    }

    /// Every spot with chips, in the order of placing.
    pub(crate) fn piles(&self) -> Vec<Pile> {
        let mut piles: Vec<Pile> = vec![];
        for chip in self.chips.iter().filter(|chip| !chip.leaves()) {
            let pending = chip.stage != Stage::Stands;
            for stake in &chip.bet.stakes {
                match piles.iter_mut().find(|pile| pile.spot == stake.spot) {
                    Some(pile) => {
                        pile.stake_minor += stake.stake_minor;
                        pile.pending |= pending;
                    }
                    None => piles.push(Pile { spot: stake.spot.clone(), stake_minor: stake.stake_minor, pending }),
                }
            }
        }
        piles
    }

    /// The sum of all chips on the table.
    pub(crate) fn staked_minor(&self) -> i64 {
        self.piles().iter().map(|pile| pile.stake_minor).sum()
    }

    /// There are bets of an earlier round to repeat.
    pub(crate) const fn can_repeat(&self) -> bool {
        !self.previous.is_empty()
    }

    /// What the last paid round brought, until bets of the next one are closed.
    pub(crate) const fn paid(&self) -> Option<&Paid> {
        self.paid.as_ref()
    }

    /// Takes one step. `new_key` makes the key of a new bet.
    pub(crate) fn step(&mut self, input: Input, new_key: &mut dyn FnMut() -> String) -> Vec<Effect> {
        match input {
            Input::Chip { spot, stake_minor } => self.place(vec![Stake { spot, stake_minor }], new_key),
            Input::Double => self.place(self.stakes(), new_key),
            Input::Repeat => self.place(self.previous.clone(), new_key),
            Input::Undo => {
                let last = self.chips.iter().rev().find(|chip| !chip.leaves()).map(|chip| chip.bet.key.clone());
                self.take_back(|key| Some(key) == last.as_ref())
            }
            Input::Clear => self.take_back(|_| true),
            Input::SignedIn => {
                self.signed_in = true;
                self.launch()
            }
            Input::Connected { fresh } => {
                self.connected = true;
                if fresh {
                    self.seat = Seat::Away;
                    self.launched_again = false;
                }
                self.launch()
            }
            Input::Lost => {
                self.connected = false;
                // A request to take back may be lost: the chip lies there until the vendor says otherwise.
                for chip in self.chips.iter_mut().filter(|chip| chip.stage == Stage::Leaving) {
                    chip.stage = Stage::Stands;
                }
                vec![]
            }
            Input::Launched => self.launched(),
            Input::NoLaunch { signed_out } => self.no_launch(signed_out),
            Input::LaunchAgain => self.launch(),
            Input::Round { round, open } => self.round(round, open),
            Input::Standing(bets) => self.standing(bets),
            Input::Refused(refused) => self.refused(&refused),
            Input::Paid(paid) => {
                if paid.cancelled && paid.round == self.round {
                    self.keep_for_repeat();
                    self.chips.clear();
                }
                self.paid = Some(paid);
                vec![]
            }
        }
    }

    fn stakes(&self) -> Vec<Stake> {
        self.piles().into_iter().map(|pile| Stake { spot: pile.spot, stake_minor: pile.stake_minor }).collect()
    }

    fn place(&mut self, stakes: Vec<Stake>, new_key: &mut dyn FnMut() -> String) -> Vec<Effect> {
        if !self.signed_in {
            return vec![Effect::AskSignIn, Effect::Say(Message::SignIn)];
        }
        if !self.connected {
            return vec![Effect::Say(Message::NoFeed)];
        }
        if !self.open {
            return vec![Effect::Say(Message::Refused(RefusalCode::RoundClosed))];
        }
        let piles = self.piles();
        let (min_minor, max_minor) = self.limits_minor;
        let within = stakes.iter().all(|stake| {
            let lies = piles.iter().find(|pile| pile.spot == stake.spot).map_or(0, |pile| pile.stake_minor);
            stake.stake_minor >= min_minor && lies + stake.stake_minor <= max_minor
        });
        if !within {
            return vec![Effect::Say(Message::Limits)];
        }
        // What was paid for the last round has been read once the next one is bet on.
        self.paid = None;
        let mut effects = if self.seat == Seat::Away { self.launch() } else { vec![] };
        for stakes in stakes.chunks(STAKES_PER_BET) {
            let bet = Bet { key: new_key(), stakes: stakes.to_vec() };
            let stage = if self.seat == Seat::Seated {
                effects.push(self.place_frame(&bet));
                Stage::Sent { take_back: false }
            } else {
                Stage::Unsent
            };
            self.chips.push(Chip { bet, stage });
        }
        effects
    }

    fn place_frame(&self, bet: &Bet) -> Effect {
        Effect::Send(ToVendor::Place(Place {
            key: bet.key.clone(),
            table: self.table.clone(),
            round: self.round.clone(),
            stakes: bet.stakes.clone(),
        }))
    }

    fn clear_frame(&self, keys: Vec<String>) -> Vec<Effect> {
        // No keys would mean all of them, those on their way included.
        if keys.is_empty() {
            return vec![];
        }
        vec![Effect::Send(ToVendor::Clear(Clear { table: self.table.clone(), round: self.round.clone(), keys }))]
    }

    /// Drops the chips that `keep` refuses. Not generic: five copies of this loop would be a
    /// kilobyte of the player's.
    #[inline(never)]
    fn keep_chips(&mut self, keep: &mut dyn FnMut(&mut Chip) -> bool) {
        self.chips.retain_mut(keep);
    }

    fn take_back(&mut self, which: impl Fn(&String) -> bool) -> Vec<Effect> {
        if !self.takes_bets() {
            return vec![Effect::Say(Message::Refused(RefusalCode::RoundClosed))];
        }
        let mut keys = vec![];
        self.keep_chips(&mut |chip| {
            if which(&chip.bet.key) {
                match chip.stage {
                    Stage::Unsent => return false,
                    Stage::Sent { .. } => chip.stage = Stage::Sent { take_back: true },
                    Stage::Stands => {
                        chip.stage = Stage::Leaving;
                        keys.push(chip.bet.key.clone());
                    }
                    Stage::Leaving => {}
                }
            }
            true
        });
        self.clear_frame(keys)
    }

    fn launch(&mut self) -> Vec<Effect> {
        if !self.connected || !self.signed_in || self.seat != Seat::Away {
            return vec![];
        }
        self.seat = Seat::Launching;
        vec![Effect::Launch]
    }

    fn launched(&mut self) -> Vec<Effect> {
        self.seat = Seat::Seated;
        if !self.open {
            return vec![];
        }
        // Also what was sent on an earlier connection: the keys make it harmless.
        let mut effects = vec![];
        for chip in &self.chips {
            if matches!(chip.stage, Stage::Unsent | Stage::Sent { .. }) {
                effects.push(self.place_frame(&chip.bet));
            }
        }
        for chip in self.chips.iter_mut().filter(|chip| chip.stage == Stage::Unsent) {
            chip.stage = Stage::Sent { take_back: false };
        }
        effects
    }

    fn no_launch(&mut self, signed_out: bool) -> Vec<Effect> {
        self.seat = Seat::Away;
        let waited = self.drop_unsent();
        let mut effects = match (signed_out, waited) {
            (true, _) => vec![Effect::AskSignIn, Effect::Say(Message::SignIn)],
            (false, true) => vec![Effect::Say(Message::NoLaunch)],
            (false, false) => vec![],
        };
        if signed_out {
            self.signed_in = false;
        } else {
            effects.push(Effect::LaunchLater);
        }
        effects
    }

    fn drop_unsent(&mut self) -> bool {
        let before = self.chips.len();
        self.keep_chips(&mut |chip| chip.stage != Stage::Unsent);
        self.chips.len() != before
    }

    fn keep_for_repeat(&mut self) {
        let stakes = self.stakes();
        if !stakes.is_empty() {
            self.previous = stakes;
        }
    }

    fn round(&mut self, round: String, open: bool) -> Vec<Effect> {
        let mut effects = vec![];
        if self.round != round {
            let lost = |chip: &Chip| matches!(chip.stage, Stage::Unsent | Stage::Sent { .. });
            if self.chips.iter().any(lost) {
                effects.push(Effect::Say(Message::Unconfirmed));
            }
            self.keep_chips(&mut |chip| !lost(chip));
            self.keep_for_repeat();
            self.chips.clear();
            self.round = round;
        }
        self.open = open;
        if !open {
            if self.drop_unsent() {
                effects.push(Effect::Say(Message::Refused(RefusalCode::RoundClosed)));
            }
            if self.paid.as_ref().is_some_and(|paid| paid.round != self.round) {
                self.paid = None;
            }
        }
        effects
    }

    fn standing(&mut self, bets: feed::Bets) -> Vec<Effect> {
        if bets.round != self.round {
            return vec![];
        }
        self.launched_again = false;
        let listed = |key: &String| bets.bets.iter().any(|bet| bet.key == *key);
        self.keep_chips(&mut |chip| matches!(chip.stage, Stage::Unsent | Stage::Sent { .. }) || listed(&chip.bet.key));
        let mut keys = vec![];
        for bet in bets.bets {
            match self.chips.iter_mut().find(|chip| chip.bet.key == bet.key) {
                Some(chip) => match chip.stage {
                    Stage::Sent { take_back: true } => {
                        chip.stage = Stage::Leaving;
                        keys.push(bet.key);
                    }
                    Stage::Unsent | Stage::Sent { .. } => chip.stage = Stage::Stands,
                    Stage::Stands | Stage::Leaving => {}
                },
                None => self.chips.push(Chip { bet, stage: Stage::Stands }),
            }
        }
        self.clear_frame(keys)
    }

    fn refused(&mut self, refused: &Refused) -> Vec<Effect> {
        if refused.code == RefusalCode::Unauthorised && self.signed_in && !self.launched_again {
            // The token or the connection has expired: once more, with the same keys.
            self.launched_again = true;
            self.seat = Seat::Away;
            return self.launch();
        }
        // Without a key it was about all that should be taken back, and those stay.
        self.keep_chips(&mut |chip| {
            let named = refused.key.as_ref().is_none_or(|key| chip.bet.key == *key);
            if named && chip.stage == Stage::Leaving {
                chip.stage = Stage::Stands;
            }
            !named || refused.key.is_none() || chip.stage == Stage::Stands
        });
        let mut effects = vec![Effect::Say(Message::Refused(refused.code))];
        if refused.code == RefusalCode::Unauthorised {
            self.seat = Seat::Away;
            self.drop_unsent();
            effects.push(Effect::LaunchLater);
        }
        effects
    }
}

#[cfg(test)]
mod tests;
