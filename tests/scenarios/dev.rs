//! A fragment alone on the page of `cargo croupier dev`, as somebody who writes it uses that: turns knobs, edits a
//! source, breaks it and mends it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use scenarios::browser::{Browser, Engine};
use scenarios::floor::{Options, program};
use scenarios::process::Process;
use scenarios::scenario::{PROMOTIONS, play};
use scenarios::{PATIENCE, until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Finds in the fragment's page: the first element that matches, in the document or a shadow root, in `it`.
const IN_STAGE: &str = "
    const page = document.querySelector('#window iframe')?.contentDocument;
    const find = (root, selector) => root && (root.querySelector(selector)
        ?? [...root.querySelectorAll('*')].map((one) => one.shadowRoot && find(one.shadowRoot, selector)).find(Boolean));
    const it = find(page, arguments[0]);
";

struct Desk {
    browser: Browser,
    folder: PathBuf,
    _tool: Process,
    _home: TempDir,
}

impl Desk {
    /// A fragment that was just made, and its page.
    async fn open(engine: Engine, name: &str) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let folder = made_in(home.path(), name)?;
        let mut command = Command::new(program("croupier"));
        command.args(["dev", "--no-open", "--port", "0", "--fragment"]).arg(&folder);
        let address = |line: &str| line.starts_with("http://").then(|| line.to_owned());
        let (tool, address) = Process::start(&mut command, address)?;
        let browser = Browser::start(engine, 1440, 900).await?;
        browser.open(&address).await?;
        Ok(Self { browser, folder, _tool: tool, _home: home })
    }

    /// What an expression about `it`, an element of the fragment's page, comes to; null while there is no such element.
    async fn ask(&self, selector: &str, what: &str) -> Result<Value> {
        self.browser.run(&format!("{IN_STAGE} return it ? {what} : null;"), vec![json!(selector)]).await
    }

    async fn reads(&self, selector: &str, text: &str) -> Result<()> {
        let last = std::cell::RefCell::new(Value::Null);
        let waited = until(text, PATIENCE, || async {
            last.replace(self.ask(selector, "it.textContent").await?);
            Ok(last.borrow().as_str().is_some_and(|seen| seen.contains(text)).then_some(()))
        });
        waited.await.with_context(|| format!("{selector} reads {}", last.borrow()))
    }

    async fn choose(&self, selector: &str, value: &str) -> Result<()> {
        let script = "const select = document.querySelector(arguments[0]);
            select.value = arguments[1];
            select.dispatchEvent(new Event('change'));
            return select.value";
        let chosen = self.browser.run(script, vec![json!(selector), json!(value)]).await?;
        ensure!(chosen == json!(value), "{selector} offers no {value}");
        Ok(())
    }

    fn edit(&self, from: &str, to: &str) -> Result<()> {
        edit(&self.folder.join("entry.js"), from, to)
    }
}

/// A fragment, as a team begins with it. Each scenario has one of its own name: all are packed into one folder.
fn made_in(home: &Path, name: &str) -> Result<PathBuf> {
    let folder = home.join(name);
    let arguments = ["new", name, "--template", "js", "--path"];
    let made = Command::new(program("croupier")).args(arguments).arg(&folder).output()?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(folder)
}

fn edit(path: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(path)?;
    ensure!(text.contains(from), "{} has no {from}", path.display());
    Ok(fs::write(path, text.replace(from, to))?)
}

/// Everything that somebody does who writes a fragment, one after the other.
#[tokio::test]
async fn a_fragment_is_developed_alone() -> Result<()> {
    alone(Engine::Chromium, "dev-hour").await
}

#[tokio::test]
async fn a_fragment_is_developed_alone_in_firefox() -> Result<()> {
    alone(Engine::Firefox, "firefox-hour").await
}

async fn alone(engine: Engine, name: &str) -> Result<()> {
    let desk = Desk::open(engine, name).await?;
    let outcome = develops(&desk).await;
    if outcome.is_err() {
        let picture = Path::new(&scenarios::floor::target_folder()).join(format!("scenarios/{name}.png"));
        desk.browser.screenshot(&picture).await.ok();
        println!("the page at the failure: {}", picture.display());
        println!("browser errors: {:#?}", desk.browser.errors().await.unwrap_or_default());
    }
    desk.browser.quit().await?;
    outcome
}

async fn develops(desk: &Desk) -> Result<()> {
    desk.reads("[data-test=hello]", "Who plays where").await?;
    desk.reads("[data-test=table]", "seat").await?;
    ensure!(desk.browser.axe().await? == Vec::<String>::new(), "the page is for everybody");
    the_knobs_change_the_host(desk).await?;
    a_failing_request_shows_the_fragments_own_words(desk).await?;
    the_bus_reaches_it(desk).await?;
    it_runs_in_a_frame(desk).await?;
    an_edit_takes_over_with_its_state(desk).await?;
    a_broken_build_leaves_the_last_good_one(desk).await
}

