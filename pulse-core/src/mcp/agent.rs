//! The server that an agent talks to: which tools and resources there are, and who answers a call.

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListResourcesResult,
        ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
        Resource, ResourceContents, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};

use super::{answer::LEGEND, arguments::read, definitions, refusal::Refusal, tools};
use crate::{analyze::detect::FindingKind, engine::Engine};

/// What an agent is told when it connects.
const INSTRUCTIONS: &str = "Pulse records how people use a website. list_problems says what to fix first; \
    explain_problem gives page, element (label and path), effect and since when; then look for the element in the code. \
    After a fix, call mark_problem with status fixed. Figures are over recorded visits and carry their n.";

/// Answers the calls of one client.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) engine: Arc<Engine>,
    /// Whose budget of a model's answers it takes from.
    pub(super) who: String,
}

impl Agent {
    pub(super) fn new(engine: Arc<Engine>, who: String) -> Self {
        Self { engine, who }
    }

    async fn call(&self, request: CallToolRequestParams) -> Result<Result<String, Refusal>, ErrorData> {
        let arguments = request.arguments;
        let answer = match &*request.name {
            "list_problems" => self.list_problems(read(arguments)).await,
            "explain_problem" => self.explain_problem(read(arguments)).await,
            "page_report" => self.page_report(read(arguments)).await,
            "element_report" => self.element_report(read(arguments)).await,
            "find_sessions" => self.find_sessions(read(arguments)).await,
            "explain_session" => self.explain_session(read(arguments)).await,
            "compare" => self.compare(read(arguments)).await,
            "ask" => self.ask(read(arguments)).await,
            "mark_problem" => self.mark_problem(read(arguments)).await,
            _ => {
                let text = format!("there is no such tool; the tools are {}", tools::NAMES.join(", "));
                return Err(ErrorData::invalid_params(text, None));
            }
        };
        Ok(answer)
    }
}

impl ServerHandler for Agent {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("pulse", env!("CARGO_PKG_VERSION")))
            .with_instructions(format!("{INSTRUCTIONS}\n{LEGEND}\n{}", definitions::LIMITS))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let result = match self.call(request).await? {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(Refusal(text)) => CallToolResult::error(vec![ContentBlock::text(text)]),
        };
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let resource = |kind: FindingKind| {
            Resource::new(definitions::uri(kind), kind.as_str())
                .with_description(definitions::phrase(kind))
                .with_mime_type("text/plain")
        };
        Ok(ListResourcesResult::with_all_items(FindingKind::ALL.iter().copied().map(resource).collect()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let Some(kind) = definitions::of_uri(&request.uri) else {
            return Err(ErrorData::resource_not_found("there is no such resource; resources/list has them", None));
        };
        let contents = ResourceContents::text(definitions::text(kind), request.uri);
        Ok(ReadResourceResult::new(vec![contents]).into())
    }
}
