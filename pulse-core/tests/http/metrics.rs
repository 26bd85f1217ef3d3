//! `GET /metrics`, as a collector reads it.

use std::collections::{HashMap, HashSet};

use crate::support::Rig;

/// Every value, by its name and labels; panics where the text is none that Prometheus takes.
async fn values(rig: &Rig) -> HashMap<String, f64> {
    let text = rig.get("/metrics").await.text;
    let (mut values, mut known, mut name) = (HashMap::new(), HashSet::new(), String::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            name = help.split(' ').next().unwrap().to_owned();
            assert!(known.insert(name.clone()), "all lines of {name} come together");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let kind = kind.strip_prefix(&name).unwrap();
            assert!([" counter", " gauge", " histogram"].contains(&kind), "{line}");
        } else {
            let (key, value) = line.rsplit_once(' ').unwrap();
            assert!(key.starts_with(&name), "{line} stands under {name}");
            values.insert(key.to_owned(), value.parse().unwrap());
        }
    }
    values
}

#[tokio::test]
async fn the_store_the_summaries_the_cache_and_the_process_are_told_of() {
    let rig = Rig::new().await;
    rig.visit().await;
    let first = values(&rig).await;
    let append = |at_most: &str| first[&format!("pulse_store_call_seconds_bucket{{call=\"append\",le=\"{at_most}\"}}")];
    assert_eq!((append("+Inf"), first["pulse_store_call_seconds_count{call=\"append\"}"]), (1.0, 1.0));
    assert!(append("0.001") <= append("2.5"), "buckets add up");
    assert!(first["pulse_store_call_seconds_sum{call=\"append\"}"] > 0.0);
    assert_eq!(first["pulse_store_call_failures_total{call=\"append\"}"], 0.0);
    assert!(first.keys().all(|name| !name.contains("call=\"expire\"")), "a call that was never made has no line");
    assert!(first.contains_key("pulse_summaries_waiting") && first["pulse_summaries_lag_seconds"] >= 0.0);

    for _ in 0..3 {
        assert_eq!(rig.get("/api/pages").await.status, 200);
    }
    let then = values(&rig).await;
    assert!(then["pulse_sums_cache_requests_total{result=\"miss\"}"] >= 1.0);
    assert!(then["pulse_sums_cache_requests_total{result=\"hit\"}"] >= 1.0);
    assert!(then["pulse_sums_cache_bytes"] > 0.0);
    if cfg!(target_os = "linux") {
        for name in [
            "process_cpu_seconds_total",
            "process_resident_memory_bytes",
            "process_threads",
            "process_open_fds",
            "process_max_fds",
            "process_start_time_seconds",
        ] {
            assert!(then[name] > 0.0, "{name}");
        }
    }
}
