//! The log of many sessions, as it is.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, future, stream::BoxStream};

use super::Engine;
use crate::{
    error_chain::chain,
    store::SessionFilter,
    transfer::{broken, export},
    wire::ExportQuery,
};

impl Engine {
    /// `GET /api/export`: rows as they are read. When the store fails on the way, a last row says that it broke off.
    pub(crate) fn export(&self, query: ExportQuery) -> BoxStream<'static, Bytes> {
        let format = query.format;
        let filter = SessionFilter {
            page: self.asked(&query.page),
            from: query.from,
            to: query.to,
            device: query.device,
            visitor: query.visitor,
            ..SessionFilter::default()
        };
        let mut is_broken = false;
        let rows = export(Arc::clone(&self.store), &filter, format).map(move |rows| match rows {
            Ok(rows) => (rows, false),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "an export broke off");
                (Bytes::from(broken(format)), true)
            }
        });
        rows.take_while(move |(_, breaks)| {
            let goes_on = !is_broken;
            is_broken |= *breaks;
            future::ready(goes_on)
        })
        .map(|(rows, _)| rows)
        .boxed()
    }
}
