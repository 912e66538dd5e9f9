//! What can be typed. Every word of `--help` is here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::floor::Rogue;
use crate::new::Template;
use crate::ship::{
    CanaryOptions, HistoryOptions, KeyOptions, KillOptions, PromoteOptions, PublishOptions, ReviveOptions,
    RollbackOptions, ShowOptions,
};
use crate::workspace::in_project;

/// Croupier's tool: starts the floor, tests it, packs it, measures it.
#[derive(Debug, Parser)]
#[command(name = "cargo croupier", bin_name = "cargo croupier", version, max_term_width = 100)]
#[command(after_help = "Start here: `cargo croupier up`, then open http://localhost:8080.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Install what is missing, build everything, start gateway and provider
    ///
    /// Stays in the foreground until Ctrl-C, which stops everything cleanly. The first start
    /// compiles the build tools and takes about twenty minutes on two cores; the next ones take
    /// seconds. What dies is started again: kill one and watch the page.
    #[command(after_help = "Ports: the page is on PORT, the gateway's control port on PORT+1; \
        the vendor's feed and video are on VENDOR-PORT, its control port on VENDOR-PORT+1. \
        All of them listen on this machine only.")]
    Up(UpOptions),
    /// Run every test: native, in a headless browser, against the API's description, and end to end
    ///
    /// Installs what is missing first. The last line printed is `N passed, N failed`, over all
    /// layers that ran; the exit code is not 0 if anything failed.
    Test(TestOptions),
    /// Play the failure matrix: each fault of the rogues' gallery, in the document and in a frame, in
    /// Chromium and in Firefox
    ///
    /// Prints a line for each cell, writes report.html, report.json and report.md into target/chaos, and fails if a
    /// cell is other than stated: docs/containment.md.
    Chaos(ChaosOptions),
    /// Measure what a gateway can carry: ledger commands on SQLite and on PostgreSQL, event streams
    ///
    /// Prints figures and ratios of one run on this machine, with clients on the same machine; fails if
    /// money is missing after it or a figure is not reached.
    Bench(BenchOptions),
    /// Make a fragment of your own: built, tested and on the floor without an edit
    ///
    /// It shows the live tables and greets the player, on a page /NAME of its own that the navigation leads to; in
    /// every language, with tests. Nothing else has to be registered anywhere. Makes all of it or nothing.
    #[command(after_help = "Then: `cargo croupier up`, and open http://localhost:8080/NAME. \
        docs/write-a-fragment.md says how it goes on.")]
    New(NewOptions),
    /// Develop a fragment: alone on a page that plays its host, built again whenever a source changes
    ///
    /// The page has knobs for view, path, table, language, theme, player, placement and width, publishes any topic,
    /// decides what comes of each request, and logs what the fragment says. A new build takes over as on a floor, with
    /// `snapshot` and `restored`. A build that fails is shown, and the last good one stays.
    #[command(
        after_help = "On a running floor, for one browser: open it with /?inspect, choose \"Local builds\", press \
        \"Show code\", and give --floor URL --code CODE. Then: `cargo croupier check NAME`. docs/ship-a-fragment.md \
        says how it goes on."
    )]
    Dev(DevOptions),
    /// Build shell and fragments and pack them into a floor, the folder that the gateway serves
    ///
    /// A part whose sources, dependencies and tools did not change is left as it is.
    Pack(PackOptions),
    /// Can I ship? Hold a fragment against every rule, and against who is live beside it
    ///
    /// Packs it first, if it changed, without putting it on the floor. What is wrong is said with what to do about
    /// it; fails unless it can ship. Whoever publishes is held to the same rules, but for accessibility: that is
    /// looked at in a headless Chromium.
    Check(CheckOptions),
    /// Say what two releases of a fragment differ in: rights, topics, schemas, limits, bytes
    ///
    /// What somebody should look at twice is marked.
    Diff(DiffOptions),
    /// Pack a fragment, check it and publish it to a gateway: it is there, and not live yet
    ///
    /// Held to the rules of `check` beside what is live at that gateway. Sends only the files that the gateway does not
    /// have: a publish that broke off goes on where it was. A release never changes; the same version with another
    /// content is refused.
    #[command(after_help = "Then: `cargo croupier promote NAME VERSION`, which `--promote` does at once. \
        docs/ship-a-fragment.md says how it goes on.")]
    Publish(PublishOptions),
    /// Make a published release the live one; what was live is what it rolls back to
    Promote(PromoteOptions),
    /// Show a published release to a part of the audience, beside the live one
    ///
    /// A device that sees it goes on to, also when the share grows. Type it again to change the share or the markets:
    /// what is not named stays as it is. `promote` makes it everybody's, `--end` nobody's. Who asks for it with the
    /// header `x-croupier-canary: NAME` sees it whatever the share is.
    Canary(CanaryOptions),
    /// Go back to the release that was live before
    Rollback(RollbackOptions),
    /// Switch a fragment off, whatever is published meanwhile
    Kill(KillOptions),
    /// Switch it on again
    Revive(ReviveOptions),
    /// Show what is live, what it rolls back to, what is switched off, and how each of them does
    Status(ShowOptions),
    /// Show who shipped what, newest first
    History(HistoryOptions),
    /// Make a team's key, if there is none, and print what the operator needs of it
    Key(KeyOptions),
    /// Print the bytes of each part, and fail if one is over its budget
    ///
    /// Packs first what changed. Budgets are in croupier/budgets.toml; KiB is 1024 bytes.
    Size(SizeOptions),
    /// Check the rules that the compiler can't: layers, the browser edge, texts, documents
    ///
    /// Prints each violation with its place, and for a dependency the whole path that leads to
    /// it. Fails if there is one.
    Tidy,
    /// Check what deploys it: the manifests by Kubernetes' own schemas, and against our programs
    ///
    /// Every service has its Deployment, every flag and variable exists, probes and services name ports
    /// that are there, nothing runs as root. Prints each violation with its file.
    CheckDeploy,
}

