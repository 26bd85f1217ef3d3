//! Where a server listens: taken before anything else is started, and a clear line when it cannot be. Connections of
//! every kind come out of one [`Listener`], as bytes that are not encrypted any more.

mod connection;
#[cfg(unix)]
mod unix;

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use tokio::net::{TcpListener, TcpSocket};

pub(crate) use self::connection::{Connection, Spoken};
use crate::tls::Tls;

/// Where to listen, as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A port.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// Text that is neither `HOST:PORT` nor `unix:PATH`.
#[derive(Debug)]
pub(crate) struct InvalidAddress;

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address is an IP address with a port, as 127.0.0.1:5001, or unix: with a path")
    }
}

impl std::error::Error for InvalidAddress {}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        match text.strip_prefix("unix:") {
            Some(path) if cfg!(unix) && !path.is_empty() => Ok(Self::Unix(path.into())),
            Some(_) => Err(InvalidAddress),
            None => port(text).map(Self::Tcp).map_err(|_| InvalidAddress),
        }
    }
}

/// An address with a port; `localhost` is 127.0.0.1.
pub(crate) fn port(text: &str) -> Result<SocketAddr, &'static str> {
    let address = match text.strip_prefix("localhost:") {
        Some(port) => port.parse().ok().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        None => text.parse().ok(),
    };
    address.ok_or("an address is an IP address with a port, as 127.0.0.1:8080")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Address {
    /// Whether only people on this machine can ask: behind a socket of the file system is a proxy.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().is_loopback(),
            Self::Unix(_) => false,
        }
    }
}

/// Connections that wait to be accepted, as far as the system allows it: what comes while they are as many begins anew
/// a second later. The usual 128 are a burst of one busy page.
const BACKLOG: u32 = 4096;

fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that is started again finds its port free. Elsewhere the option lets others take it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(at)?;
    socket.listen(BACKLOG)
}

/// A listener, with what its connections begin with.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    Tls(TcpListener, Tls),
    #[cfg(unix)]
    Unix(unix::Socket),
}

impl Listener {
    /// Takes an address; `setting` is what to change when that fails. TLS is spoken on ports alone: who can open a
    /// socket of the file system is on this machine.
    pub(crate) async fn bind(address: &Address, tls: Option<&Tls>, setting: &str) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot listen on {address}: {error}; {setting} sets another");
        match address {
            Address::Tcp(at) => {
                let listener = listen(*at).map_err(failed)?;
                Ok(match tls {
                    Some(tls) => Self::Tls(listener, tls.clone()),
                    None => Self::Tcp(listener),
                })
            }
            #[cfg(unix)]
            Address::Unix(path) => unix::Socket::bind(path).map(Self::Unix).map_err(failed),
            #[cfg(not(unix))]
            Address::Unix(_) => Err(failed(io::ErrorKind::Unsupported.into())),
        }
    }

    /// Where it ended up, which differs from what was asked for when that was port 0.
    pub(crate) fn address(&self) -> Result<Address, String> {
        match self {
            Self::Tcp(listener) | Self::Tls(listener, _) => {
                let at = listener.local_addr().map_err(|error| format!("a listener has no address: {error}"))?;
                Ok(Address::Tcp(at))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Address::Unix(socket.path().to_owned())),
        }
    }

    /// The address as a browser on this machine wants it.
    pub(crate) fn url(&self) -> Result<String, String> {
        let scheme = if matches!(self, Self::Tls(..)) { "https" } else { "http" };
        Ok(match self.address()? {
            Address::Tcp(at) if at.ip().is_unspecified() || at.ip() == Ipv4Addr::LOCALHOST => {
                format!("{scheme}://localhost:{}", at.port())
            }
            Address::Tcp(at) => format!("{scheme}://{at}"),
            unix => unix.to_string(),
        })
    }

    /// Whether it is a socket of the file system, by which proxies come.
    pub(crate) fn is_of_machine(&self) -> bool {
        match self {
            Self::Tcp(_) | Self::Tls(..) => false,
            #[cfg(unix)]
            Self::Unix(_) => true,
        }
    }

    /// The next connection, and whose it is. Whoever comes by a socket of the file system is this machine: `--proxy
    /// 127.0.0.1` has it believed in what it says of others.
    pub(crate) async fn accept(&self) -> io::Result<(Connection, IpAddr)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok((Connection::Tcp(stream), peer.ip()))
            }
            Self::Tls(listener, tls) => {
                let (stream, peer) = listener.accept().await?;
                Ok((Connection::Tls(stream, tls.acceptor()), peer.ip()))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok((Connection::Unix(socket.accept().await?), Ipv4Addr::LOCALHOST.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_port_or_a_path() {
        for text in ["127.0.0.1:5001", "[::1]:0", "unix:/run/pulse/api.sock", "unix:api.sock"] {
            assert_eq!(text.parse::<Address>().map(|address| address.to_string()).ok().as_deref(), Some(text));
        }
        assert_eq!("localhost:5001".parse().ok(), "127.0.0.1:5001".parse::<Address>().ok());
        for bad in [
            "",
            "localhost",
            "localhost:",
            "localhost:port",
            "localhost:70000",
            "unix:",
            "/run/pulse.sock",
            "127.0.0.1",
            "http://127.0.0.1:5001",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }

    /// Nobody accepts here: the connections have to be there all the same. With the usual backlog the 130th never is.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_burst_of_connections_waits_to_be_accepted() {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a port is free");
        let at = listener.local_addr().expect("it has an address");
        let mut open = Vec::new();
        for n in 0..300 {
            let connect = tokio::net::TcpStream::connect(at);
            let connected = tokio::time::timeout(std::time::Duration::from_secs(10), connect).await;
            open.push(connected.unwrap_or_else(|_| panic!("connection {n} waits")).expect("it connects"));
        }
    }
}
