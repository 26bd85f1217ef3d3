//! TLS on the server's own ports: a certificate and a key from files, which are read again when they change.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use crate::signals::Hangups;

/// HTTP/2 and HTTP/1.1 as ALPN calls them.
pub(crate) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Between two looks whether the files have changed.
const LOOK: Duration = Duration::from_secs(10);

/// What is shown to clients, and where it comes from. Clones share it.
#[derive(Clone)]
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    shown: Arc<Shown>,
    files: Arc<Files>,
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// The certificate that connections are begun with from now on.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Neither certificate nor key is printed.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads both files. The error is one line for a person, and holds nothing of the key.
    pub(crate) fn new(certificate: &Path, key: &Path) -> Result<Self, String> {
        let files = Files { certificate: certificate.to_owned(), key: key.to_owned() };
        let shown = Arc::new(Shown(RwLock::new(Arc::new(files.read()?))));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be set up: {error}"))?;
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::clone(&shown) as _);
        config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
        Ok(Self { config: Arc::new(config), shown, files: Arc::new(files) })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Reads the files again when they change, and at SIGHUP. What cannot be read leaves what is shown as it is.
    pub(crate) async fn follow(self, mut hangups: Hangups) {
        let mut known = self.files.changed_at();
        loop {
            let asked = hangups.within(LOOK).await;
            let now = self.files.changed_at();
            if !asked && now == known {
                continue;
            }
            known = now;
            let files = Arc::clone(&self.files);
            let read = tokio::task::spawn_blocking(move || files.read()).await;
            match read.unwrap_or_else(|panic| Err(panic.to_string())) {
                Ok(key) => {
                    *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                    tracing::info!("the certificate was read again");
                }
                Err(error) => tracing::error!(error, "the certificate stays as it was"),
            }
        }
    }
}

impl Files {
    fn read(&self) -> Result<CertifiedKey, String> {
        let Self { certificate, key } = self;
        let cannot = |path: &Path, error: &dyn fmt::Display| format!("cannot read {}: {error}", path.display());
        let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let chain = chain.map_err(|error| cannot(certificate, &error))?;
        if chain.is_empty() {
            return Err(cannot(certificate, &"it holds no certificate in PEM form"));
        }
        // The reason may name what is in the file.
        let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| match error {
            rustls::pki_types::pem::Error::Io(error) => cannot(key, &error),
            _ => cannot(key, &"it holds no private key in PEM form"),
        })?;
        let pair = CertifiedKey::from_der(chain, key_der, &ring::default_provider())
            .map_err(|error| format!("{} is not the key of {}: {error}", key.display(), certificate.display()))?;
        warn_of_readers(key);
        Ok(pair)
    }

    /// When each of the files was changed; none for one that is not there now.
    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
    }
}

/// Says when others on this machine can read the key.
#[cfg(unix)]
fn warn_of_readers(key: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(key).map_or(0, |file| file.permissions().mode());
    if mode & 0o007 != 0 {
        tracing::warn!("every user of this machine can read {}: `chmod 640` it", key.display());
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path) {}
