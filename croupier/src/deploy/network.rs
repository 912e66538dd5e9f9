//! Nobody talks to anybody unless a policy says so, and no policy is about nobody.

use serde_json::{Value, json};

use super::Finding;
use super::files::{Resource, items};

pub(super) fn check(resources: &[Resource]) -> Vec<Finding> {
    let policies = || resources.iter().filter(|resource| resource.kind() == "NetworkPolicy");
    let mut findings = Vec::new();
    if !policies().any(denies_all) {
        findings.push(Finding("deploy: no NetworkPolicy denies what no other allows".to_owned()));
    }
    for policy in policies() {
        let labels = policy.value.pointer("/spec/podSelector/matchLabels");
        if let Some(labels) = labels.filter(|labels| !resources.iter().any(|resource| has(resource, labels))) {
            findings.push(Finding::of(policy, format!("is about no pod: {labels}")));
        }
    }
    for workload in resources.iter().filter(|resource| resource.pod().is_some()) {
        let is_about = |policy: &Resource| {
            let labels = policy.value.pointer("/spec/podSelector/matchLabels");
            let allows = policy.value.pointer("/spec/ingress").is_some();
            allows && (labels.is_some_and(|labels| has(workload, labels)) || by_expression(policy, workload))
        };
        if !policies().any(is_about) {
            findings.push(Finding::of(workload, "no NetworkPolicy says who reaches it"));
        }
    }
    findings
}

fn denies_all(policy: &Resource) -> bool {
    let spec = &policy.value["spec"];
    spec["podSelector"] == json!({})
        && spec["policyTypes"] == json!(["Ingress", "Egress"])
        && spec.get("ingress").is_none()
        && spec.get("egress").is_none()
}

fn has(workload: &Resource, labels: &Value) -> bool {
    let of_pod = workload.pod().map(|pod| &pod["metadata"]["labels"]);
    let wanted = labels.as_object();
    wanted
        .zip(of_pod)
        .is_some_and(|(wanted, of_pod)| wanted.iter().all(|(name, value)| of_pod.get(name) == Some(value)))
}

/// Whether it is one of those that a policy lists.
fn by_expression(policy: &Resource, workload: &Resource) -> bool {
    let mut lists = items(&policy.value, "/spec/podSelector/matchExpressions");
    let Some(pod) = workload.pod() else { return false };
    lists.any(|list| {
        let key = list["key"].as_str().unwrap_or_default();
        let label = pod["metadata"]["labels"].get(key);
        label.is_some_and(|label| items(list, "/values").any(|value| value == label))
    })
}

#[cfg(test)]
mod tests {
    use super::super::finds_each;
    use super::*;

    const GOOD: &str = "
kind: NetworkPolicy
metadata: {name: nobody}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
kind: NetworkPolicy
metadata: {name: wallet}
spec: {podSelector: {matchLabels: {is: wallet}}, ingress: [{}]}
---
kind: NetworkPolicy
metadata: {name: stores}
spec: {podSelector: {matchExpressions: [{key: is, operator: In, values: [nats]}]}, ingress: [{}]}
---
kind: Deployment
metadata: {name: wallet}
spec: {template: {metadata: {labels: {is: wallet}}}}
---
kind: StatefulSet
metadata: {name: nats}
spec: {template: {metadata: {labels: {is: nats}}}}
---
kind: NetworkPolicy
metadata: {name: count}
spec: {podSelector: {matchLabels: {is: count}}, ingress: []}
---
kind: CronJob
metadata: {name: count}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {is: count}}}}}}
";

    #[test]
    fn what_is_closed_is_fine_and_each_hole_is_found() {
        finds_each(
            check,
            GOOD,
            &[
                ("policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", "denies"),
                ("[Ingress, Egress]}", "[Ingress, Egress], egress: [{}]}", "denies"),
                ("{matchLabels: {is: wallet}}", "{matchLabels: {is: bank}}", "is about no pod"),
                ("{matchLabels: {is: wallet}}", "{matchLabels: {is: bank}}", "no NetworkPolicy says"),
                ("values: [nats]", "values: [postgres]", "no NetworkPolicy says"),
                ("ingress: []", "egress: []", "CronJob count: no NetworkPolicy says"),
            ],
        );
    }
}
