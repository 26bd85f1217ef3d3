//! A further site of a server.

use std::sync::Arc;

use crate::{http::Origins, model::SiteKey, store::Store};

/// A further site that one Pulse serves under `/sites/KEY/`: with a store, origins, quotas and retention of its own.
/// What else is set in the [`PulseBuilder`](crate::PulseBuilder) holds for all sites.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use pulse_core::{Access, Origins, Pulse, Site, store::SqliteStore};
///
/// let shop = Site::new("shop".parse()?, SqliteStore::in_memory()?).origins(Origins::listed(["https://shop.example"]));
/// let pulse = Pulse::builder(SqliteStore::in_memory()?).access(Access::loopback()).site(shop).build();
/// assert_eq!(pulse.tag("/pulse/sites/shop"), r#"<script src="/pulse/sites/shop/pulse.js" async></script>"#);
/// assert!(pulse.site(&"shop".parse()?).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Site {
    pub(crate) key: SiteKey,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) origins: Origins,
    pub(crate) retention_days: Option<u32>,
}

impl Site {
    /// A site on an open store, which no other site may share.
    pub fn new(key: SiteKey, store: Arc<dyn Store>) -> Self {
        Self { key, store, origins: Origins::loopback(), retention_days: None }
    }

    /// Origins whose pages may send events to it; pages of this machine when not said.
    #[must_use]
    pub fn origins(self, origins: Origins) -> Self {
        Self { origins, ..self }
    }

    /// Deletes its sessions last seen more than so many days ago. Everything is kept when not said.
    #[must_use]
    pub fn retention_days(self, days: u32) -> Self {
        Self { retention_days: Some(days), ..self }
    }
}
