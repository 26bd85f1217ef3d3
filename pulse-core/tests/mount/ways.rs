//! Ways of mounting.

use std::time::Duration;

use axum::{Router, routing::get as on_get};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use pulse_core::{Error, Pulse, http::Body};
use tower::{Layer, Service, ServiceBuilder};
use tower_http::{cors::CorsLayer, normalize_path::NormalizePathLayer, timeout::TimeoutLayer};
use warp::Filter;

use super::{ask, get, pulse};

fn app() -> Router {
    Router::new().route("/", on_get(|| async { "the host" })).fallback(|| async { "the host's own 404" })
}

/// Tracker, API, dashboard and its files are where the pages look for them, and the host is as before.
async fn works<S, R>(pulse: &Pulse, app: S, prefix: &str)
where
    S: Service<Request<Body>, Response = Response<R>, Error: std::fmt::Debug> + Clone,
    R: http_body::Body<Data = Bytes, Error: std::fmt::Debug>,
{
    for (path, part) in [
        ("/pulse.js", "input:not([type=submit]"),
        ("/api/sessions", "\"sessions\":[]"),
        ("/", "<title>Pulse</title>"),
        ("/boot.js", "dashboard_bg.wasm"),
        ("/healthz", "ok"),
    ] {
        let (head, body) = ask(app.clone(), get(&format!("{prefix}{path}"))).await;
        assert!(head.status == 200 && body.contains(part), "{prefix}{path}: {} {body:.200}", head.status);
    }
    pulse.check_mounted(app.clone(), prefix).await.unwrap();
}

#[tokio::test]
async fn axum_with_a_layer() {
    let pulse = pulse();
    let app = app().layer(pulse.layer("/pulse"));
    works(&pulse, app.clone(), "/pulse").await;
    assert_eq!(ask(app.clone(), get("/")).await.1, "the host");
    assert_eq!(ask(app, get("/elsewhere")).await.1, "the host's own 404");
}

#[tokio::test]
async fn axum_with_a_nested_service() {
    let pulse = pulse();
    let app = app().nest_service("/pulse/", pulse.service());
    works(&pulse, app.clone(), "/pulse").await;
    assert_eq!(ask(app, get("/")).await.1, "the host");
}

#[tokio::test]
async fn axum_with_a_fallback_service() {
    let pulse = pulse();
    let app = Router::new().route("/app", on_get(|| async { "the host" })).fallback_service(pulse.service());
    works(&pulse, app.clone(), "").await;
    assert_eq!(ask(app, get("/app")).await.1, "the host");
}

#[tokio::test]
async fn axum_below_a_prefix_of_the_host() {
    let pulse = pulse();
    let inner =
        tower::service_fn(|_| async { Ok::<_, std::convert::Infallible>(Response::new(Full::from("the host"))) });
    let app = Router::new().nest_service("/app", pulse.layer("/pulse").layer(inner));
    works(&pulse, app.clone(), "/app/pulse").await;
    assert_eq!(ask(app, get("/app/x")).await.1, "the host");
}

#[tokio::test]
async fn plain_tower_below_layers_that_want_a_body_by_default() {
    let pulse = pulse();
    let host = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::from("the host")))
    });
    let app = ServiceBuilder::new()
        .layer(CorsLayer::permissive())
        .layer(TimeoutLayer::with_status_code(http::StatusCode::REQUEST_TIMEOUT, Duration::from_secs(5)))
        .layer(pulse.layer("/pulse"))
        .service(host);
    works(&pulse, app.clone(), "/pulse").await;
    assert_eq!(ask(app, get("/")).await.1, "the host");
}

#[tokio::test]
async fn warp() {
    let pulse = pulse();
    let host = warp::service(warp::path::end().map(|| "the host"));
    let app = pulse.layer("/pulse").layer(host);
    works(&pulse, app.clone(), "/pulse").await;
    assert_eq!(ask(app, get("/")).await.1, "the host");
}

#[test]
fn bodies_are_what_layers_and_frameworks_ask_for() {
    fn check<B: http_body::Body<Data = Bytes> + Default + Send + Sync + 'static>() {}
    check::<Body>();
    check::<pulse_core::http::MountBody<Full<Bytes>>>();
}

/// Ways that compile and cannot work are told at the start, with what to do.
#[tokio::test]
async fn what_cannot_work_is_refused_with_the_mend() {
    let pulse = pulse();
    let layer = || pulse.layer("/pulse");
    let plain = || Router::new().route("/", on_get(|| async { "the host" }));
    for (way, app) in [
        ("route_layer", plain().route_layer(layer())),
        ("fallback after the layer", plain().layer(layer()).fallback(|| async { "404" })),
        ("merge", plain().layer(layer()).merge(Router::new().fallback(|| async { "404" }))),
        ("nest", Router::new().nest("/app", plain().layer(layer()))),
        ("another prefix", plain().layer(pulse.layer("/elsewhere"))),
        ("not at all", plain()),
    ] {
        let Err(Error::Mount(text)) = pulse.check_mounted(app, "/pulse").await else { panic!("{way} passes") };
        assert!(text.contains("around the whole app"), "{way}: {text}");
    }
    let bare = plain().nest_service("/pulse", pulse.service());
    let Err(Error::Mount(text)) = pulse.check_mounted(bare, "/pulse").await else { panic!("no slash passes") };
    assert!(text.contains("\"/pulse/\""), "{text}");
    let trimmed = NormalizePathLayer::trim_trailing_slash().layer(plain().layer(layer()));
    let Err(Error::Mount(text)) = pulse.check_mounted(trimmed, "/pulse").await else { panic!("trimming passes") };
    assert!(text.contains("NormalizePath"), "{text}");
}

/// A host that takes slashes away outside Pulse does not send browsers round for ever.
#[tokio::test]
async fn a_slash_that_is_taken_away_ends_at_the_page() {
    let pulse = pulse();
    let app = NormalizePathLayer::trim_trailing_slash().layer(app().layer(pulse.layer("/pulse")));
    let mut path = "/pulse".to_owned();
    for _ in 0..8 {
        let (head, body) = ask(app.clone(), get(&path)).await;
        match head.headers.get("location") {
            // Relative to the folder of the address.
            Some(to) => path = format!("{}/{}", path.rsplit_once('/').unwrap().0, to.to_str().unwrap()),
            None => {
                assert!(head.status == 200 && body.contains("<title>Pulse</title>"), "{path}: {}", head.status);
                return;
            }
        }
        // A browser asks for the address as it is; only the host's layer takes the slash away.
        if path.matches("pulse").count() > 1 {
            path = "/pulse".to_owned();
        }
    }
    panic!("round and round, at {path}");
}