#[derive(Args, Debug)]
pub(crate) struct UpOptions {
    /// The page's port; the gateway's control port is the one above it
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65534))]
    pub(crate) port: u16,
    /// The vendor's port; its control port is the one above it
    #[arg(long, default_value_t = 9090, value_parser = clap::value_parser!(u16).range(1..=65534))]
    pub(crate) vendor_port: u16,
    /// Where players, money and keys are kept between starts
    #[arg(long, value_name = "DIR", default_value_os_t = in_project("data"))]
    pub(crate) data: PathBuf,
    /// Don't open the browser
    #[arg(long)]
    pub(crate) no_open: bool,
    /// Don't start the vendor: the lobby shows as offline, everything else works
    #[arg(long)]
    pub(crate) no_provider: bool,
    /// Put a fragment from another folder on the floor as well; can be repeated
    #[arg(long, value_name = "FOLDER", conflicts_with = "rogues")]
    pub(crate) fragment: Vec<PathBuf>,
    /// Run each service as a process of its own, on a PostgreSQL and a NATS server that are started for them: `kill -9`
    /// one and watch the page. Players and money last until Ctrl-C
    #[arg(long)]
    pub(crate) split: bool,
    /// Put rogues in the place of promotions and live-stream: a button for each way to misbehave.
    /// Two at a time: `--rogues` for rust and js, `--rogues=yew,preact` for the others
    #[arg(long, value_name = "WHO", num_args = 0.., require_equals = true, value_delimiter = ',')]
    #[arg(default_missing_values = ["rust", "js"])]
    pub(crate) rogues: Vec<Rogue>,
}

#[derive(Args, Debug)]
pub(crate) struct TestOptions {
    /// Run one layer alone
    #[arg(long)]
    pub(crate) only: Option<Layer>,
    /// Run the tests whose name contains NAME; of a fragment with that name, all
    #[arg(long, value_name = "NAME")]
    pub(crate) filter: Option<String>,
    /// Run the tests of one fragment of apps and nothing else, which takes a fraction of the time
    #[arg(long, value_name = "NAME", conflicts_with = "filter")]
    pub(crate) fragment: Option<String>,
    /// Play N random cases of each property, however long that takes. Without it: as many as a change
    /// can wait for
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) cases: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layer {
    /// Native tests of every crate, and the examples in the documentation
    Unit,
    /// Headless tests of shell, SDK and fragments, run by wasm-pack in Chromium
    Wasm,
    /// Every endpoint, called with what the API's description allows and forbids
    Api,
    /// Scenarios with the real programs and real browsers
    E2e,
}

#[derive(Args, Debug)]
pub(crate) struct ChaosOptions {
    /// The browser to play it in
    #[arg(long, value_name = "BROWSER", default_value = "both")]
    pub(crate) browser: Browsers,
    /// Only the faults whose name contains NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) filter: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct BenchOptions {
    /// How long each measurement takes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
}

/// A browser that the tests drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Chromium,
    Firefox,
}

impl Browser {
    pub(crate) const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// One of them, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browsers {
    Chromium,
    Firefox,
    Both,
}

