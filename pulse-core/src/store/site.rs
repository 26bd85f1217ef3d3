//! Where the sites of one server keep what is theirs: beside the store of the site without a key, and apart from it.

use std::{path::PathBuf, sync::Arc};

use super::{OpenError, Store, open};
use crate::{limits::Limits, model::SiteKey};

/// Opens the store of a site of the server whose own store is at `address`: for `sqlite:data/pulse.db` the file
/// `data/pulse.KEY.db`, for MongoDB the database with `_KEY` behind its name, on the same servers and as the same user.
/// Without a key, it is the server's own store.
///
/// # Errors
/// The address is of no known store, or the store cannot be reached.
pub async fn open_site(address: &str, site: Option<&SiteKey>, limits: &Limits) -> Result<Arc<dyn Store>, OpenError> {
    let Some(site) = site else { return open(address, limits).await };
    match address.split_once(':') {
        #[cfg(feature = "mongodb")]
        Some(("mongodb" | "mongodb+srv", _)) => {
            Ok(Arc::new(super::MongoStore::open_site(address, site, limits).await?))
        }
        Some(("sqlite", path)) => open(&format!("sqlite:{}", file(path, site)), limits).await,
        _ => Err(OpenError::Address),
    }
}

/// Deletes the store of a site, with everything in it and whatever was left by a deletion that broke off. False when
/// there is none.
///
/// # Errors
/// The address is of no known store, the store cannot be reached, or a server has it open.
pub async fn erase_site(address: &str, site: &SiteKey, limits: &Limits) -> Result<bool, OpenError> {
    match address.split_once(':') {
        #[cfg(feature = "mongodb")]
        Some(("mongodb" | "mongodb+srv", _)) => Ok(super::MongoStore::erase_site(address, site, limits).await?),
        #[cfg(feature = "sqlite")]
        Some(("sqlite", path)) if !path.is_empty() => {
            let path = file(path, site);
            let erased = tokio::task::spawn_blocking(move || super::SqliteStore::delete(path.as_ref())).await;
            let erased = erased.map_err(|error| super::StoreError::unavailable("delete the file")(error.into()))?;
            Ok(erased?)
        }
        _ => {
            let _ = (site, limits);
            Err(OpenError::Address)
        }
    }
}

/// The file in which [`open_site`] keeps a site, or the server itself without a key. None for a store that is not a file.
///
/// ```
/// use pulse_core::store::file_of;
///
/// let shop = "shop".parse()?;
/// assert_eq!(file_of("sqlite:pulse.db", Some(&shop)), Some("pulse.shop.db".into()));
/// assert_eq!(file_of("mongodb://db.test/pulse", None), None);
/// # Ok::<(), pulse_core::model::InvalidSiteKey>(())
/// ```
pub fn file_of(address: &str, site: Option<&SiteKey>) -> Option<PathBuf> {
    let path = address.strip_prefix("sqlite:").filter(|path| !path.is_empty())?;
    Some(site.map_or_else(|| path.to_owned(), |site| file(path, site)).into())
}

/// The file of a site: its key stands before the ending.
fn file(path: &str, site: &SiteKey) -> String {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    // A name that begins with a point has no ending.
    match path[name..].rfind('.').filter(|point| *point > 0) {
        Some(point) => format!("{}.{site}{}", &path[..name + point], &path[name + point..]),
        None => format!("{path}.{site}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sites_file_stands_beside_the_servers() {
        let shop = "shop".parse().expect("a key");
        for (path, of_site) in [
            ("pulse-data/pulse.db", "pulse-data/pulse.shop.db"),
            ("pulse.db", "pulse.shop.db"),
            ("/var/lib/v1.2/pulse", "/var/lib/v1.2/pulse.shop"),
            ("a/.pulse", "a/.pulse.shop"),
        ] {
            assert_eq!(file(path, &shop), of_site);
        }
    }
}
