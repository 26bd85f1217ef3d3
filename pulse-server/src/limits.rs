//! One setting for each limit that an operator may want to change. The others are in `Limits`, with their reasons.

use clap::{Args, builder::BoolishValueParser};
use pulse_core::{Limits, Rate};

/// Limits of what strangers may send. A rate is a number, a time and what may come at once: 100/s:1000.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitFlags {
    /// Requests that send something, of one address (IPv6: of one /64).
    #[arg(long, env = "PULSE_ADDRESS_REQUESTS", value_name = "RATE", default_value_t = Limits::default().address_requests)]
    address_requests: Rate,

    /// Sessions that begin at one address.
    #[arg(long, env = "PULSE_ADDRESS_SESSIONS", value_name = "RATE", default_value_t = Limits::default().address_sessions)]
    address_sessions: Rate,

    /// Percent of a day's visits that one address may begin, once there are 100; its further visits are kept, and left
    /// out of maps and problems. 100 leaves nothing out.
    #[arg(long, env = "PULSE_ADDRESS_SHARE", value_name = "PERCENT", default_value_t = Limits::default().address_share, value_parser = clap::value_parser!(u8).range(1..=100))]
    address_share: u8,

    /// Bytes stored for one address.
    #[arg(long, env = "PULSE_ADDRESS_BYTES", value_name = "RATE", default_value_t = Limits::default().address_bytes)]
    address_bytes: Rate,

    /// Events in all.
    #[arg(long, env = "PULSE_SITE_EVENTS", value_name = "RATE", default_value_t = Limits::default().site_events)]
    site_events: Rate,

    /// Bytes stored in all.
    #[arg(long, env = "PULSE_SITE_BYTES", value_name = "RATE", default_value_t = Limits::default().site_bytes)]
    site_bytes: Rate,

    /// Holds programs on this machine to these rates as well. Without, they are for the network.
    #[arg(long, env = "PULSE_LIMIT_LOCAL", value_parser = BoolishValueParser::new())]
    limit_local: bool,

    /// Batches of one session; a tracker sends one in 2 s.
    #[arg(long, env = "PULSE_SESSION_BATCHES", value_name = "BATCHES", default_value_t = Limits::default().session_batches)]
    session_batches: u32,

    /// Bytes stored for one session.
    #[arg(long, env = "PULSE_SESSION_BYTES", value_name = "BYTES", default_value_t = Limits::default().session_bytes)]
    session_bytes: u64,

    /// Page loads of one session.
    #[arg(long, env = "PULSE_SESSION_VIEWS", value_name = "LOADS", default_value_t = Limits::default().session_views)]
    session_views: u32,

    /// Wireframes of one session.
    #[arg(long, env = "PULSE_SESSION_LAYOUTS", value_name = "WIREFRAMES", default_value_t = Limits::default().session_layouts)]
    session_layouts: u32,

    /// Ingest requests in work at once, a quarter of them for slow bodies; others wait 40 ms and are then refused (503).
    #[arg(long, env = "PULSE_INGEST_IN_FLIGHT", value_name = "REQUESTS", default_value_t = Limits::default().ingest_in_flight)]
    ingest_in_flight: usize,

    /// Bytes of request bodies in memory.
    #[arg(long, env = "PULSE_WAITING_BYTES", value_name = "BYTES", default_value_t = Limits::default().waiting_bytes)]
    waiting_bytes: usize,

    /// Live streams in all.
    #[arg(long, env = "PULSE_STREAMS", value_name = "STREAMS", default_value_t = Limits::default().streams)]
    streams: usize,

    /// Live streams of one address.
    #[arg(long, env = "PULSE_ADDRESS_STREAMS", value_name = "STREAMS", default_value_t = Limits::default().address_streams)]
    address_streams: usize,

    /// Wrong credentials of one address; beyond that it is not listened to.
    #[arg(long, env = "PULSE_ADDRESS_GUESSES", value_name = "RATE", default_value_t = Limits::default().address_guesses)]
    address_guesses: Rate,

    /// Wrong credentials in all; beyond that only those are listened to who were right before.
    #[arg(long, env = "PULSE_GUESSES", value_name = "RATE", default_value_t = Limits::default().guesses)]
    guesses: Rate,

    /// Connections to each address that is listened on.
    #[arg(long, env = "PULSE_CONNECTIONS", value_name = "CONNECTIONS", default_value_t = 4096)]
    pub(crate) connections: usize,

    /// Connections of one address (IPv6: of one /64), to each.
    #[arg(long, env = "PULSE_ADDRESS_CONNECTIONS", value_name = "CONNECTIONS", default_value_t = 256)]
    pub(crate) address_connections: usize,
}

impl LimitFlags {
    pub(crate) fn limits(&self) -> Limits {
        Limits::default().with(|limits| {
            limits.address_requests = self.address_requests;
            limits.address_sessions = self.address_sessions;
            limits.address_share = self.address_share;
            limits.address_bytes = self.address_bytes;
            limits.site_events = self.site_events;
            limits.site_bytes = self.site_bytes;
            limits.limit_local = self.limit_local;
            limits.session_batches = self.session_batches;
            limits.session_bytes = self.session_bytes;
            limits.session_views = self.session_views;
            limits.session_layouts = self.session_layouts;
            limits.ingest_in_flight = self.ingest_in_flight;
            limits.waiting_bytes = self.waiting_bytes;
            limits.streams = self.streams;
            limits.address_streams = self.address_streams;
            limits.address_guesses = self.address_guesses;
            limits.guesses = self.guesses;
        })
    }
}
