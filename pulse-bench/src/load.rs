//! Sends requests and notes how long each took.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::try_join_all;

use crate::{connection::Connection, schedule::Schedule, traffic::Traffic};

/// What came of a load.
#[derive(Debug, Default)]
pub(crate) struct Load {
    /// From when each request was due to its answer, sorted; those that succeeded.
    latencies: Vec<Duration>,
    /// Requests that were answered with anything but success.
    pub(crate) refused: u64,
    time: Duration,
}

impl Load {
    /// Sends what `schedule` says.
    pub(crate) async fn run(
        connections: &mut [Connection],
        traffic: &RefCell<Traffic>,
        schedule: &Schedule,
    ) -> Result<Self> {
        let started = Instant::now();
        let senders = connections.iter_mut().map(|connection| send(connection, traffic, schedule));
        let mut load = Self::default();
        for (latencies, refused) in try_join_all(senders).await? {
            load.latencies.extend(latencies);
            load.refused += refused;
        }
        load.time = started.elapsed();
        load.latencies.sort_unstable();
        Ok(load)
    }

    /// Sends one request again and again, each time when the last was answered.
    pub(crate) async fn repeat(connection: &mut Connection, request: &[u8], times: u32) -> Result<Self> {
        let (started, mut load) = (Instant::now(), Self::default());
        for _ in 0..times {
            let sent = Instant::now();
            match connection.exchange(request).await? {
                200..300 => load.latencies.push(sent.elapsed()),
                _ => load.refused += 1,
            }
        }
        load.time = started.elapsed();
        load.latencies.sort_unstable();
        Ok(load)
    }

    /// Requests that succeeded; of batches, those that were acknowledged.
    pub(crate) fn answers(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.answers() as f64 / self.time.as_secs_f64()
    }

    /// The latency that this share of the answers does not exceed, in milliseconds.
    pub(crate) fn quantile_ms(&self, share: f64) -> f64 {
        let rank = (share * self.answers() as f64).ceil() as usize;
        self.latencies.get(rank.saturating_sub(1)).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
    }
}

async fn send(
    connection: &mut Connection,
    traffic: &RefCell<Traffic>,
    schedule: &Schedule,
) -> Result<(Vec<Duration>, u64)> {
    let (mut request, mut latencies, mut refused) = (Vec::new(), Vec::new(), 0);
    while let Some(due) = schedule.next().await {
        traffic.borrow_mut().write_next(&mut request);
        match connection.exchange(&request).await? {
            200..300 => latencies.push(due.elapsed()),
            _ => refused += 1,
        }
    }
    Ok((latencies, refused))
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
    };

    use super::*;
    use crate::traffic::Form;

    /// Answers what comes in one piece; the first answer takes its time.
    async fn stall_once(mut stream: TcpStream, stall: Duration, answer: &str) {
        let mut request = vec![0; 64 * 1024];
        let mut stall = Some(stall);
        while stream.read(&mut request).await.is_ok_and(|n| n > 0) {
            tokio::time::sleep(stall.take().unwrap_or_default()).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }

    async fn load(answer: &'static str, schedule: &Schedule) -> Load {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            stall_once(stream, Duration::from_millis(200), answer).await;
        });
        let mut connections = [Connection::open(address).await.unwrap()];
        Load::run(&mut connections, &RefCell::new(Traffic::new(1, 2, Form::Tracker)), schedule).await.unwrap()
    }

    #[tokio::test]
    async fn a_stall_shows_in_every_batch_that_was_due_meanwhile() {
        let schedule = Schedule::fixed(100, Duration::from_millis(300), 1);
        let load = load("HTTP/1.1 204 No Content\r\n\r\n", &schedule).await;
        assert_eq!((load.answers(), load.refused), (30, 0));
        // Some ten of thirty waited for at least half of the stall.
        assert!(load.quantile_ms(0.7) >= 90.0, "{} ms", load.quantile_ms(0.7));
        assert!(load.quantile_ms(1.0) >= 200.0);
    }

    #[tokio::test]
    async fn what_is_refused_is_no_throughput() {
        let load = load("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n", &Schedule::count(3)).await;
        assert_eq!((load.answers(), load.refused), (0, 3));
        assert!(load.quantile_ms(0.5).is_nan());
    }
}
