//! Signals to a whole process group, which the standard library doesn't offer.

use std::process::Command;

use rustix::process::{Pid, Signal, kill_process_group};

/// Sends a signal to every process of a group. A group that is gone already is fine.
pub(super) fn send(group: u32, signal: Signal) {
    let group = i32::try_from(group).ok().and_then(Pid::from_raw);
    // The first process's group is everybody's.
    if let Some(group) = group.filter(|group| *group != Pid::INIT) {
        let _ = kill_process_group(group, signal);
    }
}

/// Makes a program start in a group of its own, so that a Ctrl-C in the terminal reaches only
/// this tool, which then stops the others in order; and end when this tool is killed.
#[cfg_attr(target_os = "linux", expect(unsafe_code, reason = "what runs between fork and exec is unsafe"))]
pub(super) fn separate(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    #[cfg(target_os = "linux")]
    // SAFETY: it makes one system call without memory of ours.
    unsafe {
        command.pre_exec(|| Ok(rustix::process::set_parent_process_death_signal(Some(Signal::TERM))?));
    }
}