impl Browsers {
    pub(crate) const fn browsers(self) -> &'static [Browser] {
        match self {
            Self::Chromium => &[Browser::Chromium],
            Self::Firefox => &[Browser::Firefox],
            Self::Both => &Browser::ALL,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct NewOptions {
    /// What it is called, in kebab-case and up to 24 characters: the folder, the package, the page's address
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What it is written in
    #[arg(long, value_name = "TEMPLATE", default_value = "leptos")]
    pub(crate) template: Template,
    /// Make it in this folder outside of the project, as a workspace of its own, in place of apps/NAME. Its SDK is
    /// that of this checkout, by path
    #[arg(long, value_name = "FOLDER")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct DevOptions {
    /// The fragment, by its name in apps
    #[arg(value_name = "NAME", required_unless_present = "fragment")]
    pub(crate) name: Option<String>,
    /// Develop a fragment in another folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "name")]
    pub(crate) fragment: Option<PathBuf>,
    /// The page's port; 0 takes any that is free
    #[arg(long, default_value_t = 8070)]
    pub(crate) port: u16,
    /// Don't open the browser
    #[arg(long)]
    pub(crate) no_open: bool,
    /// Show the builds on a running floor instead, in one browser: that of a developer, or one on the floor's machine
    #[arg(long, value_name = "URL", requires = "code")]
    pub(crate) floor: Option<String>,
    /// The code that the inspector shows in that browser, below "Local builds": open the floor with `/?inspect`
    #[arg(long, env = "CROUPIER_CODE", value_name = "CODE", hide_env_values = true)]
    pub(crate) code: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct PackOptions {
    /// Where the floor is made; without it where `up` has its own, in target
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Pack a fragment from another folder, such as a stand-in for tests; can be repeated.
    /// Without a PART, nothing else is packed
    #[arg(long, value_name = "FOLDER")]
    pub(crate) fragment: Vec<PathBuf>,
    /// Only these parts: `shell`, or a fragment's name. All of them if none is named
    #[arg(value_name = "PART")]
    pub(crate) parts: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CheckOptions {
    /// Fragments of this project; all of them if none is named
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// A fragment from another folder; can be repeated. Without a NAME, nothing else is checked
    #[arg(long, value_name = "FOLDER")]
    pub(crate) fragment: Vec<PathBuf>,
    /// The floor that is live: the folder that a gateway serves, or the address of a running one; without it the floor
    /// of `up`, in target
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) against: Option<String>,
    /// Don't look at it in a browser: without Chromium that can't be done
    #[arg(long)]
    pub(crate) no_accessibility: bool,
    /// Print JSON instead of lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DiffOptions {
    /// The earlier release: the folder with its release.json, or the name of a fragment on the floor
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The later one: a folder or a name
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SizeOptions {
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use clap::CommandFactory;
    use std::path::Path;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_is_secret_or_may_be_is_not_in_the_help() {
        let line = Cli::command();
        let arguments = line.get_subcommands().flat_map(clap::Command::get_arguments);
        let secret = arguments.filter(|it| it.get_env().is_some_and(|name| name != "CROUPIER_GATEWAY"));
        let shown = secret.filter(|it| !it.is_hide_env_values_set()).map(|it| it.get_id().to_string());
        assert_eq!(shown.collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn the_last_port_is_refused_because_the_control_port_is_above_it() {
        assert!(Cli::try_parse_from(["croupier", "up", "--port", "65534"]).is_ok());
        assert!(Cli::try_parse_from(["croupier", "up", "--port", "65535"]).is_err());
        assert!(Cli::try_parse_from(["croupier", "up", "--port", "0"]).is_err());
    }

    #[test]
    fn a_floor_that_nobody_names_is_no_folder_below_the_current_one() {
        let typed = |command: &str| Cli::try_parse_from(["croupier", command]).map(|cli| cli.command);
        assert!(matches!(typed("pack"), Ok(Command::Pack(PackOptions { out: None, .. }))));
        assert!(matches!(typed("check"), Ok(Command::Check(CheckOptions { against: None, .. }))));
    }

    #[test]
    fn data_and_key_that_nobody_names_are_the_projects_wherever_a_command_is_typed() {
        let (project, line) = (Workspace::find().unwrap(), Cli::command());
        let default = |command: &str, argument: &str| {
            let mut arguments = line.find_subcommand(command)?.get_arguments();
            arguments.find(|it| it.get_id() == argument)?.get_default_values().first().map(PathBuf::from)
        };
        assert_eq!(default("up", "data"), Some(project.path("data")));
        for command in ["key", "publish", "status", "history"] {
            assert_eq!(default(command, "key"), Some(project.path("data/team.key")), "{command}");
        }
        let named = Cli::try_parse_from(["croupier", "up", "--data", "here"]).map(|cli| cli.command);
        assert!(matches!(named, Ok(Command::Up(UpOptions { data, .. })) if data == Path::new("here")));
    }

    #[test]
    fn rogues_come_when_they_are_called() {
        let rogues = |arguments: &[&str]| {
            let all = ["croupier", "up"].iter().chain(arguments);
            match Cli::try_parse_from(all).map(|cli| cli.command) {
                Ok(Command::Up(options)) => Some(options.rogues),
                _ => None,
            }
        };
        assert_eq!(rogues(&["--no-open"]), Some(vec![]));
        assert_eq!(rogues(&["--rogues", "--no-open"]), Some(vec![Rogue::Rust, Rogue::Js]));
        assert_eq!(rogues(&["--rogues=yew,preact"]), Some(vec![Rogue::Yew, Rogue::Preact]));
        assert_eq!(rogues(&["--rogues=elm"]), None);
    }
}
