//! Accounts and what they have seen: both sides, pending and posted apart. Pure.

use super::transfer::Phase;

/// The owner of the house's accounts. A player's id is a UUID, so nobody else is called that.
pub(in crate::wallet) const HOUSE: &str = "house";

/// An account, as a command names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wallet) enum Account {
    /// The player's withdrawable money.
    Cash,
    /// The player's money that can only be bet.
    Bonus,
    /// The house's side of deposits and withdrawals.
    Bank,
    /// The house's side of bets and wins.
    Games,
    /// The house's side of rewards and of what vendors' promotions pay.
    Promotions,
}

impl Account {
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Bonus => "bonus",
            Self::Bank => "bank",
            Self::Games => "games",
            Self::Promotions => "promotions",
        }
    }

    pub(super) fn is_players(self) -> bool {
        matches!(self, Self::Cash | Self::Bonus)
    }
}

/// A side of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Debit,
    Credit,
}

/// What an account has seen. Posted sums only ever grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) debits_pending: i64,
    pub(super) debits_posted: i64,
    pub(super) credits_pending: i64,
    pub(super) credits_posted: i64,
}

impl Sums {
    /// The sums after one side of a transfer; nothing if they can't be counted any more, or if more
    /// would be resolved than is pending.
    pub(super) fn after(self, side: Side, phase: Phase, amount_minor: i64) -> Option<Self> {
        let (pending_minor, posted_minor) = phase.change(amount_minor);
        let mut sums = self;
        let (pending, posted) = match side {
            Side::Debit => (&mut sums.debits_pending, &mut sums.debits_posted),
            Side::Credit => (&mut sums.credits_pending, &mut sums.credits_posted),
        };
        *pending = pending.checked_add(pending_minor).filter(|pending| *pending >= 0)?;
        *posted = posted.checked_add(posted_minor)?;
        Some(sums)
    }

    /// What can be spent: never what has not arrived yet, nor what is set aside.
    pub(super) fn available_minor(self) -> i64 {
        // No sum is negative, so neither difference can overflow before the second is below zero.
        self.credits_posted.saturating_sub(self.debits_posted).saturating_sub(self.debits_pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FUNDED: Sums = Sums { debits_pending: 0, debits_posted: 20, credits_pending: 0, credits_posted: 100 };

    #[test]
    fn setting_aside_takes_from_what_is_available_and_ends_in_full_in_part_or_not_at_all() {
        let pending = Phase::Pending { expires_at_ms: None };
        let held = FUNDED.after(Side::Debit, pending, 30).unwrap();
        assert_eq!((held.available_minor(), held.debits_pending), (50, 30));
        let ends = |phase, amount| held.after(Side::Debit, phase, amount).unwrap();
        let in_full = ends(Phase::Post { pending: 1, reserved_minor: 30 }, 30);
        assert_eq!((in_full.available_minor(), in_full.debits_pending, in_full.debits_posted), (50, 0, 50));
        let in_part = ends(Phase::Post { pending: 1, reserved_minor: 30 }, 10);
        assert_eq!((in_part.available_minor(), in_part.debits_pending, in_part.debits_posted), (70, 0, 30));
        assert_eq!(ends(Phase::Void { pending: 1 }, 30), FUNDED);
        assert_eq!(ends(Phase::Expire { pending: 1 }, 30), FUNDED);
    }

    #[test]
    fn what_is_to_arrive_is_not_there_yet() {
        let coming = FUNDED.after(Side::Credit, Phase::Pending { expires_at_ms: None }, 1_000).unwrap();
        assert_eq!((coming.available_minor(), coming.credits_pending), (80, 1_000));
    }

    #[test]
    fn nothing_is_resolved_twice_and_nothing_overflows() {
        assert_eq!(FUNDED.after(Side::Debit, Phase::Void { pending: 1 }, 1), None);
        let full = Sums { credits_posted: i64::MAX, ..FUNDED };
        assert_eq!(full.after(Side::Credit, Phase::Single, 1), None);
    }

    proptest! {
        #[test]
        fn both_sides_of_every_transfer_change_alike(amount in 1..1_000_i64, part in 1..1_000_i64, end in 0..4_u8) {
            let reserved_minor = amount.max(part);
            let (phase, amount) = match end {
                0 => (Phase::Single, amount),
                1 => (Phase::Pending { expires_at_ms: None }, amount),
                2 => (Phase::Post { pending: 1, reserved_minor }, amount.min(part)),
                _ => (Phase::Void { pending: 1 }, reserved_minor),
            };
            let before = Sums { debits_pending: 1_000, credits_pending: 1_000, ..Sums::default() };
            let debit = before.after(Side::Debit, phase, amount).unwrap();
            let credit = before.after(Side::Credit, phase, amount).unwrap();
            prop_assert_eq!(debit.debits_pending, credit.credits_pending);
            prop_assert_eq!(debit.debits_posted, credit.credits_posted);
        }
    }
}