async fn the_knobs_change_the_host(desk: &Desk) -> Result<()> {
    desk.choose("[name=theme]", "light").await?;
    ensure!(desk.ask("html", "it.dataset.theme").await? == "light", "the theme changes without a reload");
    desk.choose("[name=locale]", "ar").await?;
    until("the page reads from the right", PATIENCE, || async {
        let html = desk.ask("html", "[it.lang, it.dir, it.dataset.theme]").await?;
        Ok((html == json!(["ar", "rtl", "light"])).then_some(()))
    })
    .await?;
    desk.reads("[data-test=table]", "مقاعد").await?;
    desk.browser.click("header", "[data-width='390']").await?;
    ensure!(desk.ask("html", "page.defaultView.innerWidth").await? == 388, "a phone's page, less its border");
    desk.browser.click("header", "[data-width='']").await?;
    desk.choose("[name=locale]", "en").await?;
    desk.reads("[data-test=hello]", "Who plays where").await
}

async fn a_failing_request_shows_the_fragments_own_words(desk: &Desk) -> Result<()> {
    for failure in ["503", "offline"] {
        desk.choose("[data-test='answer GET /api/live/tables']", failure).await?;
        desk.ask("[data-test=refresh]", "it.click()").await?;
        desk.reads("[data-test=failed]", "do not answer").await?;
        desk.browser.text_until("header", "#state", PATIENCE, |state| state == "degraded").await?;
        desk.choose("[data-test='answer GET /api/live/tables']", "200").await?;
        desk.ask("[data-test=refresh]", "it.click()").await?;
        desk.browser.text_until("header", "#state", PATIENCE, |state| state == "mounted").await?;
    }
    let log = desk.browser.text("body", "#log").await?;
    for line in ["503 for GET /api/live/tables", "nobody can be reached", "degraded"] {
        ensure!(log.contains(line), "the log says {line}: {log}");
    }
    Ok(())
}

async fn the_bus_reaches_it(desk: &Desk) -> Result<()> {
    desk.choose("#topic", "session.changed").await?;
    desk.browser.click("#knobs", "#publish").await?;
    desk.reads("[data-test=hello]", "Hello, name").await
}

async fn it_runs_in_a_frame(desk: &Desk) -> Result<()> {
    desk.choose("[name=placement]", "frame").await?;
    until("the frame is as tall as what it shows", PATIENCE, || async {
        Ok((desk.ask(".frame", "it.offsetHeight > 100").await? == json!(true)).then_some(()))
    })
    .await?;
    desk.browser.text_until("header", "#state", PATIENCE, |state| state == "mounted").await?;
    ensure!(desk.ask("[data-test=hello]", "1").await?.is_null(), "the page does not see into it");
    desk.choose("[name=placement]", "document").await?;
    desk.reads("[data-test=table]", "seat").await
}

