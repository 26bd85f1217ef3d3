//! Whether Pulse can be reached where the pages look for it, asked of the whole app before it is served.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
};

use http::{Extensions, Request};
use tower_service::Service;

use super::Body;
use crate::Error;

/// How a request reached Pulse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// As the folder without its slash.
    WithoutSlash,
    /// As the dashboard's page.
    Page,
    /// As something else of Pulse.
    Other,
}

/// Travels with a request.
#[derive(Debug, Clone, Default)]
struct Probe(Arc<Mutex<Option<Seen>>>);

/// Says how a request was seen, if it asks.
pub(super) fn tell(extensions: &Extensions, seen: Seen) {
    if let Some(Probe(told)) = extensions.get::<Probe>() {
        *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }
}

/// Asks `app` for the script, the dashboard and its folder, and says what is wrong with the mounting.
pub(crate) async fn check<S: Service<Request<Body>>>(mut app: S, prefix: &str) -> Result<(), Error> {
    let unreachable = || {
        Error::Mount(format!(
            "no request under {prefix}/ reaches Pulse: it is to be mounted at that prefix, around the whole app (axum: \
             `.layer` on the outermost Router, after `.fallback`; not `route_layer`, not inside `nest` or `merge`)"
        ))
    };
    if ask(&mut app, &format!("{prefix}/pulse.js")).await? != Some(Seen::Other) {
        return Err(unreachable());
    }
    match ask(&mut app, &format!("{prefix}/")).await? {
        Some(Seen::WithoutSlash) => {
            return Err(Error::Mount(
                "the slash at the end of an address is taken away before Pulse sees it: lay Pulse around the layer \
                 that does so (such as tower-http's NormalizePath)"
                    .into(),
            ));
        }
        Some(_) => {}
        None => return Err(unreachable()),
    }
    if !prefix.is_empty() && ask(&mut app, prefix).await? == Some(Seen::Page) {
        return Err(Error::Mount(
            "the dashboard is answered without a slash at the end of its address, where its files are not found: in \
             axum, nest the service at \"/pulse/\""
                .into(),
        ));
    }
    Ok(())
}

/// How a request for `path` is seen. What the app answers does not matter.
async fn ask<S: Service<Request<Body>>>(app: &mut S, path: &str) -> Result<Option<Seen>, Error> {
    let probe = Probe::default();
    let request = Request::get(path).header("host", "localhost").extension(probe.clone()).body(Body::default());
    let request = request.map_err(|_| Error::Mount(format!("{path:?} is no path")))?;
    let failed = "the app fails when it is asked for Pulse";
    poll_fn(|cx| app.poll_ready(cx)).await.map_err(|_| Error::Mount(failed.into()))?;
    app.call(request).await.map_err(|_| Error::Mount(failed.into()))?;
    let seen = *probe.0.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(seen)
}
