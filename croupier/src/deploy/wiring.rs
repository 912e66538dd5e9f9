//! Names that have to be the same in two places: selectors, ports, targets of autoscalers, services.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Finding;
use super::files::{Resource, items};
use crate::tidy::services_apart;

pub(super) fn check(resources: &[Resource]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in resources {
        let problem = match resource.kind() {
            "Service" => service(resource, resources),
            "PodDisruptionBudget" => selects(resource, "/spec/selector/matchLabels", resources).err(),
            "Deployment" | "StatefulSet" | "CronJob" => own_pods(resource),
            "HorizontalPodAutoscaler" => target(resource, resources),
            _ => None,
        };
        findings.extend(problem.map(|problem| Finding::of(resource, problem)));
    }
    findings
}

/// Every service is a process of its own that can be scaled and moved, and so is the edge.
pub(super) fn every_service_runs(resources: &[Resource]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in services_apart().chain(["edge"]) {
        for kind in ["Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"] {
            let is_it = |resource: &&Resource| resource.kind() == kind && resource.name() == name;
            let Some(found) = resources.iter().find(is_it) else {
                findings.push(Finding(format!("deploy: {name} has no {kind}")));
                continue;
            };
            let runs = |container: &Value| items(container, "/args").any(|arg| *arg == format!("--service={name}"));
            if kind == "Deployment" && !found.containers().any(runs) {
                findings.push(Finding::of(found, format!("does not run --service={name}")));
            }
        }
    }
    findings
}

/// Its pods are there, and have the ports that it leads to.
fn service(resource: &Resource, resources: &[Resource]) -> Option<String> {
    let workload = match selects(resource, "/spec/selector", resources) {
        Ok(workload) => workload,
        Err(problem) => return Some(problem),
    };
    let ports: BTreeSet<_> = workload
        .containers()
        .flat_map(|container| items(container, "/ports"))
        .filter_map(|port| port["name"].as_str())
        .collect();
    let leads = items(&resource.value, "/spec/ports").map(|port| port["targetPort"].as_str().unwrap_or_default());
    let nowhere: Vec<_> = leads.filter(|port| !ports.contains(port)).collect();
    (!nowhere.is_empty()).then(|| format!("leads to {nowhere:?}, which no container of {} names", workload.title()))
}

/// The workload whose pods have these labels.
fn selects<'r>(resource: &Resource, pointer: &str, resources: &'r [Resource]) -> Result<&'r Resource, String> {
    let labels = resource.value.pointer(pointer).and_then(Value::as_object).filter(|labels| !labels.is_empty());
    let labels = labels.ok_or_else(|| "selects everything".to_owned())?;
    let has = |workload: &&Resource| {
        let of_pod = workload.pod().map(|pod| &pod["metadata"]["labels"]);
        of_pod.is_some_and(|of_pod| labels.iter().all(|(name, value)| of_pod.get(name) == Some(value)))
    };
    resources.iter().find(has).ok_or_else(|| format!("selects no pod: {labels:?}"))
}

/// A workload finds its pods, and mounts what it has.
fn own_pods(resource: &Resource) -> Option<String> {
    let pod = resource.pod()?;
    // What ends by itself looks for nobody.
    let wanted = resource.value.pointer("/spec/selector/matchLabels").and_then(Value::as_object);
    let labels = &pod["metadata"]["labels"];
    let other = wanted.into_iter().flatten().find(|(name, value)| labels.get(*name) != Some(value));
    if let Some((name, _)) = other {
        return Some(format!("its pods have another {name} than it looks for"));
    }
    let claims = items(&resource.value, "/spec/volumeClaimTemplates").map(|claim| &claim["metadata"]["name"]);
    let volumes: Vec<_> = items(pod, "/spec/volumes").map(|volume| &volume["name"]).chain(claims).collect();
    let mounts = resource.containers().flat_map(|container| items(container, "/volumeMounts"));
    let missing = mounts.map(|mount| &mount["name"]).find(|name| !volumes.contains(name))?;
    Some(format!("mounts {missing}, which it does not have"))
}

fn target(resource: &Resource, resources: &[Resource]) -> Option<String> {
    let (kind, name) = (resource.text("/spec/scaleTargetRef/kind"), resource.text("/spec/scaleTargetRef/name"));
    let is_there = resources.iter().any(|one| one.kind() == kind && one.name() == name);
    (!is_there).then(|| format!("scales {kind} {name}, which is not there"))
}

#[cfg(test)]
mod tests {
    use super::super::{finds_each, planted};
    use super::*;

    const GOOD: &str = "
kind: Deployment
metadata: {name: wallet}
spec:
  selector: {matchLabels: {is: wallet}}
  template:
    metadata: {labels: {is: wallet, of: us}}
    spec:
      containers:
        - args: [--service=wallet]
          ports: [{name: internal}]
          volumeMounts: [{name: data}]
      volumes: [{name: data}]
---
kind: Service
metadata: {name: wallet}
spec: {selector: {is: wallet}, ports: [{port: 1, targetPort: internal}]}
---
kind: PodDisruptionBudget
metadata: {name: wallet}
spec: {selector: {matchLabels: {of: us}}}
---
kind: HorizontalPodAutoscaler
metadata: {name: wallet}
spec: {scaleTargetRef: {kind: Deployment, name: wallet}}
---
kind: CronJob
metadata: {name: count}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{volumeMounts: [{name: book}]}], volumes: [{name: book}]}}}}}
";

    #[test]
    fn names_that_fit_are_fine_and_each_that_does_not_is_found() {
        finds_each(
            check,
            GOOD,
            &[
                ("selector: {is: wallet}", "selector: {is: walet}", "selects no pod"),
                ("selector: {is: wallet}", "selector: {}", "selects everything"),
                ("targetPort: internal", "targetPort: public", "leads to"),
                ("{of: us}}}", "{of: them}}}", "selects no pod"),
                ("matchLabels: {is: wallet}", "matchLabels: {is: bank}", "its pods have another is"),
                ("volumes: [{name: data}]", "volumes: []", "Deployment wallet: mounts"),
                ("volumes: [{name: book}]", "volumes: []", "CronJob count: mounts"),
                ("kind: Deployment, name: wallet", "kind: Deployment, name: bank", "scales"),
            ],
        );
    }

    #[test]
    fn a_service_without_a_deployment_is_found() {
        let missing = |resources: &[Resource]| {
            every_service_runs(resources).into_iter().filter(|finding| finding.0.contains("wallet")).count()
        };
        assert_eq!((missing(&planted(GOOD)), missing(&[])), (0, 4));
        assert_eq!(missing(&planted(&GOOD.replace("--service=wallet", "--service=bank"))), 1);
    }
}
