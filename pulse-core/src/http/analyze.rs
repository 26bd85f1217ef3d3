//! Asking an analyst, and what is kept of its answers.

use http::{Method, Response, StatusCode, request::Parts};

use super::{
    Body, PulseService, RequestBody,
    negotiate::accepts,
    read_body::read,
    respond::{Problem, events, json},
};
use crate::{
    engine::Ask,
    model::Subject,
    wire::{AnalyzeBody, AnalyzeQuery, AnalyzeSessionQuery, ErrorCode, KeptQuery, NoQuery, Query, Route},
};

/// `GET` and `POST` of `/api/analyze` and `/api/analyze/{session_id}`.
pub(super) async fn analyze<B: RequestBody>(
    service: &PulseService,
    parts: &Parts,
    body: B,
    route: &Route,
    who: String,
) -> Result<Response<Body>, Problem> {
    let engine = &service.shared.engine;
    let query = parts.uri.query().unwrap_or_default();
    if parts.method != Method::POST {
        let subject = match route {
            Route::Analyze(id) => {
                NoQuery::parse(query)?;
                Subject::Session(id.clone())
            }
            _ => engine.subject(&KeptQuery::parse(query)?.page),
        };
        return Ok(json(StatusCode::OK, &engine.kept_answer(&subject).await?));
    }
    let (subject, refresh) = match route {
        Route::Analyze(id) => (Subject::Session(id.clone()), AnalyzeSessionQuery::parse(query)?.refresh),
        _ => {
            let AnalyzeQuery { page, refresh } = AnalyzeQuery::parse(query)?;
            (engine.subject(&page), refresh)
        }
    };
    let body = read(&parts.headers, body, &engine.limits, &service.shared.budget).await?;
    let plain =
        body.plain().ok_or_else(|| Problem::new(ErrorCode::UnsupportedEncoding, "content-encoding is identity"))?;
    let AnalyzeBody { question } = AnalyzeBody::parse(plain, engine.limits.question_chars)
        .map_err(|error| Problem::new(ErrorCode::BadRequest, error.to_string()))?;
    let ask = Ask { subject, question, refresh, who };
    if accepts(&parts.headers, "text/event-stream") {
        return Ok(events(engine.analyze_in_steps(ask).await?));
    }
    Ok(json(StatusCode::OK, &engine.analyze(ask).await?))
}
