//! `gateway rebuild`, the program: what it prints and how it ends.

use crate::support::World;
use crate::verify::{PROGRAM, text};
use std::process::{Command, Output};

impl World {
    /// Runs the program on this book.
    fn rebuild(&self, more: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.arg("rebuild").arg("--data").arg(self.place.folder()).args(more);
        if let Some(url) = self.place.database_url() {
            command.args(["--database", &url]);
        }
        command.output().unwrap()
    }
}

#[tokio::test]
async fn what_differs_is_printed_and_mended_while_the_book_is_in_use() {
    let (world, page) = World::with_a_history().await;
    let nothing = world.rebuild(&["--check"]);
    assert_eq!(nothing.status.code(), Some(1), "there is nothing to compare with: {}", text(&nothing.stdout));
    assert!(text(&nothing.stdout).contains("nothing was live"));
    world.balance(&page).await;
    let report = |differences: &str, live: &str| {
        format!(
            "read models          balances, lines, days, sessions\nentries              9\n\
             differences          {differences}\nlive now             {live}\n"
        )
    };
    let output = world.rebuild(&["--check"]);
    assert_eq!(text(&output.stdout), report("none", "what was before"), "{}", text(&output.stderr));
    assert!(output.status.success());
    world.tamper("UPDATE balances SET cash_minor = 7").await;
    assert_eq!(world.balance(&page).await.0, 7);
    let said = format!("1\n                     balances {} cash_minor: live 7, rebuilt 100141", page.player);
    let output = world.rebuild(&["--check"]);
    assert_eq!(text(&output.stdout), report(&said, "what was before"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(world.balance(&page).await.0, 7, "it was only checked");
    let output = world.rebuild(&[]);
    assert_eq!(text(&output.stdout), report(&said, "the rebuilt ones"));
    assert_eq!(output.status.code(), Some(1), "it differed");
    assert_eq!(world.balance(&page).await.0, 100_141);
    assert!(world.rebuild(&[]).status.success());
}

#[tokio::test]
async fn other_rules_than_the_gateways_replace_nothing() {
    let (world, page) = World::with_a_history().await;
    world.balance(&page).await;
    let file = world.place.folder().join("market.toml");
    let rules = include_str!("../../src/wallet/limits/market.toml").replace("Europe/Malta", "Asia/Tokyo");
    std::fs::write(&file, rules).unwrap();
    let output = world.rebuild(&["--market", file.to_str().unwrap()]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
    assert!(text(&output.stderr).contains("Asia/Tokyo"), "{}", text(&output.stderr));
    world.projected().await;
}

#[test]
fn where_there_is_no_ledger_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM).arg("rebuild").arg("--data").arg(folder.path()).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
    assert!(text(&output.stderr).contains("there is no ledger"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
    let help = text(&Command::new(PROGRAM).args(["rebuild", "--help"]).output().unwrap().stdout);
    assert!(help.contains("--check") && help.contains("--market") && help.contains("--data"), "{help}");
}
