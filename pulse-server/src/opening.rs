//! Opens stores, and says in one line why one cannot be opened.

use std::sync::Arc;

use pulse_core::{
    Limits,
    model::SiteKey,
    store::{self, OpenError, Store},
};

use crate::transfer::told;

/// Characters of an error that ends the program.
const LINE: usize = 300;

/// What drivers say, and what there is to do.
const MENDS: [(&str, &str); 4] = [
    (
        "Server selection timeout",
        "no MongoDB server answers; start it, or mend host, port, replicaSet and tls of the URI. The members of a new \
         replica set answer after rs.initiate()",
    ),
    ("uthentication failed", "MongoDB refuses user or password; mend them in the URI"),
    ("not authorized", "the MongoDB user lacks rights; give it the role readWrite on the database"),
    ("Permission denied", "no rights to the file or its folder; give them to this user, or set another path"),
];

/// What a store says whose file a server has open.
pub(crate) const IN_USE: &str = "another process has this file open";

/// Opens the store at an address, or that of a site beside it, and makes it when it is missing; else the line for a
/// person.
pub(crate) async fn open_at(address: &str, site: Option<&SiteKey>, limits: &Limits) -> Result<Arc<dyn Store>, String> {
    store::open_site(address, site, limits).await.map_err(|error| cannot_open(address, &error))
}

/// The same for a command that works on what a store holds: a file that is missing, such as one that is misspelt, is not
/// made.
pub(crate) async fn open_existing(
    address: &str,
    site: Option<&SiteKey>,
    limits: &Limits,
) -> Result<Arc<dyn Store>, String> {
    match store::file_of(address, site).filter(|file| !file.exists()) {
        Some(missing) => Err(format!("there is no store at {}", missing.display())),
        None => open_at(address, site, limits).await,
    }
}

/// One line that says what to do; the store's address may hold a password, so only its kind is named.
fn cannot_open(address: &str, error: &OpenError) -> String {
    if matches!(error, OpenError::Address) {
        return match meant(address) {
            Some(meant) => format!("cannot open the store: {error}; did you mean {meant}?"),
            None => format!("cannot open the store: {error}"),
        };
    }
    let line = format!("cannot open the store ({}): {}", store::describe(address), told(error));
    if let Some(mend) = MENDS.iter().find(|(said, _)| line.contains(said)).map(|(_, mend)| mend) {
        return format!("cannot open the store ({}): {mend}", store::describe(address));
    }
    // Drivers tell all they know; a person needs the beginning.
    line.replace('\n', " ").chars().take(LINE).collect()
}

/// The address that a bare path was meant to be.
fn meant(address: &str) -> Option<String> {
    let is_a_path = !address.is_empty() && !address.contains([':', '@']);
    is_a_path.then(|| format!("sqlite:{address}"))
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_bare_path_is_meant_to_be_a_file() {
        assert_eq!(meant("data.db").as_deref(), Some("sqlite:data.db"));
        for other in ["", "postgres://ann:secret@db.test", "sqlite:", "sqlite::memory:"] {
            assert_eq!(meant(other), None, "{other}");
        }
    }
}
