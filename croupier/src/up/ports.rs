//! The four ports, and whether they are free.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

use crate::cli::UpOptions;
use crate::failure::Failure;

/// Which port is whose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) gateway: u16,
    pub(super) gateway_control: u16,
    pub(super) provider: u16,
    pub(super) provider_control: u16,
    provider_runs: bool,
}

impl Ports {
    pub(super) fn of(options: &UpOptions) -> Self {
        Self {
            gateway: options.port,
            gateway_control: options.port + 1,
            provider: options.vendor_port,
            provider_control: options.vendor_port + 1,
            provider_runs: !options.no_provider,
        }
    }

    /// Every port with who needs it and the flag that moves it.
    fn uses(self) -> impl Iterator<Item = (u16, &'static str, &'static str)> {
        let all = [
            (self.gateway, "the page", "--port"),
            (self.gateway_control, "the gateway's control port, one above the page's", "--port"),
            (self.provider, "the vendor's feed and video", "--vendor-port"),
            (self.provider_control, "the vendor's control port, one above the vendor's", "--vendor-port"),
        ];
        all.into_iter().take(if self.provider_runs { 4 } else { 2 })
    }

    /// # Errors
    /// A port is taken, or two of ours are the same.
    pub(super) fn check(self) -> Result<()> {
        let mut seen = Vec::new();
        for (port, whose, flag) in self.uses() {
            if let Some((_, other)) = seen.iter().find(|(taken, _)| *taken == port) {
                return Err(Failure::new(
                    format!("port {port} is both {other} and {whose}"),
                    "choose --port and --vendor-port at least two apart.",
                )
                .into());
            }
            seen.push((port, whose));
            // Bound and released again. The programs say it as well, should somebody be quicker.
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(taken(port, whose, flag).into()),
                Err(error) => return Err(error).with_context(|| format!("port {port}, {whose}, can't be used")),
            }
        }
        Ok(())
    }
}

fn taken(port: u16, whose: &str, flag: &str) -> Failure {
    Failure::new(
        format!("port {port} is taken by another program; {whose} needs it"),
        format!(
            "stop that program (`ss -ltnp 'sport = :{port}'` names it; it may be another `cargo croupier up`), \
             or choose another port with {flag}."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::explain;
    use std::path::PathBuf;

    fn options(port: u16, vendor_port: u16, no_provider: bool) -> UpOptions {
        let data = PathBuf::from("data");
        UpOptions {
            port,
            vendor_port,
            data,
            no_open: true,
            no_provider,
            split: false,
            rogues: Vec::new(),
            fragment: Vec::new(),
        }
    }

    #[test]
    fn a_taken_port_is_named_with_its_use_and_its_flag() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = Ports::of(&options(port, port.wrapping_add(100).max(1024), false)).check().unwrap_err();
        let text = explain(&error);
        assert!(
            text.contains(&format!("port {port} is taken")) && text.contains("the page") && text.contains("--port"),
            "{text}"
        );
    }

    #[test]
    fn two_uses_of_one_port_are_refused_unless_the_vendor_is_left_out() {
        let error = Ports::of(&options(47_801, 47_802, false)).check().unwrap_err();
        assert!(error.to_string().contains("47802 is both"), "{error}");
        assert_eq!(Ports::of(&options(47_801, 47_802, true)).uses().count(), 2);
    }
}
