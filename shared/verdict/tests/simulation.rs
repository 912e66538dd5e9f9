//! What the test promises, played thousands of times: how often it calls an equal release worse, and how soon it
//! finds one that is. Every run has a seed of its own, so that each figure comes out the same again. Each mount is of a
//! device of its own: of what goes wrong on one device the gateway counts one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use verdict::{Evidence, Tally};

/// What becomes of one release's mounts.
#[derive(Clone, Copy)]
struct Release {
    crashes: f64,
    /// In the slow class.
    slow: f64,
    others: f64,
}

/// How traffic falls on both.
#[derive(Clone, Copy)]
struct Traffic {
    /// Mounts of the stable release for each of the canary's.
    stable: u64,
    /// The canary's mounts between two looks.
    look_every: u64,
}

fn mount(random: &mut SmallRng, release: Release) -> Tally {
    let mut one = Tally::default();
    one.mounts.0[if random.random_bool(release.slow) { 9 } else { 4 }] = 1;
    one.crashes = u64::from(random.random_bool(release.crashes));
    one.failed = u64::from(random.random_bool(release.others));
    one.degraded = u64::from(random.random_bool(release.others));
    one.pages = 1;
    one.poor = u64::from(random.random_bool(release.others));
    one
}

/// The canary's mounts until it is called worse; nothing if it is not within so many.
fn caught(seed: u64, (canary, stable): (Release, Release), traffic: Traffic, within: u64) -> Option<u64> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut evidence = Evidence::default();
    let (mut of_canary, mut of_stable) = (Tally::default(), Tally::default());
    for mounts in 1..=within {
        of_canary += mount(&mut random, canary);
        (0..traffic.stable).for_each(|_| of_stable += mount(&mut random, stable));
        if mounts % traffic.look_every == 0 || mounts == within {
            evidence.look(of_canary, of_stable);
            if evidence.is_worse() {
                return Some(mounts);
            }
        }
    }
    None
}

/// The share of runs that are caught.
fn share(runs: u64, releases: (Release, Release), traffic: Traffic, within: u64) -> f64 {
    let found = AtomicU64::new(0);
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get());
    thread::scope(|scope| {
        for first in 0..threads {
            let found = &found;
            scope.spawn(move || {
                let caught = (first as u64..runs)
                    .step_by(threads)
                    .filter(|seed| caught(*seed, releases, traffic, within).is_some());
                found.fetch_add(caught.count() as u64, Ordering::Relaxed);
            });
        }
    });
    found.into_inner() as f64 / runs as f64
}

fn alike(rate: f64) -> Release {
    Release { crashes: rate, slow: 0.08, others: rate / 2.0 }
}

#[test]
fn an_equal_release_is_called_worse_less_than_once_in_a_hundred_times() {
    for rate in [0.0, 0.002, 0.01, 0.05, 0.2] {
        for traffic in [Traffic { stable: 1, look_every: 1 }, Traffic { stable: 3, look_every: 25 }] {
            let release = alike(rate);
            let found = share(2000, (release, release), traffic, 10_000);
            println!(
                "figure: equal, rate {rate}, {} stable a mount: {:.2} % false alarms",
                traffic.stable,
                found * 100.0
            );
            assert!(found < 0.01, "{found}");
        }
    }
}

/// The more of the stable release there is beside it the sooner, and the rarer crashes are otherwise. With as much of
/// the canary as of the stable release, and one mount in fifty crashing anyway, nobody could tell so soon: a test that
/// looks once, after the last mount, and knows what it looks for misses more than one in twenty.
#[test]
fn one_that_crashes_five_points_more_often_is_caught_within_500_mounts() {
    for (rate, stable, at_least) in [
        (0.0, 1, 0.99),
        (0.01, 1, 0.95),
        (0.05, 1, 0.5),
        (0.0, 19, 0.99),
        (0.01, 19, 0.99),
        (0.02, 19, 0.99),
        (0.05, 19, 0.95),
    ] {
        for look_every in [1, 5] {
            let worse = Release { crashes: rate + 0.05, ..alike(rate) };
            let found = share(4000, (worse, alike(rate)), Traffic { stable, look_every }, 500);
            let percent = |share: f64| share * 100.0;
            println!(
                "figure: {:.0} % -> {:.0} % of mounts crash, {stable} stable a mount, look every {look_every}: {:.1} % caught",
                percent(rate),
                percent(rate + 0.05),
                percent(found)
            );
            assert!(found >= at_least, "{found}");
        }
    }
}
