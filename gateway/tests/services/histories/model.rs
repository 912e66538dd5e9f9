//! The book beside the ledger: plain maps, and the rules once more in the simplest words.

use super::call::Call;
use contract::vendor::Transaction;
use gateway::wallet::End;
use std::collections::HashMap;

/// `done`, or the name of the refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome(String);

impl Outcome {
    pub(super) fn of(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn is_done(&self) -> bool {
        self.0 == "done"
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BetState {
    Open { cash: i64, bonus: i64 },
    Settled,
    RolledBack,
}

#[derive(Clone, Debug)]
struct Reservation {
    amount: i64,
    state: &'static str,
    expires_at_ms: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) cash: i64,
    pub(super) held: i64,
    pub(super) bonus: i64,
    /// Entries that were written.
    pub(super) entries: u64,
    /// Withdrawals are only set aside.
    pub(super) is_held: bool,
    pub(super) now_ms: i64,
    bets: HashMap<String, BetState>,
    reservations: HashMap<String, Reservation>,
    /// The first answer to each call whose answer is kept.
    answers: HashMap<String, Outcome>,
}

impl Model {
    pub(super) fn new(cash: i64, now_ms: i64) -> Self {
        Self {
            cash,
            held: 0,
            bonus: 0,
            entries: 1,
            is_held: false,
            now_ms,
            bets: HashMap::new(),
            reservations: HashMap::new(),
            answers: HashMap::new(),
        }
    }

    /// Cash, held, bonus.
    pub(super) fn holds(&self) -> (i64, i64, i64) {
        (self.cash, self.held, self.bonus)
    }

    /// How many answers are kept.
    pub(super) fn kept(&self) -> usize {
        self.answers.len()
    }

    /// Whether the first answer to the call of that name is kept.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.answers.contains_key(id)
    }

    pub(super) fn open_reservations(&self) -> Vec<(String, i64)> {
        let open = self.reservations.iter().filter(|(_, reservation)| reservation.state == "open");
        let mut open: Vec<_> = open.map(|(id, reservation)| (id.clone(), reservation.amount)).collect();
        open.sort_unstable();
        open
    }

    /// What has to come of a call. `entry` is what the ledger called the entry, if it made one.
    pub(super) fn apply(&mut self, call: &Call, entry: Option<&str>) -> Outcome {
        if let Some(first) = self.answers.get(call.id()) {
            return first.clone();
        }
        let outcome = Outcome::of(self.carry_out(call, entry));
        // The server's own commands come again until they succeed: their refusals are not kept.
        let is_own = matches!(call, Call::Reward(_) | Call::Reserve(_) | Call::End { .. });
        if outcome.is_done() || !is_own {
            self.answers.insert(call.id().to_owned(), outcome.clone());
        }
        outcome
    }

    fn carry_out(&mut self, call: &Call, entry: Option<&str>) -> &'static str {
        match call {
            Call::Deposit { amount_minor, .. } => self.write(*amount_minor, 0, 0),
            Call::Promo(call) => self.write(call.amount_minor, 0, 0),
            Call::Reward(reward) if reward.bonus => self.write(0, 0, reward.amount_minor),
            Call::Reward(reward) => self.write(reward.amount_minor, 0, 0),
            Call::Withdraw { amount_minor, .. } if self.is_held => self.reserve(*amount_minor, None, entry),
            Call::Withdraw { amount_minor, .. } if self.cash < *amount_minor => "insufficient-funds",
            Call::Withdraw { amount_minor, .. } => self.write(-amount_minor, 0, 0),
            Call::Reserve(wish) => {
                let expires_at_ms = wish.timeout_ms.map(|timeout_ms| self.now_ms + timeout_ms);
                self.reserve(wish.amount_minor, expires_at_ms, entry)
            }
            Call::End { reservation, end, .. } => self.end(reservation, *end),
            Call::Bet(bet) => self.bet(bet),
            Call::Win(win) => self.win(&win.settles[0], win.amount_minor),
            Call::Rollback(rollback) => self.roll_back(&rollback.bet),
        }
    }

    fn write(&mut self, cash: i64, held: i64, bonus: i64) -> &'static str {
        self.cash += cash;
        self.held += held;
        self.bonus += bonus;
        self.entries += 1;
        assert!(self.cash >= 0 && self.held >= 0 && self.bonus >= 0, "the model itself is wrong");
        "done"
    }

    fn reserve(&mut self, amount: i64, expires_at_ms: Option<i64>, entry: Option<&str>) -> &'static str {
        if self.cash < amount {
            return "insufficient-funds";
        }
        let entry = entry.expect("the ledger says how the reservation is called").to_owned();
        self.reservations.insert(entry, Reservation { amount, state: "open", expires_at_ms });
        self.write(-amount, amount, 0)
    }

    fn end(&mut self, id: &str, end: End) -> &'static str {
        let now_ms = self.now_ms;
        let reservation = self.reservations.get_mut(id).expect("only known ones are ended");
        let amount = reservation.amount;
        let posted = match end {
            End::Post(part) => part.unwrap_or(amount),
            End::Void => 0,
        };
        if posted > amount {
            return "exceeds";
        }
        if reservation.state != "open" {
            return reservation.state;
        }
        if reservation.expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            return "expired";
        }
        reservation.state = if end == End::Void { "voided" } else { "posted" };
        self.write(amount - posted, -amount, 0)
    }

    /// Everything whose time is over comes back.
    pub(super) fn expire(&mut self) -> usize {
        let now_ms = self.now_ms;
        let is_due = |reservation: &&mut Reservation| {
            reservation.state == "open" && reservation.expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms)
        };
        let mut amounts = Vec::new();
        for reservation in self.reservations.values_mut().filter(is_due) {
            reservation.state = "expired";
            amounts.push(reservation.amount);
        }
        for amount in &amounts {
            self.write(*amount, -amount, 0);
        }
        amounts.len()
    }

    fn bet(&mut self, bet: &Transaction) -> &'static str {
        if self.bets.contains_key(&bet.transaction) {
            return "rolled-back";
        }
        if self.cash + self.bonus < bet.amount_minor {
            return "insufficient-funds";
        }
        let cash = bet.amount_minor.min(self.cash);
        let bonus = bet.amount_minor - cash;
        self.bets.insert(bet.transaction.clone(), BetState::Open { cash, bonus });
        self.write(-cash, 0, -bonus)
    }

    fn win(&mut self, bet: &str, amount: i64) -> &'static str {
        match self.bets.get(bet) {
            None => "unknown-bet",
            Some(BetState::RolledBack) => "rolled-back",
            Some(BetState::Settled) => "already-settled",
            Some(BetState::Open { .. }) => {
                self.bets.insert(bet.to_owned(), BetState::Settled);
                if amount == 0 { "done" } else { self.write(amount, 0, 0) }
            }
        }
    }

    fn roll_back(&mut self, bet: &str) -> &'static str {
        match self.bets.insert(bet.to_owned(), BetState::RolledBack) {
            None => "done",
            Some(BetState::RolledBack) => "rolled-back",
            Some(BetState::Settled) => {
                self.bets.insert(bet.to_owned(), BetState::Settled);
                "already-settled"
            }
            Some(BetState::Open { cash, bonus }) => self.write(cash, 0, bonus),
        }
    }
}
