//! `explain`: why is this signature not accepted?

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use marketplace_core::UnixMillis;
use marketplace_core::analysis::{
    Analysis, AnalysisScheme, CapturedRequest, CapturedResponse, Reveal, Subject, explain, explain_and_reveal,
};
use marketplace_debugger::capture::{self, CaptureError, Captured};

use super::exit::{self, Exit, Failure};
use super::input;
use super::keys::{self, KeyArgs};
use super::sign::clock;

/// Explain why the signature of a captured request or answer is not accepted
///
/// Reads a curl line, as the vendor's console prints it, or a raw HTTP request. Says what should have been signed, piece by
/// piece, and which known mistake reproduces what was sent. Ends with 0 if the signature is valid, 1 if it is not, 2 if
/// something cannot be read.
#[derive(Debug, Args)]
#[command(after_help = keys::HELP)]
pub(crate) struct ExplainArgs {
    /// The request: a curl line, or the bytes of the HTTP request. `-`, or nothing, is standard input
    file: Option<PathBuf>,
    /// How it is signed
    #[arg(long, default_value = "auto", value_parser = scheme_parser())]
    scheme: Scheme,
    /// The clock of the receiver, in milliseconds since 1970; of a recording, when it was received. Otherwise this machine's
    #[arg(long, value_name = "MS")]
    now: Option<u64>,
    /// The answer, for body-sign: the bytes of the HTTP response. A request beside it tells what may have been signed with it
    #[arg(long, value_name = "FILE")]
    response: Option<PathBuf>,
    /// How it is shown; xml is the report of Safe Creative
    #[arg(long, default_value = "terminal")]
    format: Format,
    /// Show the right signature, with which whoever sees it can send the request
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    keys: KeyArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Terminal,
    Json,
    Xml,
}

/// A scheme; nothing, if the request is to tell.
#[derive(Debug, Clone, Copy)]
struct Scheme(Option<AnalysisScheme>);

fn scheme_parser() -> impl clap::builder::TypedValueParser<Value = Scheme> {
    let names = std::iter::once("auto").chain(AnalysisScheme::ALL.map(AnalysisScheme::slug));
    PossibleValuesParser::new(names).map(|name| Scheme(name.parse().ok()))
}

impl ExplainArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        if self.response.is_none() && self.scheme.0 == Some(AnalysisScheme::BodySign) {
            return Err(Failure::new("body-sign is about an answer: name its file with `--response`"));
        }
        if self.response.is_some() && !matches!(self.scheme.0, None | Some(AnalysisScheme::BodySign)) {
            return Err(Failure::new(
                "an answer is signed in body-sign: leave `--scheme` or `--response` out",
            ));
        }
        let are_both_stdin =
            [&self.file, &self.response].iter().all(|path| path.as_deref().is_some_and(input::is_stdin));
        if are_both_stdin {
            return Err(Failure::new("standard input cannot be both the request and the answer"));
        }
        let (request, response) = (self.request()?, self.response()?);
        let subject = match (&response, &request) {
            (Some(response), request) => Subject::Response(response, request.as_ref()),
            (None, Some(request)) => Subject::Request(request),
            (None, None) => return Err(Failure::new("there is nothing to explain")),
        };
        let scheme = self.scheme.0.or_else(|| AnalysisScheme::recognise(subject));
        let keys = self.keys.suspects(scheme, request.as_ref())?;
        let now = self.now.map_or_else(clock, |now| Ok(UnixMillis(now)))?;
        let analysis = match self.reveal {
            true => explain_and_reveal(subject, &keys, now, scheme, Reveal::the_right_signature()),
            false => explain(subject, &keys, now, scheme),
        };
        exit::print(&self.shown(&analysis))?;
        Ok(if analysis.is_valid() { Exit::Fine } else { Exit::Found })
    }

    fn shown(&self, analysis: &Analysis) -> String {
        match self.format {
            Format::Terminal => analysis.to_terminal(),
            Format::Json => analysis.to_json() + "\n",
            Format::Xml => analysis.to_xml(),
        }
    }

    /// An answer can be explained without a request, so that standard input is not waited for then.
    fn request(&self) -> Result<Option<CapturedRequest>, Failure> {
        let path = match (&self.file, &self.response) {
            (Some(path), _) => path,
            (None, Some(_)) => return Ok(None),
            (None, None) => Path::new("-"),
        };
        keys::refuse_stdin(path, &self.keys, "the request")?;
        read(path, capture::request).map(Some)
    }

    fn response(&self) -> Result<Option<CapturedResponse>, Failure> {
        let Some(path) = &self.response else { return Ok(None) };
        keys::refuse_stdin(path, &self.keys, "the answer")?;
        read(path, capture::response).map(Some)
    }
}

fn read<T>(path: &Path, parse: fn(&[u8]) -> Result<Captured<T>, CaptureError>) -> Result<T, Failure> {
    let name = if input::is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() };
    let captured = parse(&input::read(path)?).map_err(|error| match &error {
        CaptureError::Curl(at) => Failure::about(&name, format!("{error}\n{}", at.excerpt())),
        _ => Failure::about(&name, &error),
    })?;
    for warning in &captured.warnings {
        exit::warn(&format!("{name}: {warning}"));
    }
    Ok(captured.message)
}
