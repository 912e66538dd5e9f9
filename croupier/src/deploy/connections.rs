//! Connections: a database's server has room for every process, also while a new version rolls out.

use serde_json::Value;

use super::Finding;
use super::files::{Resource, items};

/// How many a process holds at most for each database that it opens (docs/scale.md).
const PER_DATABASE: u64 = 5;
/// For whoever looks after the house (`gateway reconcile`, `verify`, backups), and what the server keeps back.
const SPARE: u64 = 20;

pub(super) fn check(resources: &[Resource]) -> Vec<Finding> {
    let autoscalers = resources.iter().filter(|resource| resource.kind() == "HorizontalPodAutoscaler");
    let needed = autoscalers.map(|autoscaler| at_most(autoscaler, resources)).sum::<u64>() + SPARE;
    let servers = resources.iter().filter_map(|resource| Some((resource, room(resource)?)));
    let small = servers.filter(|(_, room)| *room < needed);
    let say = |room: u64| format!("has room for {room} connections, and {needed} may be wanted at once");
    small.map(|(resource, room)| Finding::of(resource, say(room))).collect()
}

/// How many the server takes, if it is one of ours.
fn room(resource: &Resource) -> Option<u64> {
    let mut arguments = resource.containers().flat_map(|container| items(container, "/args"));
    arguments.find_map(|argument| argument.as_str()?.strip_prefix("max_connections=")?.parse().ok())
}

/// Those of all pods of a Deployment, with the autoscaler at its highest and old pods beside new ones.
fn at_most(autoscaler: &Resource, resources: &[Resource]) -> u64 {
    let name = autoscaler.text("/spec/scaleTargetRef/name");
    let pods = autoscaler.value.pointer("/spec/maxReplicas").and_then(Value::as_u64).unwrap_or_default();
    let deployment = resources.iter().find(|resource| resource.kind() == "Deployment" && resource.name() == name);
    let surge = match deployment.and_then(|found| found.value.pointer("/spec/strategy/rollingUpdate/maxSurge")) {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(share)) => {
            let percent = share.strip_suffix('%').and_then(|percent| percent.parse::<u64>().ok());
            percent.map(|percent| (pods * percent).div_ceil(100))
        }
        _ => None,
    };
    // The wallet's read models are a database of their own.
    let databases = if name == "wallet" { 2 } else { 1 };
    // Where nothing is said, as if all were doubled: it can't be more.
    (pods + surge.unwrap_or(pods)) * databases * PER_DATABASE
}

#[cfg(test)]
mod tests {
    use super::super::finds_each;
    use super::*;

    // The edge: twice 2 pods with 5 each; the wallet: 3 pods and 1 with 10 each; and 20 to spare.
    const GOOD: &str = "
kind: Deployment
metadata: {name: edge}
spec: {strategy: {rollingUpdate: {maxSurge: 100%}}}
---
kind: HorizontalPodAutoscaler
spec: {scaleTargetRef: {name: edge}, maxReplicas: 2}
---
kind: Deployment
metadata: {name: wallet}
spec: {strategy: {rollingUpdate: {maxSurge: 1}}}
---
kind: HorizontalPodAutoscaler
spec: {scaleTargetRef: {name: wallet}, maxReplicas: 3}
---
kind: StatefulSet
metadata: {name: postgres}
spec: {template: {spec: {containers: [{args: [-c, max_connections=80]}]}}}
";

    #[test]
    fn a_server_with_room_for_all_is_fine_and_a_smaller_one_is_found() {
        finds_each(
            check,
            GOOD,
            &[
                ("max_connections=80", "max_connections=79", "room for 79 connections, and 80"),
                ("maxReplicas: 2", "maxReplicas: 3", "and 90 may be wanted"),
                ("maxReplicas: 3", "maxReplicas: 4", "and 90 may be wanted"),
                ("maxSurge: 1}", "maxSurge: 2}", "and 90 may be wanted"),
                ("maxSurge: 1}", "maxUnavailable: 0}", "and 100 may be wanted"),
            ],
        );
    }
}
