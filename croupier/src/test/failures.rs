//! Which tests failed, and why, read off what the runners print: what somebody looks for first in a long run's output.

/// One test's name and, where it says one, the reason: a line each.
pub(super) fn failures(output: &str) -> Vec<String> {
    let mut failed: Vec<(String, Option<String>)> = Vec::new();
    let mut current = None;
    let mut lines = output.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if let Some(heading) = heading(line) {
            current = match heading {
                Heading::Failed(name) => {
                    Some(failed.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                        failed.push((name.to_owned(), None));
                        failed.len() - 1
                    }))
                }
                Heading::Other => None,
            };
        } else if let Some(index) = current
            && failed[index].1.is_none()
        {
            failed[index].1 = reason(line, lines.peek().copied());
        }
    }
    failed.into_iter().map(|(name, why)| why.map_or(name.clone(), |why| format!("{name}: {why}"))).collect()
}

enum Heading<'a> {
    /// What follows was said by a test that failed.
    Failed(&'a str),
    /// What follows was said by others.
    Other,
}

/// nextest: `FAIL [  0.004s] ( 9/91) package::binary name::of::test`; libtest and wasm-bindgen: `---- name stdout ----`;
/// Node: `not ok 3 - name`.
fn heading(line: &str) -> Option<Heading<'_>> {
    const BAD: [&str; 6] = ["FAIL", "TIMEOUT", "SIGABRT", "SIGSEGV", "SIGKILL", "SIGTERM"];
    if line == "error: test run failed" {
        return Some(Heading::Other);
    }
    if let Some(name) = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" ----")) {
        return name.rsplit_once(' ').map(|(name, _)| Heading::Failed(name));
    }
    if let Some((_, name)) = line.strip_prefix("not ok ").and_then(|rest| rest.split_once(" - ")) {
        return Some(Heading::Failed(name));
    }
    let (status, rest) = line.split_once(" [")?;
    let (seconds, name) = rest.split_once(']')?;
    if !seconds.trim().trim_start_matches('>').ends_with('s') || !status.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Some(if BAD.contains(&status) {
        Heading::Failed(name.split_once(") ").map_or(name, |(_, name)| name).trim())
    } else {
        Heading::Other
    })
}

/// An error that a test returned, or what it panicked with, which stands below the place.
fn reason(line: &str, next: Option<&str>) -> Option<String> {
    if let Some(error) = line.strip_prefix("Error: ").or_else(|| line.strip_prefix("error: ")) {
        return Some(error.trim_matches('\'').to_owned());
    }
    (line.contains(" panicked at ") || line.starts_with("panicked at "))
        .then(|| next.filter(|next| !next.is_empty()).unwrap_or(line).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextests_failures_have_their_reason() {
        let output = "    PASS [  16.4s] (17/91) scenarios::scenarios dev::alone
        FAIL [  22.172s] (19/91) scenarios::scenarios edges::reach_all
        PASS [   5.002s] (22/91) scenarios::scenarios frames::reach_nothing
  stdout ───
    Error: not this one
────────────
     Summary [  60.000s] 91 tests run: 89 passed, 2 failed, 0 skipped
        FAIL [  22.172s] (19/91) scenarios::scenarios edges::reach_all
  stdout ───
    figure: killed: 5 ms
  stderr ───
    Error: 5.659668989s
        FAIL [   0.010s] ( 2/91) gateway money::balances
  stderr ───
    thread 'money::balances' (123) panicked at gateway/src/money.rs:3:5:
    assertion `left == right` failed
     TIMEOUT [ 180.000s] (91/91) gateway hangs
error: test run failed";
        assert_eq!(
            failures(output),
            [
                "scenarios::scenarios edges::reach_all: 5.659668989s",
                "gateway money::balances: assertion `left == right` failed",
                "gateway hangs",
            ]
        );
    }

    #[test]
    fn libtests_and_nodes_failures_are_found() {
        let output = "test a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b stdout ----\nthread 'b' panicked at src/lib.rs:2:1:\nnot so\n\n\nfailures:\n    b\n";
        assert_eq!(failures(output), ["b: not so"]);
        assert_eq!(failures("ok 1 - a\nnot ok 2 - it mounts\n  error: 'it does not'\n"), ["it mounts: it does not"]);
        assert_eq!(failures("error: could not compile"), [""; 0]);
    }
}