async fn an_edit_takes_over_with_its_state(desk: &Desk) -> Result<()> {
    let counts = "let clicks = host.restored?.clicks ?? 0;
  const shown = element('output', { 'data-test': 'clicks' }, `clicked ${clicks}`);
  app.append(shown);
  button.addEventListener('click', () => { shown.textContent = `clicked ${++clicks}`; });
  return {
    snapshot: () => ({ clicks }),
    unmount() {";
    desk.edit("return {\n    unmount() {", counts)?;
    desk.reads("[data-test=clicks]", "clicked 0").await?;
    desk.ask("html", "page.defaultView.notReloaded = true").await?;
    desk.ask("[data-test=refresh]", "it.click()").await?;
    desk.ask("[data-test=refresh]", "it.click()").await?;
    desk.reads("[data-test=clicks]", "clicked 2").await?;
    desk.edit("`clicked ${clicks}`", "`so far ${clicks}`")?;
    desk.reads("[data-test=clicks]", "so far 2").await?;
    ensure!(desk.ask("html", "page.defaultView.notReloaded").await? == json!(true), "without a reload");
    // By hand, and all of it anew.
    desk.browser.click("#knobs", "#restore").await?;
    desk.browser.click("#knobs", "#unmount").await?;
    desk.browser.text_until("header", "#state", PATIENCE, |state| state == "idle").await?;
    ensure!(desk.ask("[data-test=clicks]", "1").await?.is_null(), "nothing of it is left");
    desk.browser.click("#knobs", "#mount").await?;
    desk.reads("[data-test=clicks]", "so far 0").await
}

async fn a_broken_build_leaves_the_last_good_one(desk: &Desk) -> Result<()> {
    desk.edit("export function mount(", "export function mount((")?;
    desk.browser.see("main", "#failure").await?;
    let why = desk.browser.text("main", "#failure-why").await?;
    ensure!(why.contains("terser") && why.contains("mount(("), "it says where: {why}");
    desk.reads("[data-test=clicks]", "so far 0").await?;
    desk.browser.click("#failure", "#failure-hide").await?;
    desk.edit("export function mount((", "export const mended = true;\nexport function mount(")?;
    desk.browser.text_until("header", "#build", PATIENCE, |text| text.starts_with("Built in")).await?;
    ensure!(desk.browser.count("main", "#failure").await? == 0, "what is mended is not shown any more");
    desk.reads("[data-test=clicks]", "so far 0").await
}

/// What the inspector says to type brings a local build into that browser of a running floor, again after each edit,
/// until it is ended.
#[tokio::test]
async fn a_local_build_is_shown_on_a_running_floor() -> Result<()> {
    play("dev_floor", Options::default(), (1440, 900), async |scene| {
        let home = tempfile::tempdir()?;
        let folder = made_in(home.path(), "floor-hour")?;
        // One with a place on every page.
        edit(&folder.join("fragment.toml"), "routes = [\"/floor-hour\"]\n", "")?;
        edit(&folder.join("fragment.toml"), "floor-hour", "promotions")?;

        scene.open("/?inspect").await?;
        let inspector = "aside[aria-label=Inspector]";
        scene.browser.click(inspector, "#tab-4").await?;
        scene.browser.click(inspector, "[role=tabpanel]:not([hidden]) .bar button").await?;
        let typed = "[role=tabpanel]:not([hidden]) pre";
        let typed = scene.browser.text_until(inspector, typed, PATIENCE, |text| !text.is_empty()).await?;
        let path = folder.to_str().context("a path")?;
        let arguments = typed.strip_prefix("cargo croupier ").context("a command")?.split(' ');
        let arguments = arguments.flat_map(|one| if one == "NAME" { vec!["--fragment", path] } else { vec![one] });
        let mut command = Command::new(program("croupier"));
        let (mut tool, _) = Process::start(command.args(arguments), |line| line.starts_with("http://").then_some(()))?;

        let version = async |part: &str, is: bool| {
            until(&format!("{part} is shown: {is}"), PATIENCE, || async {
                let version = scene.browser.attribute("main", PROMOTIONS, "data-version").await?;
                Ok((version.contains(part) == is).then_some(()))
            })
            .await
        };
        version("+local.1", true).await?;
        scene.browser.see(PROMOTIONS, "[data-test=floor-hour] [data-test=table]").await?;
        scene.browser.see("body", "aside[aria-label='Local builds']").await?;
        edit(&folder.join("locales/en.ftl"), "title = Floor Hour", "title = Happier Hour")?;
        version("+local.2", true).await?;
        scene.browser.text_until(PROMOTIONS, "h2", PATIENCE, |text| text == "Happier Hour").await?;

        tool.stop()?;
        version("+local", false).await?;
        scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;
        Ok(())
    })
    .await
}

/// `check` mounts what was packed, and says which rule which element breaks.
#[tokio::test]
async fn what_keeps_somebody_out_is_named_before_it_ships() -> Result<()> {
    let home = tempfile::tempdir()?;
    let folder = made_in(home.path(), "check-hour")?;
    let check = |more: &[&str]| -> Result<(bool, String)> {
        let mut command = Command::new(program("croupier"));
        command.args(["check", "--fragment"]).arg(&folder).arg("--against").arg(home.path()).args(more);
        let ran = command.env("CI", "true").output()?;
        Ok((ran.status.success(), String::from_utf8(ran.stdout)? + &*String::from_utf8_lossy(&ran.stderr)))
    };
    let (ships, said) = check(&[])?;
    ensure!(ships && said.contains("✓ it can be used by everybody"), "{said}");
    edit(&folder.join("entry.js"), "'data-test': 'refresh' }, text('refresh'))", "'data-test': 'refresh' })")?;
    let (ships, said) = check(&[])?;
    ensure!(!ships && said.contains("button-name: ") && said.contains("data-test=\"refresh\""), "{said}");
    edit(&folder.join("entry.js"), "export function mount(host) {", "export function mount(host) {\n  host.gone();")?;
    let (ships, said) = check(&[])?;
    ensure!(!ships && said.contains("it must run alone") && said.contains("gone is not a function"), "{said}");
    let (ships, said) = check(&["--no-accessibility"])?;
    ensure!(ships && !said.contains("used by everybody"), "{said}");
    Ok(())
}
