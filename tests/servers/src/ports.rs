//! Free ports of this machine, by name.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// The names of everything that listens. Those that begin with `ipv6` do so on `[::1]`.
pub(crate) const NAMES: [&str; 27] = [
    "always_gzip",
    "bad_gateway",
    "busy",
    "chained",
    "chunked",
    "closing",
    "early",
    "expired",
    "guarded_proxy",
    "gzip",
    "http10",
    "http2",
    "incomplete",
    "ipv6",
    "ipv6_tls",
    "limited",
    "limited_http2",
    "old_tls",
    "open_proxy",
    "other_name",
    "plain_http",
    "promising",
    "redirecting",
    "self_made",
    "short_idle",
    "slow_gateway",
    "throttling",
];

/// Ports by name. They were free a moment ago.
pub(crate) struct Ports(BTreeMap<&'static str, SocketAddr>);

impl Ports {
    pub(crate) fn find() -> Result<Self, String> {
        // All are held until the last one is found, so that none is found twice.
        let mut held = Vec::new();
        let mut ports = BTreeMap::new();
        for name in NAMES {
            let any = if name.starts_with("ipv6") {
                SocketAddr::from((Ipv6Addr::LOCALHOST, 0))
            } else {
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
            };
            let failed = |error| format!("no port of {any}: {error}");
            let listener = TcpListener::bind(any).map_err(failed)?;
            ports.insert(name, listener.local_addr().map_err(failed)?);
            held.push(listener);
        }
        Ok(Self(ports))
    }

    /// The address of that name.
    pub(crate) fn of(&self, name: &str) -> Result<SocketAddr, String> {
        self.0.get(name).copied().ok_or_else(|| format!("nothing listens by the name {name}"))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, SocketAddr)> {
        self.0.iter().map(|(name, address)| (*name, *address))
    }
}
