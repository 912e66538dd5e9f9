//! Where a request comes from on the network, as far as that can be known.
//!
//! The socket's other end is all that nobody can invent. Where that is one of the operator's own
//! proxies (`--trusted-proxy`), what it says in `X-Forwarded-For` counts, from the right up to the
//! first address that is none of them; everything left of it was said by somebody else. Without the
//! flag the header counts for nothing, and behind a proxy all players look like one.
//!
//! Must never be kept or logged as it is: it is only hashed, for counting failures.

use super::Identity;
use axum::extract::{ConnectInfo, FromRequestParts};
use http::HeaderMap;
use http::request::Parts;
use ipnet::IpNet;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";
/// Of an IPv6 address only the network counts: whoever has one has all of it.
const NETWORK_BITS: u32 = 64;

/// The network address behind a request; unknown for one that came over no socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source(pub(super) Option<IpAddr>);

impl FromRequestParts<Identity> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, identity: &Identity) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(peer.map(|peer| network(behind(peer, &parts.headers, &identity.0.trusted_proxies)))))
    }
}

/// Whose request it is that came from `peer`.
#[must_use]
pub fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(&address.to_canonical()));
    if !is_proxy(peer) {
        return peer;
    }
    let mut nearest = peer;
    let said = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let said: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
    for address in said.into_iter().rev() {
        let Ok(address) = address.parse::<IpAddr>() else { return nearest };
        nearest = address;
        if !is_proxy(address) {
            return address;
        }
    }
    nearest
}

/// Who is counted as one.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (Ipv6Addr::BITS - NETWORK_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, said: &[&str]) -> String {
        let proxies = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        network(behind(peer.parse().unwrap(), &headers, &proxies)).to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        assert_eq!(found("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(found("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(found("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn what_a_client_wrote_before_the_proxy_counts_for_nothing() {
        assert_eq!(found("10.0.0.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", &["1.2.3.4, nonsense"]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn of_an_ipv6_address_the_network_counts() {
        assert_eq!(found("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
        assert_eq!(found("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
