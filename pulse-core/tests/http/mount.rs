//! Pulse as a layer around a service that was there before.

use std::{convert::Infallible, time::Duration};

use crate::support::Rig;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, limit::ConcurrencyLimitLayer};

type Bytes = Full<bytes::Bytes>;

/// Answers with the path it was asked for.
async fn echo(request: Request<Bytes>) -> Result<Response<Bytes>, Infallible> {
    Ok(Response::new(Full::from(request.uri().to_string())))
}

async fn text<B>(response: Response<B>) -> String
where
    B: http_body::Body<Data = bytes::Bytes>,
    B::Error: std::fmt::Debug,
{
    #[expect(clippy::disallowed_methods, reason = "the body is our own answer")]
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

fn get(path: &str) -> Request<Bytes> {
    Request::get(path).header("host", "localhost").body(Full::default()).unwrap()
}

#[tokio::test]
async fn the_prefix_is_pulses_and_the_rest_is_untouched() {
    let rig = Rig::new().await;
    for prefix in ["/pulse", "pulse/"] {
        let app = rig.pulse.layer(prefix).layer(tower::service_fn(echo));
        for untouched in ["/", "/pulsebeat", "/api/sessions?x=1", "/a/pulse/healthz"] {
            assert_eq!(text(app.clone().oneshot(get(untouched)).await.unwrap()).await, untouched);
        }
        for (path, status) in [
            ("/pulse/healthz", 200),
            ("/pulse/pulse.js", 200),
            ("/pulse/api/sessions?limit=1", 200),
            ("/pulse/", 200),
            ("/pulse", 308),
            ("/pulse/nope", 404),
        ] {
            assert_eq!(app.clone().oneshot(get(path)).await.unwrap().status(), status, "{path}");
        }
        let moved = app.oneshot(get("/pulse")).await.unwrap();
        assert_eq!(moved.headers()["location"], "pulse/");
    }
}

/// A limited service hands out a permit in `poll_ready`. When Pulse answers by itself, the permit must go back.
#[tokio::test]
async fn a_permit_of_the_wrapped_service_is_given_back() {
    let rig = Rig::new().await;
    let app = ServiceBuilder::new().layer(ConcurrencyLimitLayer::new(1)).service(tower::service_fn(echo));
    let mut mounted = rig.pulse.layer("/pulse").layer(app);
    let mut calls = Vec::new();
    for _ in 0..3 {
        let service = tokio::time::timeout(Duration::from_secs(5), ServiceExt::<Request<Bytes>>::ready(&mut mounted));
        calls.push(service.await.expect("the permit is not given back").unwrap().call(get("/pulse/healthz")));
    }
    // All three are in work at once, none holds the permit, so the app can still be called.
    let service = tokio::time::timeout(Duration::from_secs(5), ServiceExt::<Request<Bytes>>::ready(&mut mounted));
    let answer = service.await.expect("the permit is not given back").unwrap().call(get("/app")).await.unwrap();
    assert_eq!(text(answer).await, "/app");
    for call in calls {
        assert_eq!(call.await.unwrap().status(), 200);
    }
}
