//! The server on ports with TLS of its own.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::process::{Server, command, refusal};

/// Writes a new certificate and its key, and gives the certificate.
fn certify(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    cert.der().clone()
}

const FILES: [&str; 4] = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];

/// Connects as a client that trusts one certificate and speaks some protocols.
async fn connect(
    address: &str,
    trusted: &CertificateDer<'static>,
    protocols: &[&[u8]],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

async fn get(address: &str, trusted: &CertificateDer<'static>, path: &str) -> std::io::Result<String> {
    let mut stream = connect(address, trusted, &[]).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // Some clients find the end of an answer by its length alone.
    let _ = stream.read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn both_listeners_speak_https_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = certify(folder.path());
    let server = Server::start_in(folder, &FILES);
    assert!(get(&server.api, &trusted, "/api/sessions").await.unwrap().starts_with("HTTP/1.1 200"));
    assert!(get(&server.dashboard, &trusted, "/").await.unwrap().contains("<html"));
    let stranger = generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.der().clone();
    assert!(get(&server.api, &stranger, "/healthz").await.is_err(), "the client does check");
    let mut plain = TcpStream::connect(&server.api).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "{:?}", String::from_utf8_lossy(&answer));
}

/// Frames of RFC 9113: the preface with empty settings, and `GET /healthz` as a header block of RFC 7541.
#[tokio::test]
async fn a_client_that_asks_for_http2_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = certify(folder.path());
    let server = Server::start_in(folder, &FILES);
    let mut stream = connect(&server.api, &trusted, &[b"h2", b"http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let block = [&[0x82, 0x87, 0x04, 8][..], b"/healthz", &[0x01, 9], b"localhost"].concat();
    let length = [0, 0, block.len() as u8];
    let request =
        [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[0, 0, 0, 4, 0, 0, 0, 0, 0][..], &length, &[1, 5, 0, 0, 0, 1], &block];
    stream.write_all(&request.concat()).await.unwrap();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let mut frame = vec![0; usize::from(head[1]) * 256 + usize::from(head[2])];
        stream.read_exact(&mut frame).await.unwrap();
        if head[3] == 1 {
            // 0x88 is ":status: 200".
            assert!(frame.contains(&0x88), "{frame:?}");
            break;
        }
    }
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart_and_a_broken_one_never() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let old = certify(&path);
    let server = Server::start_in(folder, &FILES);
    let healthy = async |trusted: &CertificateDer<'static>| get(&server.api, trusted, "/healthz").await.is_ok();
    assert!(healthy(&old).await);
    let until = async |trusted: &CertificateDer<'static>| {
        let began = Instant::now();
        while !healthy(trusted).await {
            assert!(began.elapsed() < Duration::from_secs(20), "the new certificate is not shown");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let new = certify(&path);
    server.signal("-HUP");
    until(&new).await;
    assert!(!healthy(&old).await);
    // A key that is half written, and then the rest: what is good stays, and nobody has to ask.
    std::fs::write(path.join("key.pem"), "-----BEGIN PRIVATE KEY-----\n").unwrap();
    server.signal("-HUP");
    assert!(healthy(&new).await);
    let newest = certify(&path);
    until(&newest).await;
}

#[test]
fn files_that_cannot_be_used_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    std::fs::write(folder.path().join("text.pem"), "secret-text").unwrap();
    let other = tempfile::tempdir().unwrap();
    certify(other.path());
    let other = other.path().join("key.pem").display().to_string();
    for (certificate, key, said) in [
        ("none.pem", "key.pem", "cannot read none.pem"),
        ("text.pem", "key.pem", "text.pem: it holds no certificate"),
        ("cert.pem", "text.pem", "text.pem: it holds no private key"),
        ("cert.pem", &other, "is not the key of cert.pem"),
    ] {
        let line = refusal(command(&folder).args(["--tls-cert", certificate, "--tls-key", key]));
        assert!(line.contains(said) && !line.contains("secret-text"), "{line}");
    }
}
