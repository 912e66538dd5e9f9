//! `up --split`: each service of the gateway as a process of its own, so that a person can end one and see
//! what becomes of the page.
//!
//! They share a PostgreSQL and a NATS server that last as long as they do. What the vendor remembers must not be older
//! than the book, so that everything begins empty.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Plan;
use super::supervise::{Program, Supervisor};
use crate::terminal::Terminal;
use crate::test::{Durability, Nats, Postgres};
use crate::tidy::services_apart;

/// One process.
struct Process {
    name: &'static str,
    /// Where the others ask it; the edge is asked by nobody.
    internal: Option<u16>,
    control: u16,
}

/// All of them, and what they share.
pub(super) struct Split {
    database: Postgres,
    events: Nats,
    processes: Vec<Process>,
}

impl Split {
    /// Starts the two servers, and makes what the processes have in common. The plan's data moves to a folder
    /// that is emptied first.
    pub(super) fn prepare(plan: &mut Plan<'_>, terminal: &Terminal) -> Result<Self> {
        plan.data = plan.data.join("split");
        match fs::remove_dir_all(&plan.data) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("emptying {}", plan.data.display()));
            }
            _ => fs::create_dir_all(&plan.data).with_context(|| format!("making {}", plan.data.display()))?,
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("no secret can be made: {error}"))?;
        fs::write(plan.data.join("peers.secret"), STANDARD.encode(secret)).context("writing the peers' secret")?;
        // Whoever asks another starts before or after it, it makes no difference.
        let services: Vec<_> = services_apart().collect();
        let free = free_ports(2 * services.len())?;
        let ports = free.chunks_exact(2).zip(services);
        let mut processes: Vec<Process> =
            ports.map(|(ports, name)| Process { name, internal: Some(ports[0]), control: ports[1] }).collect();
        // Last: it is the one that players see.
        processes.push(Process { name: "edge", internal: None, control: plan.ports.gateway_control });
        let database = Postgres::start(terminal, Durability::Full)?;
        Ok(Self { database, events: Nats::start(terminal)?, processes })
    }

    /// Starts every process, and says which is which.
    pub(super) fn start(&self, plan: &Plan<'_>, supervisor: &mut Supervisor<'_>, terminal: &Terminal) -> Result<()> {
        let mut lines = Vec::new();
        for process in &self.processes {
            let id = supervisor.start(self.program(plan, process))?;
            lines.push(format!("  {:<11} process {id:<8} control http://127.0.0.1:{}", process.name, process.control));
        }
        terminal.say(format!(
            "\nEach service is a process; try `kill -9` on one and watch the page:\n{}",
            lines.join("\n")
        ));
        Ok(())
    }

    fn program(&self, plan: &Plan<'_>, process: &Process) -> Program {
        let mut program = plan
            .gateway_as(process.name, process.control)
            .option("--service", process.name)
            .option("--database", self.database.url.clone())
            .option("--events", self.events.url.clone())
            .option("--peer-secret", plan.data.join("peers.secret"));
        if let Some(internal) = process.internal {
            program = program.option("--internal", format!("127.0.0.1:{internal}"));
        }
        for Process { name, internal, .. } in &self.processes {
            if let Some(port) = internal {
                program = program.option("--peer", format!("{name}=http://127.0.0.1:{port}"));
            }
        }
        program
    }
}

/// Ports that are free now; a process that is started again is found on the same one.
fn free_ports(count: usize) -> Result<Vec<u16>> {
    // Held until all are known, so that none comes twice.
    let held: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<io::Result<_>>()?;
    held.iter().map(|port| Ok(port.local_addr()?.port())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_comes_twice() {
        let mut ports = free_ports(10).unwrap();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 10);
    }
}
