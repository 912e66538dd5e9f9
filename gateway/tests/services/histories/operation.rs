//! What may happen, before it is known to what: an index picks among what is there by then.

use proptest::prelude::*;

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Deposit(i64),
    Withdraw(i64),
    Reward {
        amount_minor: i64,
        bonus: bool,
    },
    Promo(i64),
    Bet(i64),
    /// Settles a bet with that amount.
    Win(usize, i64),
    /// Takes a bet back.
    Rollback(usize),
    /// Takes a bet back that was never sent.
    RollbackFirst(i64),
    /// Sends the bet of the nth of those.
    LateBet(usize),
    /// Lets an operator look at withdrawals first, or no longer.
    Hold(bool),
    Reserve(i64, Option<i64>),
    /// Pays a reservation in full or in part.
    Post(usize, Option<i64>),
    Void(usize),
    /// Time goes by.
    Advance(i64),
    Expire,
    /// Sends the nth call so far once more.
    Repeat(usize),
    /// Stops and starts.
    Restart,
    /// Loses the end of what was written last: so many thousandths of the log are left.
    Crash(u64),
}

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    let pick = any::<usize>;
    let timeout = || prop_oneof![1 => Just(None), 3 => (1..20_000_i64).prop_map(Some)];
    prop_oneof![
        3 => (1..60_000_i64).prop_map(Operation::Deposit),
        3 => (1..90_000_i64).prop_map(Operation::Withdraw),
        1 => (1..20_000_i64, any::<bool>()).prop_map(|(amount_minor, bonus)| Operation::Reward { amount_minor, bonus }),
        1 => (1..5_000_i64).prop_map(Operation::Promo),
        5 => (1..70_000_i64).prop_map(Operation::Bet),
        4 => (pick(), 0..100_000_i64).prop_map(|(bet, amount)| Operation::Win(bet, amount)),
        4 => pick().prop_map(Operation::Rollback),
        1 => (1..50_000_i64).prop_map(Operation::RollbackFirst),
        1 => pick().prop_map(Operation::LateBet),
        1 => any::<bool>().prop_map(Operation::Hold),
        4 => (1..80_000_i64, timeout()).prop_map(|(amount, timeout)| Operation::Reserve(amount, timeout)),
        3 => (pick(), prop::option::of(1..80_000_i64)).prop_map(|(which, part)| Operation::Post(which, part)),
        2 => pick().prop_map(Operation::Void),
        2 => (1..15_000_i64).prop_map(Operation::Advance),
        2 => Just(Operation::Expire),
        4 => pick().prop_map(Operation::Repeat),
        1 => Just(Operation::Restart),
        1 => (0..=1_000_u64).prop_map(Operation::Crash),
    ]
}
