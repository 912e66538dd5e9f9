//! The four layers, each run by the program that is made for it.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::DependencyKind;

use super::browser;
use super::counts::Counts;
use super::failures::failures;
use super::made;
use super::nats::Nats;
use super::postgres::{Durability, Postgres};
use super::scripts;
use crate::cli::Browser;
use crate::failure::Failure;
use crate::floor;
use crate::process::{cargo, quiet_program, run, succeed};
use crate::terminal::{Step, Terminal};
use crate::tools::{self, Toolbox, pinned};
use crate::up;
use crate::workspace::{self, Workspace};

/// The scenarios are a layer of their own.
const NOT_UNIT: &str = "not package(scenarios)";

/// The tests of the gateway as a whole. Those that look into a file are SQLite's alone.
const ON_SERVERS: &str = "package(gateway) & kind(test) & not test(sqlite)";

/// What tests have measured: the lines that they begin with `figure: `.
fn figures(output: &str) -> impl Iterator<Item = &str> {
    output.lines().filter_map(|line| line.trim_start().strip_prefix("figure: "))
}

/// Runs the tests that are asked for.
pub(super) struct Runner<'a> {
    workspace: &'a Workspace,
    terminal: &'a Terminal,
    /// What the tests' names contain.
    filter: Option<&'a str>,
    /// The folder of the one fragment whose tests are run, all of them.
    fragment: Option<PathBuf>,
    /// How many cases of each property.
    cases: Option<u32>,
    /// A fragment of each template, once one of the layers has asked for them.
    made: OnceCell<Vec<PathBuf>>,
    /// The tests that failed so far, with their reasons.
    failed: RefCell<Vec<String>>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(workspace: &'a Workspace, terminal: &'a Terminal, filter: Option<&'a str>) -> Self {
        Self {
            workspace,
            terminal,
            filter,
            fragment: None,
            cases: None,
            made: OnceCell::new(),
            failed: RefCell::default(),
        }
    }

    /// Of one fragment alone.
    ///
    /// # Errors
    /// There is none of that name.
    pub(super) fn of_fragment(self, name: &str) -> Result<Self> {
        let fragments = self.workspace.fragments()?;
        let Some(folder) = fragments.iter().find(|folder| name_of(folder) == name) else {
            let known = fragments.iter().map(|folder| name_of(folder)).collect::<Vec<_>>().join(", ");
            let what = format!("--fragment: there is no fragment named {name}");
            return Err(Failure::new(what, format!("the fragments are: {known}.")).into());
        };
        Ok(Self { fragment: Some(folder.clone()), ..self })
    }

    /// With so many random cases of each property, in as much time as they take.
    pub(super) fn playing(self, cases: Option<u32>) -> Self {
        Self { cases, ..self }
    }

    /// The tests that failed in the layers that ran, a line each.
    pub(super) fn failed(self) -> Vec<String> {
        self.failed.into_inner()
    }

    /// Native tests of all crates and of what the templates make, and the examples in the contract's documentation.
    pub(super) fn unit(&mut self) -> Result<Counts> {
        tools::compilers()?;
        let mut counts = Counts::default();
        match &self.fragment {
            Some(folder) if !is_package(folder) => {}
            Some(folder) => {
                let own = format!("not ({})", self.scenarios_of_fragments()?);
                counts += self.nextest("native tests", &[&format!("--package={}", name_of(folder))], &own, &[])?;
            }
            None => {
                let tests = format!("{NOT_UNIT} & not ({})", self.scenarios_of_fragments()?);
                counts += self.nextest("native tests", &["--workspace"], &tests, &[])?;
                counts += self.on_servers()?;
                counts += self.examples()?;
                counts += self.natively_made()?;
            }
        }
        counts += self.scripts()?;
        Ok(counts)
    }

    /// The examples in the contract's documentation.
    fn examples(&self) -> Result<Counts> {
        let step = self.terminal.step("Running the documentation's examples");
        let mut command = cargo(&step);
        command.args(["test", "--release", "--doc", "--package", "contract", "--features", "serde"]);
        command.args(self.filter.map(|name| ["--".to_owned(), name.to_owned()]).into_iter().flatten());
        self.libtest(&mut command, step)
    }

    /// Native tests of what the templates make in Rust.
    fn natively_made(&self) -> Result<Counts> {
        let mut counts = Counts::default();
        for folder in self.made()?.iter().filter(|folder| is_package(folder)) {
            let step = self.terminal.step(format!("Running the native tests of {}", name_of(folder)));
            let mut command = made::native_tests(self.workspace, folder, &step);
            let filter = self.filter.filter(|filter| *filter != name_of(folder));
            command.args(filter.map(|name| ["--", name]).into_iter().flatten());
            counts += self.libtest(&mut command, step)?;
        }
        Ok(counts)
    }

    /// Native tests of fragments without Rust.
    fn scripts(&self) -> Result<Counts> {
        let mut counts = Counts::default();
        for folder in self.scripted()? {
            let step = self.terminal.step(format!("Running the tests of {}", name_of(&folder)));
            let filter = self.filter.filter(|filter| *filter != name_of(&folder));
            let (counted, finished) = scripts::of(&folder, filter, &step)?;
            self.conclude(step, counted, &finished.output);
            counts += counted;
        }
        Ok(counts)
    }

    /// The fragments without Rust that have tests.
    fn scripted(&self) -> Result<Vec<PathBuf>> {
        let mut folders = self.chosen_fragments()?;
        folders.extend_from_slice(self.made()?);
        folders.retain(|folder| scripts::has_some(folder));
        Ok(folders)
    }

    /// A fragment of each template; none of them where one fragment alone is tested.
    fn made(&self) -> Result<&[PathBuf]> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = if self.fragment.is_some() { Vec::new() } else { made::all(self.workspace, self.terminal)? };
        Ok(self.made.get_or_init(|| made))
    }

    /// All of them, or the one that is tested.
    fn chosen_fragments(&self) -> Result<Vec<PathBuf>> {
        match &self.fragment {
            Some(folder) => Ok(vec![folder.clone()]),
            None => self.workspace.fragments(),
        }
    }

    /// Those that bring a scenario of their own.
    fn with_scenario(&self) -> Result<Vec<PathBuf>> {
        let mut folders = self.chosen_fragments()?;
        folders.retain(|folder| is_package(folder) && folder.join("tests/scenario.rs").is_file());
        Ok(folders)
    }

    /// The scenarios of fragments, as a set of tests.
    fn scenarios_of_fragments(&self) -> Result<String> {
        let folders = self.with_scenario()?;
        // nextest refuses a name that nothing has.
        let sets = folders.iter().map(|folder| format!("(package(={}) & binary(=scenario))", name_of(folder)));
        Ok(std::iter::once("none()".to_owned()).chain(sets).collect::<Vec<_>>().join(" | "))
    }

    /// The gateway's tests once more on the other kind of database and with events that leave the process,
    /// and those that only these servers need.
    fn on_servers(&self) -> Result<Counts> {
        let database = Postgres::start(self.terminal, Durability::None)?;
        let events = Nats::start(self.terminal)?;
        // Every case makes a database of its own there, which takes longer than the case itself.
        let cases = PathBuf::from(self.cases.unwrap_or(16).to_string());
        let environment = [
            ("CROUPIER_POSTGRES", PathBuf::from(&database.url)),
            ("CROUPIER_NATS", PathBuf::from(&events.url)),
            ("CROUPIER_NATS_SERVER", events.program.clone()),
            ("PROPTEST_CASES", cases),
        ];
        let what = "gateway's tests on PostgreSQL and NATS";
        self.nextest(what, &["--workspace", "--run-ignored=all"], ON_SERVERS, &environment)
    }

    /// Headless tests of every package that has some.
    pub(super) fn wasm(&mut self) -> Result<Counts> {
        tools::wasm_target(self.terminal, self.workspace.root())?;
        let driver = browser::chromedriver(self.terminal)?;
        let toolbox = Toolbox::ready(self.workspace, self.terminal, &[&pinned::WASM_BINDGEN, &pinned::WASM_PACK])?;
        let mut counts = Counts::default();
        for (name, folder) in self.headless_packages()? {
            let step = self.terminal.step(format!("Testing {name} in a headless browser"));
            let mut command = quiet_program("wasm-pack");
            command.args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"]);
            // What stands before the dashes goes to the build as well, which knows no names of tests.
            let filter = self.filter.filter(|filter| *filter != name);
            command.arg(&driver).arg(folder).args(["--all-features", "--"]).args(filter);
            command.env("PATH", toolbox.path()?).env("CARGO_TERM_COLOR", "never");
            command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.workspace.path(".config/webdriver.json"));
            // Of what the templates make as well, which is outside of the workspace: with the same folder and the
            // profile of our own, what it has in common with the SDK's tests, Leptos above all, is built once.
            command.env("CARGO_TARGET_DIR", self.workspace.target()).env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
            // Generous: the default of 20 s is short for a busy machine.
            command.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
            counts += self.libtest(&mut command, step)?;
        }
        Ok(counts)
    }

    /// Every endpoint of the real programs, called by what is made from the API's description.
    pub(super) fn api(&mut self) -> Result<Counts> {
        if self.fragment.is_some() {
            return Ok(Counts::default());
        }
        tools::compilers()?;
        let schemathesis = Toolbox::ready(self.workspace, self.terminal, &[&pinned::SCHEMATHESIS])?;
        let program = schemathesis.file(&pinned::SCHEMATHESIS)?;
        floor::pack(self.workspace, self.terminal)?;
        up::build_programs(self.workspace, self.terminal)?;
        let programs = [("CROUPIER_SCHEMATHESIS", program)];
        self.nextest("calls of the API", &["--workspace", "--test=api"], "package(scenarios)", &programs)
    }

    /// Scenarios against the real programs, on a floor packed from these sources.
    pub(super) fn end_to_end(&mut self) -> Result<Counts> {
        if self.fragment.is_some() && self.with_scenario()?.is_empty() {
            return Ok(Counts::default());
        }
        tools::compilers()?;
        let mut programs = browser::drivers(self.workspace, self.terminal, &Browser::ALL)?;
        let axe = Toolbox::ready(self.workspace, self.terminal, &[&pinned::AXE])?.file(&pinned::AXE)?;
        floor::pack(self.workspace, self.terminal)?;
        let mut guests = stand_ins(self.workspace)?;
        guests.extend_from_slice(self.made()?);
        floor::pack_fragments(self.workspace, self.terminal, &guests, &self.workspace.target().join("stand-ins"))?;
        up::build_programs(self.workspace, self.terminal)?;
        let server = Postgres::start(self.terminal, Durability::None)?;
        let events = Nats::start(self.terminal)?;
        programs.push(("CROUPIER_POSTGRES", PathBuf::from(&server.url)));
        programs.push(("CROUPIER_NATS", PathBuf::from(&events.url)));
        programs.push(("CROUPIER_AXE", axe));
        // No other tests: whoever works on a scenario doesn't wait for the unit tests to be built.
        let mut selection = vec!["--workspace"];
        let mut tests = self.scenarios_of_fragments()?;
        if !self.with_scenario()?.is_empty() {
            selection.push("--test=scenario");
        }
        if self.fragment.is_none() {
            selection.push("--test=scenarios");
            tests.push_str(" | package(scenarios)");
        }
        self.nextest("scenarios", &selection, &tests, &programs)
    }

    /// Builds the selected tests, and runs those that the expression names. They find the programs that they drive in
    /// the environment. What is selected is of the whole workspace: for a package alone its dependencies would be built
    /// anew, with other features.
    fn nextest(&self, what: &str, selection: &[&str], tests: &str, programs: &[(&str, PathBuf)]) -> Result<Counts> {
        let toolbox = Toolbox::ready(self.workspace, self.terminal, &[&pinned::NEXTEST])?;
        let expression = match self.filter {
            Some(name) => format!("({tests}) & ({})", self.named(name)?),
            None => tests.to_owned(),
        };
        let nextest = |step: &Step| -> Result<Command> {
            let mut command = cargo(step);
            command.args(["nextest", "run", "--release"]).args(selection).args(["--filterset", &expression]);
            command.env("PATH", toolbox.path()?).current_dir(self.workspace.root());
            if let Some(cases) = self.cases {
                command.args(["--profile", "long"]).env("PROPTEST_CASES", cases.to_string());
            }
            command.envs(programs.iter().map(|(name, path)| (name, path)));
            // Of a returned error, what it says is enough; the runtime's frames bury it.
            command.env("RUST_LIB_BACKTRACE", "0");
            Ok(command)
        };
        let step = self.terminal.step(format!("Building the {what}"));
        succeed(nextest(&step)?.arg("--no-run"), &step).with_context(|| format!("the {what} could not be built"))?;
        step.done("");
        let step = self.terminal.step(format!("Running the {what}"));
        let finished = run(
            nextest(&step)?.args([
                "--no-fail-fast",
                "--no-tests",
                "pass",
                "--failure-output",
                "final",
                "--color",
                "never",
            ]),
            &step,
        )?;
        let Some(mut counts) = Counts::of_nextest(&finished.output) else {
            bail!("the runner of the {what} broke ({}):\n{}", finished.status, finished.output);
        };
        if !finished.status.success() {
            counts = counts.at_least_one_failed();
        }
        self.conclude(step, counts, &finished.output);
        Ok(counts)
    }

    /// The tests that a filter names: by their own name, or that of their fragment.
    fn named(&self, name: &str) -> Result<String> {
        let is_fragment =
            self.workspace.fragments()?.iter().any(|folder| is_package(folder) && name_of(folder) == name);
        Ok(if is_fragment { format!("test({name}) | package(={name})") } else { format!("test({name})") })
    }

    /// Runs a program that prints libtest's results.
    fn libtest(&self, command: &mut Command, step: Step) -> Result<Counts> {
        let finished = run(command.current_dir(self.workspace.root()), &step)?;
        let mut counts = Counts::of_libtest(&finished.output);
        if !finished.status.success() {
            counts = counts.at_least_one_failed();
        }
        self.conclude(step, counts, &finished.output);
        Ok(counts)
    }

    fn conclude(&self, step: Step, counts: Counts, output: &str) {
        if counts.failed > 0 {
            drop(step);
            self.terminal.say(output);
            self.failed.borrow_mut().extend(failures(output));
        } else {
            step.done(&counts.to_string());
            for figure in figures(output) {
                self.terminal.say(format!("  {figure}"));
            }
        }
    }

    /// The packages with tests for the browser: those that depend on its test runner, and what the templates make.
    fn headless_packages(&self) -> Result<Vec<(String, PathBuf)>> {
        let metadata = self.workspace.members()?;
        let has_runner = |package: &&cargo_metadata::Package| {
            let mut dependencies = package.dependencies.iter();
            dependencies.any(|dependency| {
                dependency.kind == DependencyKind::Development && dependency.name == "wasm-bindgen-test"
            })
        };
        let is_chosen = |package: &&cargo_metadata::Package| {
            self.fragment.as_ref().is_none_or(|folder| *folder == workspace::folder_of(package))
        };
        let found = metadata.packages.iter().filter(has_runner).filter(is_chosen);
        let found = found.map(|package| (package.name.to_string(), workspace::folder_of(package)));
        let made = self.made()?.iter().filter(|folder| is_package(folder));
        Ok(found.chain(made.map(|folder| (name_of(folder), folder.clone()))).collect())
    }
}

