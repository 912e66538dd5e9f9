//! Signals to a whole process group, which the standard library doesn't offer.

use std::process::Command;

/// Ask to end, or end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signal {
    /// SIGTERM: finish what is under way.
    Terminate,
    /// SIGKILL.
    Kill,
}

/// Sends a signal to every process of a group. A group that is gone already is fine.
#[allow(unsafe_code)] // kill(2) has no safe form in the standard library
pub(super) fn send(group: u32, signal: Signal) {
    let Ok(group) = libc::pid_t::try_from(group) else { return };
    let signal = match signal {
        Signal::Terminate => libc::SIGTERM,
        Signal::Kill => libc::SIGKILL,
    };
    // SAFETY: takes two integers and touches no memory of ours. A negative process id addresses
    // the group; groups of 0 and 1, which would be ours and everybody's, are excluded.
    if group > 1 {
        unsafe { libc::kill(-group, signal) };
    }
}

/// Makes a program start in a group of its own, so that a Ctrl-C in the terminal reaches only
/// this tool, which then stops the others in order; and end when this tool is killed.
#[allow(unsafe_code)] // prctl(2) has no safe form in the standard library
pub(super) fn separate(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    #[cfg(target_os = "linux")]
    // SAFETY: runs between fork and exec, and makes one system call without memory of ours.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            Ok(())
        });
    }
}
