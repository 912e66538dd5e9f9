//! The faults, and what is expected of each.

use serde::Serialize;

/// Where the rogue runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Placement {
    /// In the page.
    Document,
    /// In a sandboxed frame.
    Frame,
}

impl Placement {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Document, Self::Frame];

    /// As the manifest says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Frame => "frame",
        }
    }
}

/// A fragment of `tests/fragments`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rogue {
    /// `rogue`: Rust, packed as every fragment is.
    Rust,
    /// `rogue-js`: one module without Wasm.
    JavaScript,
    /// `rogue-yew`: Rust in a framework, packed in the same way.
    Yew,
    /// `rogue-preact`: a framework from npm, built by npm.
    Preact,
    /// `import-throws`: a module that can't even be imported.
    Unimportable,
}

impl Rogue {
    /// Its name, the fragment that makes room for it, and the slot that this one had.
    #[must_use]
    pub const fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Rust => ("rogue", "promotions", "promotions"),
            Self::JavaScript => ("rogue-js", "live-stream", "live"),
            Self::Yew => ("rogue-yew", "promotions", "promotions"),
            Self::Preact => ("rogue-preact", "live-stream", "live"),
            Self::Unimportable => ("import-throws", "promotions", "promotions"),
        }
    }
}

/// How the fault is brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Its button is pressed.
    Press,
    /// Its button is pressed, and then the one that panics.
    PressAndPanic,
    /// Its button is pressed, and then the player goes to the live page and back.
    PressAndLeave,
    /// It happens by itself on this path.
    Open(&'static str),
}

/// What becomes of the rogue's own slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The same instance runs on.
    Runs,
    /// It stands there and answers nothing: its end was not noticed.
    Dead,
    /// It is replaced, for a cause with these words in it.
    Restarts(&'static str),
    /// The card is shown after three tries, for a cause with these words in it.
    GivenUp(&'static str),
}

/// What somebody else suffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// The page did not react for longer than [`BLOCK_MS`].
    PageBlocked,
    /// A dialog stops the page until the player closes it.
    Dialog,
    /// The address is another one.
    Address,
    /// The way back leads elsewhere than before.
    History,
    /// What the player had typed in the wallet is gone.
    TypedLost,
    /// What the player types in the wallet does not arrive as it was typed.
    TypingDisturbed,
    /// The wallet can't be used.
    WalletUnusable,
    /// A neighbour was restarted.
    NeighbourReplaced,
    /// Code of an instance that is gone still runs.
    RunsOn,
    /// It has read what the wallet shows.
    WalletRead,
    /// Nothing can be stored any more by the page.
    StorageFull,
    /// The ledger does not balance, or the balance on the screen is not the ledger's.
    Money,
}

/// The longest that the page may not react without being called blocked. A bound for machines that do
/// other things meanwhile; how long it was is in the report.
pub const BLOCK_MS: u32 = 500;

/// What is stated of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// What becomes of the rogue.
    pub fate: Fate,
    /// What others suffer; contained means nothing.
    pub harm: &'static [Harm],
}

/// One row of the gallery.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// As in the rogue's `data-test`.
    pub name: &'static str,
    /// In words.
    pub what: &'static str,
    /// Who does it.
    pub rogue: Rogue,
    /// How.
    pub way: Way,
    /// What is expected in the document.
    pub document: Expected,
    /// What is expected in a frame.
    pub frame: Expected,
}

impl Fault {
    /// What is expected in a placement, in every browser.
    #[must_use]
    pub const fn expected(&self, placement: Placement) -> Expected {
        match placement {
            Placement::Document => self.document,
            Placement::Frame => self.frame,
        }
    }

    /// The fault of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|fault| fault.name == name)
    }
}

const RUNS: Expected = Expected { fate: Fate::Runs, harm: &[] };

const fn restarts(cause: &'static str) -> Expected {
    Expected { fate: Fate::Restarts(cause), harm: &[] }
}

const fn given_up(cause: &'static str) -> Expected {
    Expected { fate: Fate::GivenUp(cause), harm: &[] }
}

const fn harms(fate: Fate, harm: &'static [Harm]) -> Expected {
    Expected { fate, harm }
}

/// The same in both placements.
const fn both(name: &'static str, what: &'static str, rogue: Rogue, way: Way, expected: Expected) -> Fault {
    Fault { name, what, rogue, way, document: expected, frame: expected }
}

const fn press(name: &'static str, what: &'static str, rogue: Rogue, document: Expected, frame: Expected) -> Fault {
    Fault { name, what, rogue, way: Way::Press, document, frame }
}

