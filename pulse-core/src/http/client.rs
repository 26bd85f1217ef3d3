//! Where a request comes from: the socket's address or, behind a proxy that is listed, what that says.

use std::{fmt, net::IpAddr, str::FromStr};

use http::{HeaderMap, request::Parts};

use crate::{
    engine::{Network, Sender},
    seldom::Seldom,
};

/// The address at the other end of the connection. A server puts it into the extensions of each request; without it
/// there are no quotas by address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub IpAddr);

/// Proxies whose `X-Forwarded-For` is believed, by their addresses. Nobody else's is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Subnet>);

/// Addresses that share their first bits, as `10.0.0.0/8`; one address without the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Subnet {
    address: IpAddr,
    bits: u32,
}

/// Text that is neither an address nor a range of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidProxy;

impl fmt::Display for InvalidProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a proxy is an address or a range of them, as 10.0.0.7 or 10.0.0.0/8")
    }
}

impl std::error::Error for InvalidProxy {}

impl FromStr for Subnet {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| InvalidProxy)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| InvalidProxy))?;
        if bits > most { Err(InvalidProxy) } else { Ok(Self { address, bits }) }
    }
}

impl Subnet {
    fn contains(&self, address: IpAddr) -> bool {
        let same = |a: u128, b: u128, width: u32| self.bits == 0 || (a ^ b) >> (width - self.bits) == 0;
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
            _ => false,
        }
    }
}

impl Proxies {
    /// These addresses and ranges of them.
    ///
    /// # Errors
    /// One of them is neither.
    pub fn listed<'a>(proxies: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidProxy> {
        Ok(Self(proxies.into_iter().map(str::parse).collect::<Result<_, _>>()?))
    }

    /// Whether this is one of them.
    ///
    /// ```
    /// let proxies = pulse_core::Proxies::listed(["10.0.0.0/8", "::1"])?;
    /// assert!(proxies.contains([10, 1, 2, 3].into()) && !proxies.contains([192, 168, 1, 1].into()));
    /// # Ok::<(), pulse_core::http::InvalidProxy>(())
    /// ```
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|subnet| subnet.contains(address))
    }

    /// The client's address: the last one in `X-Forwarded-For` that no listed proxy has.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let told: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
        let mut client = peer;
        for address in told.iter().rev() {
            if !self.contains(client) {
                break;
            }
            // What comes before something that no proxy writes may be anybody's.
            let Some(address) = forwarded(address) else { break };
            client = address;
        }
        client
    }

    /// Who sends, as quotas see it.
    pub(super) fn sender(&self, parts: &Parts, limit_local: bool) -> Sender {
        static UNLISTED: Seldom = Seldom::new();
        let Some(PeerAddr(peer)) = parts.extensions.get::<PeerAddr>().copied() else { return Sender::Unknown };
        let client = self.client(peer, &parts.headers);
        let unlisted = !self.contains(peer) && is_forwarded(&parts.headers);
        if unlisted && let Some(times) = UNLISTED.happened() {
            tracing::warn!(
                times,
                "requests come through a proxy at {peer} that is not listed: --proxy {peer} tells its clients apart"
            );
        }
        match client.to_canonical().is_loopback() && !limit_local {
            // Somebody's proxy on this machine: its clients are not all one address, and not this machine either.
            true if unlisted => Sender::Hidden,
            true => Sender::Local,
            false => Sender::Address(Network::from(client)),
        }
    }
}

/// Whether some proxy says that it passes the request on.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    let by = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];
    by.iter().any(|name| headers.contains_key(*name))
}

/// An address of `X-Forwarded-For`, with a port or not.
fn forwarded(text: &str) -> Option<IpAddr> {
    let address = |text: &str| text.parse::<IpAddr>().ok();
    address(text)
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| address(text.strip_prefix('[')?.strip_suffix(']')?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parts(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut parts = request.body(()).unwrap().into_parts().0;
        parts.extensions.insert(PeerAddr(peer.parse().unwrap()));
        parts
    }

    fn sender(proxies: &[&str], peer: &str, told: &[&str]) -> Sender {
        let headers: Vec<(&str, &str)> = told.iter().map(|value| ("x-forwarded-for", *value)).collect();
        Proxies::listed(proxies.iter().copied()).unwrap().sender(&parts(peer, &headers), false)
    }

    fn address(text: &str) -> Sender {
        Sender::Address(text.parse::<IpAddr>().unwrap().into())
    }

    #[test]
    fn a_forged_header_is_not_believed() {
        for told in [&["198.51.100.1"][..], &["127.0.0.1"], &["::1"], &["garbage"], &["198.51.100.1, 127.0.0.1"]] {
            assert_eq!(sender(&[], "203.0.113.7", told), address("203.0.113.7"), "{told:?}");
        }
        // Behind a proxy the client's own words stand before what the proxy says.
        let proxy = &["10.0.0.0/8"];
        assert_eq!(sender(proxy, "10.0.0.1", &["127.0.0.1, 203.0.113.7"]), address("203.0.113.7"));
        assert_eq!(sender(proxy, "10.0.0.1", &["127.0.0.1", "203.0.113.7"]), address("203.0.113.7"));
        assert_eq!(sender(proxy, "10.0.0.1", &["10.0.0.9, 203.0.113.7, 10.2.3.4"]), address("203.0.113.7"));
        assert_eq!(sender(proxy, "10.0.0.1", &["1.2.3.4, unknown, 10.2.3.4"]), address("10.2.3.4"));
        assert_eq!(sender(proxy, "11.0.0.1", &["203.0.113.7"]), address("11.0.0.1"));
    }

    #[test]
    fn an_address_is_read_with_its_port() {
        let proxy = &["127.0.0.1", "2001:db8::/32"];
        assert_eq!(sender(proxy, "127.0.0.1", &["203.0.113.7:4711"]), address("203.0.113.7"));
        assert_eq!(sender(proxy, "2001:db8::5", &["[2001:dead::1]:4711"]), address("2001:dead::1"));
        assert_eq!(sender(proxy, "::ffff:127.0.0.1", &["[2001:dead::1]"]), address("2001:dead::1"));
    }

    #[test]
    fn this_machine_is_told_from_a_proxy_on_it() {
        assert_eq!(sender(&[], "127.0.0.1", &[]), Sender::Local);
        assert_eq!(sender(&[], "::1", &[]), Sender::Local);
        assert_eq!(sender(&[], "127.0.0.1", &["203.0.113.7"]), Sender::Hidden);
        assert_eq!(sender(&["127.0.0.1"], "127.0.0.1", &["203.0.113.7"]), address("203.0.113.7"));
        assert_eq!(Proxies::default().sender(&parts("127.0.0.1", &[]), true), address("127.0.0.1"));
        let nobody = http::Request::new(()).into_parts().0;
        assert_eq!(Proxies::default().sender(&nobody, false), Sender::Unknown);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for bad in ["", "shop.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129"] {
            assert_eq!(Proxies::listed([bad]), Err(InvalidProxy), "{bad}");
        }
        let all = Proxies::listed(["0.0.0.0/0"]).unwrap();
        assert!(all.contains([203, 0, 113, 7].into()) && !all.contains("::1".parse().unwrap()));
    }
}
