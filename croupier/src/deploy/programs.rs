//! The command lines of our containers: the programs take them, and know every variable that is set.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::Finding;
use super::files::{Resource, items};

/// A program of ours.
#[derive(Debug)]
pub(super) struct Program {
    /// The name of its image, without a version.
    pub(super) image: &'static str,
    pub(super) program: PathBuf,
    /// What it says to `--help`.
    pub(super) help: String,
}

impl Program {
    /// Whether it reads the variable: of a flag, or one that its help names beside a flag.
    fn reads(&self, variable: &str) -> bool {
        let is_word = |one: char| one.is_ascii_uppercase() || one == '_';
        self.help.contains(&format!("[env: {variable}="))
            || self.help.split(|one| !is_word(one)).any(|word| word == variable)
    }
}

/// Asks the program itself whether it takes a command line: `--help` at its end is reached only then.
pub(super) fn accepts(program: &Program, arguments: &[&str]) -> Result<(), String> {
    let asked = Command::new(&program.program).args(arguments).arg("--help").env_clear().output();
    match asked {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn check(
    resources: &[Resource],
    programs: &[Program],
    accepts: &mut impl FnMut(&Program, &[&str]) -> Result<(), String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in resources {
        for container in resource.containers() {
            let image = container["image"].as_str().and_then(|image| image.split(':').next()).unwrap_or_default();
            let Some(program) = programs.iter().find(|program| program.image == image) else { continue };
            let arguments: Vec<_> = items(container, "/args").filter_map(Value::as_str).collect();
            if let Err(says) = accepts(program, &arguments) {
                findings.push(Finding::of(resource, format!("{image} does not take its arguments: {says}")));
            }
            for (variable, from) in variables(container, resources) {
                if !program.reads(variable) {
                    findings.push(Finding::of(resource, format!("{image} knows no {variable}, which {from} sets")));
                }
            }
        }
    }
    findings
}

/// Every variable of a container, and which resource it stands in: maps with the patches of the overlays.
fn variables<'r>(container: &'r Value, resources: &'r [Resource]) -> Vec<(&'r str, String)> {
    let mut all: Vec<_> =
        items(container, "/env").filter_map(|variable| Some((variable["name"].as_str()?, "it".to_owned()))).collect();
    for map in items(container, "/envFrom").filter_map(|from| from.pointer("/configMapRef/name")?.as_str()) {
        for resource in resources.iter().filter(|one| one.kind() == "ConfigMap" && one.name() == map) {
            let data = resource.value["data"].as_object();
            let names = data.into_iter().flat_map(|data| data.keys());
            all.extend(names.map(|name| (name.as_str(), resource.file.clone())));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::planted;
    use super::*;

    const MANIFEST: &str = "
kind: Deployment
metadata: {name: wallet}
spec:
  template:
    spec:
      containers:
        - image: croupier/gateway:1
          args: [--listen=0.0.0.0:8080]
          env: [{name: GATEWAY_DATA, value: /d}]
          envFrom: [{configMapRef: {name: settings}}]
        - image: nats:2
          args: [--jetstream]
---
kind: ConfigMap
metadata: {name: settings}
data: {GATEWAY_LISTEN: x, STORE_PLACE: y}
";

    #[test]
    fn what_a_program_does_not_know_is_found() {
        let help =
            "--data <DIR> whose place is in STORE_PLACE. [env: GATEWAY_DATA=]\n--listen <A> [env: GATEWAY_LISTEN=]";
        let help = help.to_owned();
        let gateway = Program { image: "croupier/gateway", program: PathBuf::new(), help };
        let mut knows = |_: &Program, arguments: &[&str]| match arguments {
            ["--listen=0.0.0.0:8080"] => Ok(()),
            other => Err(format!("{other:?}")),
        };
        let programs = [gateway];
        assert_eq!(check(&planted(MANIFEST), &programs, &mut knows), []);
        for (good, bad, says) in [
            ("--listen", "--lisen", "does not take"),
            ("GATEWAY_DATA", "GATEWAY_DAT", "it sets"),
            ("GATEWAY_LISTEN", "GATEWAY_LISTENS", "planted.yaml sets"),
            ("STORE_PLACE", "STORE_PLACES", "planted.yaml sets"),
        ] {
            let findings = check(&planted(&MANIFEST.replace(good, bad)), &programs, &mut knows);
            assert!(matches!(&findings[..], [one] if one.0.contains(says)), "{says}: {findings:?}");
        }
    }
}
