#![allow(clippy::unwrap_used)]
use std::net::IpAddr;

use super::*;
use crate::{
    model::{BatchId, BatchParts, Move},
    rate::Rate,
};

fn address(text: &str) -> Sender {
    Sender::Address(text.parse::<IpAddr>().unwrap().into())
}

fn batch(moves: usize) -> Batch {
    Batch::new(BatchParts {
        id: BatchId { session: "session-1".parse().unwrap(), view: "view-0001".parse().unwrap(), seq: 0 },
        received_at: 1,
        page_url: None,
        title: None,
        shifted_ms: 0,
        moves: vec![Move { at: 1, x: 1.0, y: 1.0 }; moves],
        events: Vec::new(),
    })
}

fn passed(times: usize, mut ask: impl FnMut() -> Result<(), Exceeded>) -> usize {
    (0..times).filter(|_| ask().is_ok()).count()
}

#[tokio::test(start_paused = true)]
async fn an_address_is_held_to_its_rates_within_a_tenth_and_others_notice_nothing() {
    let limits = Limits {
        address_requests: Rate::per_second(10, 20),
        address_sessions: Rate::per_minute(6, 3),
        ..Limits::default()
    };
    let quotas = Quotas::new(&limits);
    let flood = address("203.0.113.7");
    assert_eq!(passed(10_000, || quotas.request(flood)), 20);
    let mut others = 0;
    let mut of_flood = 0;
    for second in 0..60_u8 {
        tokio::time::advance(Duration::from_secs(1)).await;
        of_flood += passed(1000, || quotas.request(flood));
        others += passed(1, || quotas.request(address(&format!("203.0.114.{second}"))));
    }
    assert_eq!(others, 60);
    assert!((540..=660).contains(&of_flood), "{of_flood}");

    // Random session ids do not help.
    let mut begun = 0;
    for minute in 0..10 {
        for n in 0..100 {
            let id = format!("session-{minute}-{n}").parse().unwrap();
            begun += usize::from(quotas.learn(flood, &id, None).is_ok());
        }
        tokio::time::advance(Duration::from_secs(60)).await;
    }
    assert!((27..=33).contains(&begun), "a burst of 3 each minute: {begun}");
}

#[tokio::test(start_paused = true)]
async fn an_ipv6_customer_is_one_address() {
    let limits = Limits { address_requests: Rate::per_second(1, 50), ..Limits::default() };
    let quotas = Quotas::new(&limits);
    let mut host = 0;
    let count = passed(5000, || {
        host += 1;
        quotas.request(address(&format!("2001:db8:1:2::{host:x}")))
    });
    assert_eq!(count, 50);
    assert!(quotas.request(address("2001:db8:1:3::1")).is_ok());
}

#[tokio::test(start_paused = true)]
async fn many_addresses_are_held_by_the_site_and_this_machine_is_not() {
    let limits = Limits { site_events: Rate::per_second(100, 1000), ..Limits::default() };
    let quotas = Quotas::new(&limits);
    let mut from = 0_u32;
    let stored = passed(1000, || {
        from += 1;
        quotas.batch(Sender::Address(Network::from(IpAddr::from(from.to_be_bytes()))), &batch(10))
    });
    assert_eq!(stored, 100);
    assert_eq!(quotas.batch(Sender::Unknown, &batch(10)).unwrap_err().quota, Quota::SiteEvents);
    assert_eq!(passed(1000, || quotas.batch(Sender::Local, &batch(10))), 1000);

    let strict = Quotas::new(&Limits { limit_local: true, ..limits });
    assert_eq!(passed(1000, || strict.batch(Sender::Local, &batch(10))), 100);
}

#[tokio::test(start_paused = true)]
async fn bytes_of_an_address_and_of_the_site_end() {
    let large = batch(1000);
    let bytes = stored_bytes(&large);
    let limits = Limits {
        address_bytes: Rate::per_hour(10 * bytes),
        site_bytes: Rate::per_day(15 * bytes),
        ..Limits::default()
    };
    let quotas = Quotas::new(&limits);
    assert_eq!(passed(100, || quotas.batch(address("203.0.113.7"), &large)), 10);
    assert_eq!(quotas.batch(address("203.0.113.7"), &large).unwrap_err().quota, Quota::AddressBytes);
    assert_eq!(passed(100, || quotas.batch(address("203.0.113.8"), &large)), 5);
    let refused = quotas.batch(address("203.0.113.9"), &large).unwrap_err();
    assert_eq!(refused.quota, Quota::SiteBytes);
    assert!(refused.wait > Duration::from_secs(60), "{:?}", refused.wait);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_becomes_large_costs_more_than_one_request() {
    let limits = Limits { address_requests: Rate::per_second(1, 130), ..Limits::default() };
    let quotas = Quotas::new(&limits);
    let bombs = passed(1000, || {
        quotas.request(address("203.0.113.7"))?;
        quotas.unpacked(address("203.0.113.7"), 1024 * 1024);
        Ok(())
    });
    assert_eq!(bombs, 2, "65 requests each, the last of them owed");
    assert!(quotas.request(address("203.0.113.8")).is_ok());
}
