//! SIGTERM.

use anyhow::Result;
use scenarios::floor::{Floor, Options};

/// Both programs end by themselves, within seconds, with connections open.
#[tokio::test]
async fn both_programs_end_when_asked() -> Result<()> {
    let mut floor = Floor::start(Options::default())?;
    let player = scenarios::player::Player::demo(&floor).await?;
    let mut seat = player.sit(&floor, "roulette-1").await?;
    seat.hear("a snapshot", |message| matches!(message, contract::feed::FromVendor::Snapshot(_)).then_some(())).await?;
    floor.stop()
}
