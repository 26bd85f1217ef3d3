//! `export`, `import`, `migrate` and `erase`: what a store holds, out, in, over and away. Each error is one line for a
//! person, and every one of them can be begun anew.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, IsTerminal as _, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use futures_util::TryStreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use pulse_core::{
    Error, Pulse,
    model::{PageRules, SessionId, SiteKey, VisitorId},
    store::{self, SessionFilter},
    transfer::{Format, export, export_parquet, import, migrate},
};

use crate::{
    command::{ExportTo, OfSite, RowFormat},
    config::Config,
    opening::{IN_USE, open_at, open_existing},
    run::say,
};

/// Bad lines that a person is shown.
const SHOWN: usize = 10;

/// A bar on a terminal, and nothing else.
fn bar(template: &str) -> ProgressBar {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// An error with its causes in one line.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line.push_str(&format!(": {next}"));
        cause = next.source();
    }
    line
}

/// What a server has open can be had from the server.
fn or_ask_the_server(line: String) -> String {
    if line.contains(IN_USE) { format!("{line}, or ask GET /api/export of the running server") } else { line }
}

pub(crate) async fn run_export(
    config: Config,
    of: OfSite,
    output: Option<PathBuf>,
    format: Option<ExportTo>,
) -> Result<ExitCode, String> {
    let opened = open_existing(&config.store, of.site.as_ref(), &config.limits).await;
    let store = opened.map_err(or_ask_the_server)?;
    let mut out: Box<dyn Write + Send> = match &output {
        Some(path) => {
            let file = File::create(path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let format = format.or_else(|| output.as_deref().map(ExportTo::of_name)).unwrap_or(ExportTo::Ndjson);
    let format = match format {
        ExportTo::Ndjson => Format::Ndjson,
        ExportTo::Csv => Format::Csv,
        ExportTo::Parquet => {
            let bar = bar("{pos} rows in {elapsed}");
            let all = SessionFilter::default();
            let done = export_parquet(Arc::clone(&store), &all, &mut out, |rows| bar.set_position(rows)).await;
            bar.finish_and_clear();
            store.close().await;
            done.map_err(|error| format!("the export broke off: {}", told(&error)))?;
            out.flush().map_err(|error| format!("cannot write the export: {error}"))?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let bar = bar("{bytes} in {elapsed}");
    let mut rows = export(Arc::clone(&store), &SessionFilter::default(), format);
    let cannot_write = |error| format!("cannot write the export: {error}");
    while let Some(some) = rows.try_next().await.map_err(|error| format!("the export broke off: {}", told(&error)))? {
        out.write_all(&some).map_err(cannot_write)?;
        bar.inc(some.len() as u64);
    }
    out.flush().map_err(cannot_write)?;
    bar.finish_and_clear();
    drop(rows);
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The kind of a file that is not read, by its first bytes.
fn unread(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x1f, 0x8b, ..] => Some("compressed with gzip"),
        [b'P', b'A', b'R', b'1', ..] => Some("Parquet"),
        _ => None,
    }
}

pub(crate) async fn run_import(
    config: Config,
    of: OfSite,
    file: &Path,
    format: Option<RowFormat>,
    json: bool,
) -> Result<ExitCode, String> {
    let is_csv = matches!(ExportTo::of_name(file), ExportTo::Csv);
    let format = format.map(Format::from).unwrap_or(if is_csv { Format::Csv } else { Format::Ndjson });
    let mut input: Box<dyn BufRead + Send> = if file == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let opened = File::open(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        Box::new(BufReader::new(opened))
    };
    let head = input.fill_buf().map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    if let Some(kind) = unread(head) {
        return Err(format!("{} is {kind}, which is not read; use ndjson or csv", file.display()));
    }
    let store = open_at(&config.store, of.site.as_ref(), &config.limits).await?;
    let bar = bar("{pos} rows in {elapsed}");
    let done =
        import(Arc::clone(&store), &config.pages, &config.limits, format, input, |rows| bar.set_position(rows)).await;
    bar.finish_and_clear();
    store.close().await;
    let done = done.map_err(|error| format!("the import broke off, begin it anew: {}", told(&error)))?;
    if json {
        say(&serde_json::to_string(&done).unwrap_or_default());
    } else {
        let (batches, events, duplicates) = (done.batches, done.events, done.duplicates);
        say(&format_args!("Stored {events} events in {batches} batches; {duplicates} events were there before."));
        if done.bad > 0 {
            say(&format_args!("{} rows of {} could not be used:", done.bad, done.rows));
            for bad in done.bad_lines.iter().take(SHOWN) {
                say(&format_args!("  line {}: {}", bad.line, bad.reason));
            }
        }
    }
    // A script has to notice that some of it is not there.
    Ok(if done.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) async fn run_migrate(config: Config, from: &str, to: &str, json: bool) -> Result<ExitCode, String> {
    if from == to {
        return Err("--from and --to are the same store".into());
    }
    let source = open_existing(from, None, &config.limits).await.map_err(or_ask_the_server)?;
    let target = open_at(to, None, &config.limits).await?;
    let bar = bar("{bar:30} {pos}/{len} sessions  {elapsed}");
    let rules: &PageRules = &config.pages;
    let done = migrate(Arc::clone(&source), Arc::clone(&target), rules, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })
    .await;
    bar.finish_and_clear();
    source.close().await;
    target.close().await;
    let done = done.map_err(|error| format!("the move broke off, begin it anew: {}", told(&error)))?;
    if json {
        say(&serde_json::to_string(&done).unwrap_or_default());
    } else {
        let who = if done.further == 0 { "Both stores hold" } else { "The target holds" };
        say(&format_args!(
            "{who} the same {} events of {} sessions; {} batches were copied.",
            done.events, done.sessions, done.copied
        ));
        if done.further > 0 {
            say(&format_args!("It holds {} further sessions, which the source does not.", done.further));
        }
        say(&format_args!("sha256 {}", done.sha256));
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn run_erase(
    config: Config,
    of: OfSite,
    session: Option<SessionId>,
    visitor: Option<VisitorId>,
) -> Result<ExitCode, String> {
    let store = open_existing(&config.store, of.site.as_ref(), &config.limits).await?;
    let pulse = Pulse::builder(store).limits(config.limits).pages(config.pages).build();
    let erased = async {
        if let Some(id) = &session {
            pulse.erase_session(id).await?;
        }
        if let Some(id) = &visitor {
            pulse.erase_visitor(id).await?;
        }
        Ok::<(), Error>(())
    };
    let erased = erased.await;
    pulse.close().await;
    erased.map_err(|error| format!("nothing was erased: {}", told(&error)))?;
    say(&"Erased, with everything of it.");
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn run_erase_site(config: Config, site: &SiteKey) -> Result<ExitCode, String> {
    let erased = store::erase_site(&config.store, site, &config.limits).await;
    match erased.map_err(|error| format!("site {site} was not erased: {}", told(&error)))? {
        true => say(&format_args!("Erased the site {site}, with everything of it.")),
        false => return Err(format!("there is nothing of a site {site}")),
    }
    Ok(ExitCode::SUCCESS)
}