/// Whether a fragment is a package of cargo's.
pub(super) fn is_package(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file()
}

/// A fragment's name is its folder's, and its package's.
fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The fragments that take a real one's place in a scenario.
pub(crate) fn stand_ins(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.path("tests/fragments");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut folders = paths.into_iter().filter(|path| path.join("fragment.toml").is_file()).collect::<Vec<_>>();
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_templates_make_is_tested_too_but_not_where_one_fragment_is() {
        let (workspace, terminal) = (Workspace::find().unwrap(), Terminal::detect());
        let place = tempfile::tempdir().unwrap();
        let runner = Runner::new(&workspace, &terminal, None);
        let runner = Runner { made: made::below(&workspace, place.path()).unwrap().into(), ..runner };
        let headless = runner.headless_packages().unwrap();
        for name in ["made-leptos", "made-yew"] {
            let folder = headless.iter().find_map(|(package, folder)| (package == name).then_some(folder)).unwrap();
            assert!(folder.join("tests/page.rs").is_file(), "{name}");
        }
        let scripted = runner.scripted().unwrap().iter().map(|folder| name_of(folder)).collect::<Vec<_>>();
        for name in ["made-js", "made-react"] {
            assert!(scripted.contains(&name.to_owned()), "{name}: {scripted:?}");
        }
        let alone = Runner::new(&workspace, &terminal, None).of_fragment("wallet").unwrap();
        assert!(alone.made().unwrap().is_empty());
        assert_eq!(alone.headless_packages().unwrap().len(), 1);
    }

    #[test]
    fn what_was_measured_is_found_in_the_runners_output() {
        let output = "PASS [ 1.0s] a\n    figure: a bet takes 9 ms\n  not a figure: 3\n";
        assert_eq!(figures(output).collect::<Vec<_>>(), ["a bet takes 9 ms"]);
    }
}
