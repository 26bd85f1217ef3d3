//! Ports: taken before anything else is started, and a clear line when one cannot be.

use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Takes an address; `setting` is what to change when that fails.
pub(crate) async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}; {setting} sets another"))
}

/// Where a listener ended up, which differs from what was asked for when that was port 0.
pub(crate) fn address(listener: &TcpListener) -> Result<SocketAddr, String> {
    listener.local_addr().map_err(|error| format!("a listener has no address: {error}"))
}
