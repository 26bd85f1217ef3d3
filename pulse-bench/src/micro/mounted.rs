//! What Pulse costs a host that it is mounted in: its own requests, and the tag in its pages.

use std::{convert::Infallible, hint::black_box, time::Instant};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, header};
use pulse_core::{Pulse, store::SqliteStore};
use tower::{Layer as _, Service};

use super::median;
use crate::report::{number, table};

/// Requests in a round.
const REQUESTS: u32 = 50_000;

/// Bytes of the host's page.
const PAGE: usize = 20 * 1024;

/// Measures and prints.
pub(super) fn run(rounds: u32) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start tokio")?;
    runtime.block_on(async {
        let pulse = Pulse::builder(SqliteStore::in_memory().context("cannot open a store")?).build();
        let (small, page) = (Bytes::from_static(b"{\"orders\":[]}"), page());
        let host = |kind: &'static str, body: Bytes| {
            tower::service_fn(move |_: Request<Full<Bytes>>| {
                let response = Response::builder().header(header::CONTENT_TYPE, kind).body(Full::new(body.clone()));
                // What it is made of is valid.
                std::future::ready(Ok::<_, Infallible>(response.unwrap_or_default()))
            })
        };
        let (json, html) = ("application/json", "text/html; charset=utf-8");
        let mut times = vec![Vec::new(); 4];
        for round in 0..=rounds {
            let taken = [
                time(host(json, small.clone())).await,
                time(pulse.layer("/pulse").layer(host(json, small.clone()))).await,
                time(host(html, page.clone())).await,
                time(pulse.layer("/pulse").inject(true).layer(host(html, page.clone()))).await,
            ];
            // The first round warms up.
            if round > 0 {
                times.iter_mut().zip(taken).for_each(|(times, taken)| times.push(taken));
            }
        }
        let names = [
            "a small answer of the host alone",
            "the same behind Pulse's layer",
            "a page of 20 KiB of the host alone",
            "the same with the tag put into it",
        ];
        println!("\nA host's own requests, in process, us; {rounds} rounds of {REQUESTS}. Medians.\n");
        let mut before = 0.0;
        let rows = names.iter().zip(&mut times).enumerate().map(|(n, (name, times))| {
            let time = median(times).unwrap_or(f64::NAN);
            let more = if n % 2 == 1 { number(time - before) } else { String::new() };
            before = time;
            vec![(*name).into(), number(time), more]
        });
        print!("{}", table(&["request", "us", "more by"], rows.collect()));
        pulse.close().await;
        Ok(())
    })
}

/// Microseconds of a request, its answer read to the end.
async fn time<S, B>(mut app: S) -> f64
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    let began = Instant::now();
    for n in 0..REQUESTS {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = hyper::Uri::from_static("/orders/1?page=2");
        std::future::poll_fn(|cx| app.poll_ready(cx)).await.unwrap_or(());
        let Ok(mut response) = app.call(request).await;
        while let Some(frame) = response.body_mut().frame().await {
            black_box((n, frame.is_ok()));
        }
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(REQUESTS)
}

/// A page whose head ends where those of real pages do: near the beginning.
fn page() -> Bytes {
    let mut page = String::from(
        "<!doctype html><html><head><title>Orders</title><link rel=\"stylesheet\" href=\"/a.css\"></head><body>",
    );
    while page.len() < PAGE {
        page.push_str("<p class=\"order\">One lamp, <b>two</b> chairs &amp; a table.</p>\n");
    }
    page.push_str("</body></html>");
    page.into()
}
