//! The rest of the matrix: faults that are not in a fragment's code but in its files, the manifest, the
//! vendor, the server or the network.
//!
//! | module | idea |
//! |---|---|
//! | `files`, `manifest`, `vendor`, `server`, `network` | the faults of a family, and what is stated of each |
//! | `case` | what there is to state |
//! | `stage` | the floor and the browser that a family is played on |
//! | `play` | one fault, from before it until after it |
//! | `row`, [`report`], [`markdown`] | what was seen, and the tables of it |
//!
//! Everything is brought about for real: files are spoilt, processes killed, connections cut. Where that
//! can't be done the program has a switch, which an operator can flip as well.
//!
//! **Invariant:** a fault is mended before the next one is played, and nothing here knows which browser
//! it is.

mod case;
mod files;
mod manifest;
pub mod markdown;
mod network;
mod play;
pub mod report;
mod row;
mod server;
mod stage;
mod vendor;

use anyhow::{Context, Result};

use crate::browser::Engine;
use crate::floor::target_folder;
use case::Case;
pub use row::Row;
use stage::Stage;

/// What can be at fault.
pub struct Family {
    name: &'static str,
    cases: &'static [Case],
}

/// All of them.
pub const ALL: &[Family] = &[
    Family { name: "a fragment's files", cases: files::ALL },
    Family { name: "the manifest", cases: manifest::ALL },
    Family { name: "the vendor", cases: vendor::ALL },
    Family { name: "the server", cases: server::ALL },
    Family { name: "the network", cases: network::ALL },
];

impl Family {
    /// Whether it has a fault of which the name contains this.
    #[must_use]
    pub fn has(&self, filter: &str) -> bool {
        self.cases.iter().any(|case| case.name.contains(filter))
    }

    /// Plays its faults, or those of which the name contains `filter`, and hands out each row as it comes.
    pub async fn play(&self, engine: Engine, filter: &str, mut take: impl FnMut(Result<Row>)) {
        let mut stage = None;
        for case in self.cases.iter().filter(|case| case.name.contains(filter)) {
            let row = self.row(&mut stage, case, engine).await;
            let broken = row.is_err();
            take(row.with_context(|| format!("{} in {}", case.name, engine.as_str())));
            if broken {
                // Whatever is wrong with it must not be the next one's concern.
                leave(stage.take()).await;
            }
        }
        leave(stage).await;
    }

    async fn row(&self, stage: &mut Option<Stage>, case: &'static Case, engine: Engine) -> Result<Row> {
        let stage = match stage {
            Some(stage) => stage,
            None => stage.insert(Stage::start(engine).await?),
        };
        let row = play::play(case, self.name, stage).await;
        if !row.as_ref().is_ok_and(|row| row.missed.is_empty()) {
            let picture = format!("{}-{}.png", case.name, engine.as_str());
            drop(stage.browser().screenshot(&target_folder().join("chaos").join(picture)).await);
        }
        stage.heal().await?;
        row
    }
}

async fn leave(stage: Option<Stage>) {
    if let Some(stage) = stage {
        // A browser that does not answer is killed with its driver.
        drop(stage.scene.browser.quit().await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_also_among_the_rogues() {
        let outside = || ALL.iter().flat_map(|family| family.cases).map(|case| case.name);
        for name in outside() {
            assert_eq!(outside().filter(|other| *other == name).count(), 1, "{name}");
            assert!(super::super::gallery::Fault::named(name).is_none(), "{name} is a rogue's");
        }
    }
}
