//! What is true of every container: it may do as little as it needs, it is watched, and it has bounds.

use serde_json::{Value, json};

use super::Finding;
use super::files::{Resource, items};

const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

/// Members that have to be as they are here, in every pod.
fn of_pods() -> [(&'static str, Value); 3] {
    [
        ("/spec/automountServiceAccountToken", json!(false)),
        ("/spec/securityContext/runAsNonRoot", json!(true)),
        ("/spec/securityContext/seccompProfile/type", json!("RuntimeDefault")),
    ]
}

/// The same for every container.
fn of_containers() -> [(&'static str, Value); 3] {
    [
        ("/securityContext/allowPrivilegeEscalation", json!(false)),
        ("/securityContext/readOnlyRootFilesystem", json!(true)),
        ("/securityContext/capabilities/drop", json!(["ALL"])),
    ]
}

const BOUNDS: [&str; 3] = ["/resources/requests/cpu", "/resources/requests/memory", "/resources/limits/memory"];

pub(super) fn check(resources: &[Resource]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in resources {
        if resource.kind() == "Secret" {
            findings.push(Finding::of(resource, "a secret stands in a file; name one that is made elsewhere"));
        }
        let Some(pod) = resource.pod() else { continue };
        let mut say = |problem: String| findings.push(Finding::of(resource, problem));
        differences(pod, &of_pods(), &mut say);
        for container in resource.containers() {
            differences(container, &of_containers(), &mut say);
            for bound in BOUNDS.iter().filter(|bound| container.pointer(bound).is_none()) {
                say(format!("{bound} is missing"));
            }
            // Nobody waits for what ends by itself.
            if !resource.ends() {
                probes(container, &mut say);
            }
            for variable in items(container, "/env").filter(|variable| is_secret(variable)) {
                say(format!("{} is a secret in the environment; mount it as a file", variable["name"]));
            }
        }
    }
    findings
}

fn differences(value: &Value, expected: &[(&str, Value)], say: &mut impl FnMut(String)) {
    for (pointer, expected) in expected {
        if value.pointer(pointer) != Some(expected) {
            say(format!("{pointer} is not {expected}"));
        }
    }
}

/// Each asks a port that the container names, or runs a command.
fn probes(container: &Value, say: &mut impl FnMut(String)) {
    let ports: Vec<_> = items(container, "/ports").map(|port| &port["name"]).collect();
    for probe in PROBES {
        let asks = &container[probe];
        let http = asks.get("httpGet");
        if http.is_none() && asks.get("exec").is_none() {
            say(format!("{probe} is missing"));
        }
        if let Some(port) = http.map(|http| &http["port"]).filter(|port| !ports.contains(port)) {
            say(format!("{probe} asks port {port}, which the container does not name"));
        }
    }
}

/// Whatever is seen by everybody who sees the process.
fn is_secret(variable: &Value) -> bool {
    let name = variable["name"].as_str().unwrap_or_default();
    let by_name = ["PASSWORD", "SECRET", "TOKEN", "KEY"].iter().any(|word| name.ends_with(word));
    by_name || variable.pointer("/valueFrom/secretKeyRef").is_some()
}

#[cfg(test)]
mod tests {
    use super::super::finds_each;
    use super::*;

    const GOOD: &str = "
kind: Deployment
metadata: {name: wallet}
spec:
  template:
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: gateway
          env: [{name: POSTGRES_PASSWORD_FILE, value: /run/password}]
          ports: [{name: internal, containerPort: 8082}]
          startupProbe: {httpGet: {path: /healthz, port: internal}}
          livenessProbe: {httpGet: {path: /healthz, port: internal}}
          readinessProbe: {exec: {command: [ready]}}
          resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
";

    /// What every pod is held to, whether it serves or ends by itself.
    const BOUNDS: [(&str, &str, &str); 3] = [
        ("runAsNonRoot: true, ", "", "runAsNonRoot"),
        ("drop: [ALL]", "drop: [NET_RAW]", "capabilities"),
        (", limits: {memory: 1Gi}", "", "/resources/limits/memory"),
    ];

    #[test]
    fn what_is_bounded_and_watched_is_fine_and_each_change_is_found() {
        finds_each(check, GOOD, &BOUNDS);
        finds_each(
            check,
            GOOD,
            &[
                ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "readOnlyRootFilesystem"),
                (
                    "path: /healthz, port: internal}}\n          readiness",
                    "path: /healthz, port: public}}\n          readiness",
                    "livenessProbe asks",
                ),
                ("readinessProbe: {exec: {command: [ready]}}", "readinessProbe: {}", "readinessProbe is missing"),
                ("POSTGRES_PASSWORD_FILE", "POSTGRES_PASSWORD", "mount it as a file"),
                ("kind: Deployment", "kind: Secret", "a secret stands in a file"),
            ],
        );
    }

    const JOB: &str = "
kind: CronJob
metadata: {name: reconcile}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          automountServiceAccountToken: false
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
            - name: gateway
              resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
";

    #[test]
    fn what_ends_by_itself_is_bounded_too_and_needs_no_probes() {
        finds_each(check, JOB, &BOUNDS);
    }
}
