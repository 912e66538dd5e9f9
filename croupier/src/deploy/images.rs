//! Images: every one has a version, and ours run as nobody in particular.

use serde_json::Value;

use super::Finding;
use super::files::Resource;

pub(super) fn check(containerfiles: &[(String, String)], resources: &[Resource]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in containerfiles {
        findings.extend(of_containerfile(text).into_iter().map(|problem| Finding(format!("{file}: {problem}"))));
    }
    for resource in resources {
        for image in resource.containers().filter_map(|container| container["image"].as_str()) {
            if !has_version(image) {
                findings.push(Finding::of(resource, format!("{image} has no version")));
            }
        }
        if resource.containers().any(|container| container.get("image").and_then(Value::as_str).is_none()) {
            findings.push(Finding::of(resource, "a container has no image"));
        }
    }
    findings
}

fn of_containerfile(text: &str) -> Vec<String> {
    let after = |word: &str| -> Vec<&str> {
        text.lines()
            .filter_map(|line| line.strip_prefix(word))
            .filter_map(|rest| rest.split_whitespace().next())
            .collect()
    };
    let mut problems: Vec<_> = after("FROM ")
        .into_iter()
        .filter(|image| !has_version(image))
        .map(|image| format!("{image} has no version"))
        .collect();
    let last_stage = text.rsplit("\nFROM ").next().unwrap_or_default();
    let user = last_stage.lines().rev().find_map(|line| line.strip_prefix("USER "));
    // By number: whether a name is root's can't be seen before it runs.
    let id = user.and_then(|user| user.split(':').next()).and_then(|id| id.parse::<u32>().ok());
    if id.is_none_or(|id| id == 0) {
        problems.push("the last stage has no USER with a number other than 0".to_owned());
    }
    problems
}

/// A digest, or a tag that stays what it is.
fn has_version(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    name.contains("@sha256:") || name.split_once(':').is_some_and(|(_, tag)| !tag.is_empty() && tag != "latest")
}

#[cfg(test)]
mod tests {
    use super::super::planted;
    use super::*;

    #[test]
    fn an_image_has_a_version() {
        assert!(has_version("postgres:17.6") && has_version("here:5000/a/b:1") && has_version("a@sha256:00"));
        for image in ["postgres", "here:5000/postgres", "postgres:latest", "postgres:"] {
            assert!(!has_version(image), "{image}");
        }
        let pod =
            |image: &str| format!("kind: Deployment\nspec: {{template: {{spec: {{containers: [{{{image}}}]}}}}}}\n");
        assert_eq!(check(&[], &planted(&pod("image: 'nats:2.12'"))), []);
        assert_eq!(check(&[], &planted(&pod("image: nats"))).len(), 1);
        assert_eq!(check(&[], &planted(&pod("name: nats"))).len(), 1);
    }

    #[test]
    fn a_container_runs_as_a_number_that_is_not_roots() {
        let problems =
            |user: &str| of_containerfile(&format!("FROM rust:1 AS build\nUSER 7\nFROM debian:12\n{user}\n"));
        assert_eq!(problems("USER 65532:65532"), Vec::<String>::new());
        for user in ["", "USER root", "USER 0", "USER nonroot"] {
            assert_eq!(problems(user).len(), 1, "{user}");
        }
        assert_eq!(of_containerfile("FROM debian AS build\nFROM debian:12\nUSER 1"), ["debian has no version"]);
    }
}
