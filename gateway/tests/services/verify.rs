//! `gateway verify`, the program: what it prints and how it ends on a book that is whole.

use crate::support::{Page, World};
use contract::money::Currency;
use gateway::wallet::{End, Reserve};
use std::process::{Command, Output};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway");

impl World {
    /// A book with something of everything.
    pub(crate) async fn with_a_history() -> (Self, Page) {
        let world = Self::new();
        let page = world.demo().await;
        world.command(&page, "deposits", 500, "d").await;
        world.command(&page, "withdrawals", 200, "w").await;
        for (n, end) in [Some(End::Post(Some(60))), Some(End::Void), None].into_iter().enumerate() {
            let key = n.to_string();
            let (player, currency) = (page.player.clone(), Currency::Eur);
            let wish = Reserve { key: key.clone(), player, amount_minor: 100, currency, timeout_ms: None };
            let reservation = world.wallet.reserve(wish).await.unwrap().entry.id;
            if let Some(end) = end {
                world.wallet.end_reservation(key, reservation, end).await.unwrap();
            }
        }
        world.command(&page, "deposits", 1, "last").await;
        (world, page)
    }

    /// Runs the program on this book.
    pub(crate) fn verify(&self, more: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.arg("verify").arg("--data").arg(self.place.folder()).args(more);
        if let Some(url) = self.place.database_url() {
            command.args(["--database", &url]);
        }
        command.output().unwrap()
    }

    pub(crate) async fn head(&self) -> String {
        self.wallet.check().await.unwrap().head
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_whole_book_is_reported_while_it_is_in_use() {
    let (world, page) = World::with_a_history().await;
    let output = world.verify(&[]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said} {}", text(&output.stderr));
    // In: the opening, 500, 1; set aside three times, of which one half was paid and one came back.
    let (head, posted) = (world.head().await, 100_000 + 500 + 200 + 60 + 1);
    let expected = format!(
        "entries              9\nhead                 {head}\nEUR posted           debits {posted}, credits {posted}\n\
         EUR set aside        debits 100, credits 100\nopen reservations    1\ndifferences          none\n"
    );
    assert_eq!(said, expected);
    world.command(&page, "deposits", 1, "after").await;
    let output = world.verify(&["--expect-head", &head]);
    assert!(output.status.success(), "more may have been written since: {}", text(&output.stdout));
    assert_eq!(world.verify(&["--expect-head", &world.head().await]).status.code(), Some(0));
}

#[tokio::test]
async fn a_head_that_is_not_there_is_a_difference() {
    let (world, _) = World::with_a_history().await;
    let foreign = "ab".repeat(32);
    let output = world.verify(&["--expect-head", &foreign]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains(&format!("no entry has the hash {foreign}")), "{}", text(&output.stdout));
    let output = world.verify(&["--expect-head", "abc"]);
    assert_eq!(output.status.code(), Some(2), "no hash is a mistake in the call");
    assert!(text(&output.stderr).contains("64 hexadecimal digits"));
}

#[test]
fn a_book_that_cannot_be_read_is_said_and_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM).arg("verify").arg("--data").arg(folder.path()).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
    assert!(text(&output.stderr).contains("the ledger can't be read"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
    let help = text(&Command::new(PROGRAM).args(["verify", "--help"]).output().unwrap().stdout);
    assert!(help.contains("--expect-head") && help.contains("--data"), "{help}");
    let help = text(&Command::new(PROGRAM).arg("--help").output().unwrap().stdout);
    assert!(help.contains("verify") && help.contains("--listen"), "{help}");
}
