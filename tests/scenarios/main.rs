//! The scenarios, a module each. Run them with `cargo croupier test --only e2e`; one of them with
//! `--filter NAME`.

mod account;
mod bet_round_trip;
mod broken_files;
mod claim;
mod clean_stop;
mod crash;
mod dev;
mod firefox;
mod frames;
mod fresh_start;
mod gateway_restart;
mod inspect;
mod keyboard;
mod leaks;
mod limits;
mod many_slots;
mod narrow;
mod own_page;
mod play_roulette;
mod previous_release;
mod provider_killed;
mod quarantine;
mod rogues;
mod routing;
mod ship;
mod steps;
mod swap;
mod two_tabs;
mod vendor_faults;
mod video;
mod wallet_down;
mod wallet_killed;
mod withdrawal_review;