/// Every fault.
pub const ALL: &[Fault] = &[
    both("well", "nothing at all, for comparison", Rogue::Rust, Way::Press, RUNS),
    both(
        "import-throws",
        "its module throws at import",
        Rogue::Unimportable,
        Way::Open("/"),
        given_up("not even imported"),
    ),
    both(
        "panic-mount",
        "panics while it is mounted",
        Rogue::Rust,
        Way::Open("/promotions"),
        given_up("can't be mounted"),
    ),
    both("panic-click", "panics in a click", Rogue::Rust, Way::Press, restarts("the button was pressed")),
    both("panic-async", "panics in an async task", Rogue::Rust, Way::Press, restarts("the task went on")),
    both("panic-unmount", "panics when it is unmounted", Rogue::Rust, Way::PressAndLeave, RUNS),
    both("trap", "traps", Rogue::Rust, Way::Press, restarts("unreachable")),
    both("stack-overflow", "overflows the stack", Rogue::Rust, Way::Press, restarts("")),
    both("memory", "takes all memory", Rogue::Rust, Way::Press, restarts("out of memory")),
    both("loop", "loops without end in Wasm", Rogue::Rust, Way::Press, restarts("ran on without a pause")),
    both(
        "block",
        "fills memory for 3 s in bulk instructions",
        Rogue::Rust,
        Way::Press,
        restarts("ran on without a pause"),
    ),
    Fault {
        name: "leak",
        what: "leaves a timer and a listener, and panics",
        rogue: Rogue::Rust,
        way: Way::PressAndPanic,
        document: harms(Fate::Restarts("the button was pressed"), &[Harm::RunsOn]),
        frame: restarts("the button was pressed"),
    },
    both("flood-bus", "floods the bus with 5,000 events", Rogue::Rust, Way::Press, restarts("floods")),
    press("flood-dom", "floods the DOM with 100,000 nodes", Rogue::Rust, harms(Fate::Runs, &[Harm::PageBlocked]), RUNS),
    both("flood-console", "floods the console with 1,000 lines", Rogue::Rust, Way::Press, RUNS),
    press(
        "steal-focus",
        "steals the focus",
        Rogue::Rust,
        harms(Fate::Runs, &[Harm::TypingDisturbed]),
        harms(Fate::Runs, &[Harm::TypingDisturbed]),
    ),
    both(
        "throw-click",
        "throws in a click",
        Rogue::JavaScript,
        Way::Press,
        restarts("TypeError: the button was pressed"),
    ),
    both(
        "rejection",
        "rejects a promise that nobody awaits",
        Rogue::JavaScript,
        Way::Press,
        restarts("RangeError: nobody listens"),
    ),
    press(
        "loop-js",
        "loops in JavaScript for 8 s",
        Rogue::JavaScript,
        harms(Fate::Runs, &[Harm::PageBlocked]),
        restarts("hung"),
    ),
    press("alert", "opens a dialog", Rogue::JavaScript, harms(Fate::Runs, &[Harm::Dialog]), RUNS),
    press(
        "push-state",
        "changes the address",
        Rogue::JavaScript,
        harms(Fate::Runs, &[Harm::Address, Harm::History]),
        RUNS,
    ),
    both("collide", "uses the page's ids and wild styles", Rogue::JavaScript, Way::Press, RUNS),
    press(
        "restyle-page",
        "hides the wallet by a style for the page",
        Rogue::JavaScript,
        harms(Fate::Runs, &[Harm::WalletUnusable]),
        RUNS,
    ),
    press(
        "flood-storage",
        "fills the storage",
        Rogue::JavaScript,
        harms(Fate::Restarts("QuotaExceeded"), &[Harm::StorageFull]),
        restarts("SecurityError"),
    ),
    both("garbage", "publishes garbage", Rogue::JavaScript, Way::Press, RUNS),
    press(
        "read-neighbour",
        "reads what the wallet shows",
        Rogue::JavaScript,
        harms(Fate::Runs, &[Harm::WalletRead]),
        restarts("SecurityError"),
    ),
    both("yew-panic-view", "panics in a view of Yew", Rogue::Yew, Way::Press, restarts("the view was rendered")),
    both("yew-panic-effect", "panics in an effect of Yew", Rogue::Yew, Way::Press, restarts("the effect ran")),
    both("yew-panic-cleanup", "panics when Yew cleans an effect up", Rogue::Yew, Way::PressAndLeave, RUNS),
    both(
        "yew-loop",
        "loops without end in a callback of Yew",
        Rogue::Yew,
        Way::Press,
        restarts("ran on without a pause"),
    ),
    both(
        "preact-throw-render",
        "throws in a render of Preact",
        Rogue::Preact,
        Way::Press,
        restarts("TypeError: it was rendered"),
    ),
    both(
        "preact-throw-effect",
        "throws in an effect of Preact",
        Rogue::Preact,
        Way::Press,
        restarts("TypeError: the effect ran"),
    ),
    both(
        "preact-reject-effect",
        "rejects a promise in an effect of Preact",
        Rogue::Preact,
        Way::Press,
        restarts("RangeError: the effect is not awaited"),
    ),
    both("preact-throw-cleanup", "throws when Preact cleans an effect up", Rogue::Preact, Way::PressAndLeave, RUNS),
    press(
        "preact-loop-effect",
        "renders in Preact for 8 s",
        Rogue::Preact,
        harms(Fate::Runs, &[Harm::PageBlocked]),
        restarts("hung"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for fault in ALL {
            assert_eq!(ALL.iter().filter(|other| other.name == fault.name).count(), 1, "{}", fault.name);
        }
    }
}
