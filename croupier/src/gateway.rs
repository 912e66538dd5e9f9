//! The way to a gateway, for the commands that ask one.

use std::net::IpAddr;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

/// What to do for whoever ships and finds nobody there.
pub(crate) const START_ONE: &str = "start one with `cargo croupier up`, or name another with --gateway.";

/// Who calls a host. A proxy of the environment leads away from what is on this machine, so that is called directly.
pub(crate) fn agent_for(host: &str, config: ConfigBuilder<AgentScope>) -> Agent {
    let host = host.trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    let config = if is_here { config.proxy(None) } else { config };
    config.build().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::Proxy;

    #[test]
    fn what_is_on_this_machine_is_called_past_a_proxy() {
        let is_direct = |host: &str| {
            let proxied = Agent::config_builder().proxy(Some(Proxy::new("http://127.0.0.1:1").unwrap()));
            agent_for(host, proxied).config().proxy().is_none()
        };
        assert!(["localhost", "127.0.0.1", "[::1]"].into_iter().all(is_direct));
        assert!(!["casino.example", "10.0.0.1", ""].into_iter().any(is_direct));
    }
}
