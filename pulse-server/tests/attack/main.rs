//! Attacks on the binary from outside, over sockets: connections, slow clients, overload, quotas, odd requests, guesses.
//!
//! Each has a short form, which is part of every test run, and a long one, which `cargo xtask attack` runs. Attackers come
//! from 127.0.0.2 and beyond, and the client that has to notice nothing from 127.0.0.1; all of 127.0.0.0/8 is this
//! machine on Linux alone.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod client;
mod connections;
mod guesses;
mod hostile;
mod load;
mod server;

/// So many in the short form, and so many in the long one.
fn reach(short: usize, long: usize) -> usize {
    if std::env::var_os("ATTACK_FORM").is_some_and(|form| form == "long") { long } else { short }
}

/// Says how far an attack is, in the long form.
fn progress(text: std::fmt::Arguments<'_>) {
    if reach(0, 1) == 1 {
        eprintln!("  {text}");
    }
}
