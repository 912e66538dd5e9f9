//! Has the entry modules of releases read, by another process for each.
//!
//! The parser goes down into what is nested and takes memory for all that there is: code that was made for it ends
//! whoever reads it. So that is `gateway audit-module`, and its end is an answer as well.
//!
//! **Architecture invariant:** no JavaScript of a team is parsed in this process, and the other one gets nothing but
//! the code: no argument and no variable of ours.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use contract::problem::Code;
use release::{AuditError, Module};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::problem::ApiError;

/// How many are read at once: each may take a processor and all the memory that it is allowed.
const AT_ONCE: usize = 1;
/// How long one may take, where an honest one takes milliseconds; within the time in which a reply has to begin.
const WITHIN: Duration = Duration::from_secs(5);
/// The longest answer that is read: tens of thousands of names.
const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// Whoever reads entry modules.
pub(super) struct Auditor {
    program: PathBuf,
    turns: Semaphore,
}

impl Auditor {
    /// One that runs this program.
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, turns: Semaphore::new(AT_ONCE) }
    }

    /// What the entry module of a fragment exports, imports and reaches, or why that can't be said.
    ///
    /// # Errors
    /// Nobody can be asked: the system starts no process.
    pub(super) async fn audit(&self, fragment: &str, code: &[u8]) -> Result<Result<Module, AuditError>, ApiError> {
        let _turn = self.turns.acquire().await.map_err(|error| ApiError::internal(&error))?;
        let child = self.start().map_err(|error| {
            tracing::error!(program = %self.program.display(), %error, "no process can be started to read a release");
            let detail = "The entry module can't be read now. Try again, or ask the operator; their log says why.";
            ApiError::new(Code::Unavailable, detail)
        })?;
        let answered = timeout(WITHIN, answer(child, code)).await.unwrap_or_else(|elapsed| Err(elapsed.into()));
        Ok(answered.unwrap_or_else(|error| {
            tracing::warn!(fragment, %error, "an entry module could not be read to its end");
            Err(AuditError::Unreadable)
        }))
    }

    fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.arg("audit-module").env_clear().kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    }
}

/// What the process says of the code. An error is its own end, or an answer that is none.
async fn answer(mut child: Child, code: &[u8]) -> io::Result<Result<Module, AuditError>> {
    let pipes = child.stdin.take().zip(child.stdout.take());
    let (mut to, from) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
    let asking = async move {
        // One that has ended takes no more; why, its end says.
        let _ = to.write_all(code).await;
        // The end of the code.
        drop(to);
    };
    let hearing = async move {
        let mut said = Vec::new();
        from.take(MAX_ANSWER_BYTES).read_to_end(&mut said).await?;
        Ok::<_, io::Error>(said)
    };
    // At once: neither waits for a pipe that the other has to empty.
    let ((), said) = tokio::join!(asking, hearing);
    let (said, status) = (said?, child.wait().await?);
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    Ok(serde_json::from_slice(&said)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than a pipe holds.
    const CODE: &[u8] = &[b' '; 1024 * 1024];

    #[tokio::test]
    async fn whatever_is_no_answer_is_the_codes_fault() {
        // One ends without a word, one fails, one says something else; none of them takes the code.
        for program in ["/bin/true", "/bin/false", "/bin/echo"] {
            let outcome = Auditor::new(program.into()).audit("wallet", CODE).await;
            assert_eq!(outcome, Ok(Err(AuditError::Unreadable)), "{program}");
        }
    }

    #[tokio::test]
    async fn a_program_that_can_not_be_started_is_no_fault_of_the_code() {
        let refused =
            Auditor::new("/nowhere/gateway".into()).audit("wallet", CODE).await.expect_err("there is no such program");
        assert_eq!((refused.code, refused.field), (Code::Unavailable, None));
    }
}
