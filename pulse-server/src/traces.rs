//! Traces over OTLP: a span for each request and, within it, one for each call of the store. A trace that the client or a
//! proxy has begun (`traceparent`) goes on in it.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use opentelemetry::{
    global,
    trace::{SpanKind, Status, TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use pulse_core::http::MatchedRoute;
use tower_service::Service;
use tracing::{Instrument as _, Span, Subscriber, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{EnvFilter, Layer, registry::LookupSpan};

use crate::settings::variable;

/// Where spans go, as OpenTelemetry names it. Its other variables hold as well.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// Spans of this module are for traces alone: the log says less of a request, and shorter.
pub(crate) const TARGET: &str = "pulse_traces";

/// Sends what is still to be sent when it is dropped.
#[derive(Debug)]
pub(crate) struct Exporting(SdkTracerProvider);

impl Drop for Exporting {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("pulse-server: the last traces are not sent: {error}");
        }
    }
}

/// The layer that exports spans; none when the environment names no place for them.
///
/// # Errors
/// The place cannot be used.
pub(crate) fn layer<S>() -> Result<Option<(impl Layer<S>, Exporting)>, String>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let Some(endpoint) = ENDPOINTS.into_iter().find(|name| variable(name).is_some()) else { return Ok(None) };
    // One provider of cryptography serves the whole process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build();
    let exporter = exporter.map_err(|error| format!("{endpoint} cannot be used: {error}"))?;
    let resource = Resource::builder();
    let resource = match variable("OTEL_SERVICE_NAME") {
        Some(_) => resource,
        None => resource.with_service_name("pulse-server"),
    };
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
    global::set_text_map_propagator(TraceContextPropagator::new());
    // What the exporter itself does would be exported, and so on.
    let filter = EnvFilter::new(format!("off,pulse_core=debug,{TARGET}=info"));
    let tracer = provider.tracer("pulse-server");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    // Where in this program a span begins, and on which of its threads, is of no use to who reads a trace.
    let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false).with_target(false);
    Ok(Some((layer.with_filter(filter), Exporting(provider))))
}

/// A service whose requests are traced.
#[derive(Debug, Clone)]
pub(crate) struct Traced<S>(pub(crate) S);

impl<S, B, A> Service<Request<B>> for Traced<S>
where
    S: Service<Request<B>, Response = Response<A>, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response<A>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<A>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let span = span(&request);
        let method = request.method().clone();
        let answer = span.in_scope(|| self.0.call(request)).instrument(span.clone());
        Box::pin(async move {
            let Ok(response) = answer.await;
            let status = response.status();
            span.record("http.response.status_code", status.as_u16());
            if status.is_server_error() {
                span.set_status(Status::error(status.to_string()));
            }
            if let Some(route) = response.extensions().get::<MatchedRoute>() {
                span.record("http.route", route.as_str());
                span.context().span().update_name(format!("{method} {}", route.as_str()));
            }
            Ok(response)
        })
    }
}

/// The span of a request, in the words of OpenTelemetry. The query is left out: it may hold what is nobody's business.
fn span<B>(request: &Request<B>) -> Span {
    let method = request.method().as_str();
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = method,
        otel.kind = ?SpanKind::Server,
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        url.path = request.uri().path(),
    );
    let parent = global::get_text_map_propagator(|traces| traces.extract(&HeaderExtractor(request.headers())));
    // Fails where no span is exported.
    let _ = span.set_parent(parent);
    span
}
