//! More than the server can or may take.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    client::{batch, neighbour, raw, status},
    progress, reach,
    server::Server,
};

/// Sends batches from an address for some time; how many were stored, and how many refused.
async fn flood(server: &Server, from: [u8; 4], clients: usize, time: Duration) -> (usize, usize, Duration) {
    let (stored, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let slowest = Arc::new(std::sync::Mutex::new(Duration::ZERO));
    let (to, began) = (server.api, Instant::now());
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (stored, refused, slowest) = (Arc::clone(&stored), Arc::clone(&refused), Arc::clone(&slowest));
            tokio::spawn(async move {
                let session = format!("session-{}-{client}", from[3]);
                for seq in 0.. {
                    if began.elapsed() > time {
                        break;
                    }
                    let sent = Instant::now();
                    // A connection that is one too many is closed.
                    let Ok(answer) = raw(from, to, &batch(&session, seq, "")).await else { continue };
                    match status(&answer) {
                        200 => drop(stored.fetch_add(1, Ordering::Relaxed)),
                        429 | 503 => {
                            let text = String::from_utf8_lossy(&answer).to_lowercase();
                            assert!(text.contains("retry-after: "), "{text}");
                            refused.fetch_add(1, Ordering::Relaxed);
                            let mut slowest = slowest.lock().unwrap();
                            *slowest = (*slowest).max(sent.elapsed());
                        }
                        0 => {}
                        other => panic!("{other}"),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let slowest = *slowest.lock().unwrap();
    (stored.load(Ordering::Relaxed), refused.load(Ordering::Relaxed), slowest)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_holds_within_a_tenth_and_neighbours_notice_nothing() {
    let server = Server::start(&["--limit-local", "--address-requests", "50/s:50"]);
    let time = Duration::from_secs(reach(3, 30) as u64);
    let began = Instant::now();
    let attack = flood(&server, [127, 0, 0, 2], 8, time);
    let (attack, calm) = tokio::join!(attack, neighbour(server.api, 40, "session-calm"));
    let (stored, refused, _) = attack;
    let allowed = 50.0 + 50.0 * began.elapsed().as_secs_f64();
    progress(format_args!(
        "{stored} stored, {refused} refused, {allowed:.0} allowed; a neighbour waits {:?}",
        calm[38]
    ));
    assert!((stored as f64) < allowed * 1.1 + 8.0, "{stored} of {allowed}");
    assert!(refused > 0, "nothing was refused: {stored}");
    server.accounts_are_exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overload_is_refused_and_over_soon() {
    // Less than it could do, so that a test machine can bring more.
    let server = Server::start(&["--ingest-in-flight", "2"]);
    let time = Duration::from_secs(reach(2, 60) as u64);
    let before = server.memory();
    let (peak, ..) = flood(&server, [127, 0, 0, 1], 2, time).await;
    let (stored, refused, slowest) = flood(&server, [127, 0, 0, 2], 64, time).await;
    progress(format_args!("{peak} stored by 2 clients, {stored} by 64, {refused} refused, the slowest in {slowest:?}"));
    assert!(stored > 0 && refused > 0, "{stored} {refused}");
    assert!(server.memory() < before + 64, "{} MiB, {before} before", server.memory());
    let after = neighbour(server.api, 20, "session-after").await;
    assert!(after[18] < Duration::from_secs(5), "{after:?}");
    server.accounts_are_exact().await;
}
