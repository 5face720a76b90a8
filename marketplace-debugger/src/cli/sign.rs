//! `sign`: a signed call, as a curl line.

mod call;
mod stamp;

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use marketplace_core::UnixMillis;
use marketplace_core::analysis::AnalysisScheme;
use marketplace_debugger::curl;

use super::exit::{self, Exit, Failure};
use super::input;
use super::keys::{self, KeyArgs};
use call::Call;

/// Sign a call and print it as a curl line
///
/// What is printed can be sent by whoever sees it, until its time is over. Bodies are signed byte for byte as they come from
/// standard input.
#[derive(Debug, Args)]
#[command(after_help = format!("{SCHEMES}\n\n{}", keys::HELP))]
pub(crate) struct SignArgs {
    /// Where the call goes, such as `https://shop.example/saasproduce`
    url: Option<String>,
    /// Parameters, of v1, safe-creative and sdk-hmac
    #[arg(value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// How it is signed
    #[arg(long, default_value = "v2", value_parser = scheme_parser())]
    scheme: AnalysisScheme,
    /// The body; `-` is standard input, which is the default of schemes that sign a body
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// The time that is signed, as the scheme writes it; otherwise this machine's
    #[arg(long)]
    timestamp: Option<String>,
    /// The nonce; otherwise 32 random letters and digits
    #[arg(long)]
    nonce: Option<String>,
    /// The call: of a kit, the end of its path, such as `tenantSync`; of v1, the parameter `activity`
    #[arg(long, value_name = "NAME")]
    activity: Option<String>,
    #[command(flatten)]
    keys: KeyArgs,
}

const SCHEMES: &str = "\
Schemes:
  v2, kit-v2, usage-push   the body; timestamp and nonce are made unless they are given
  kit-v1                   the body; `timeStamp` becomes its last member unless it has one
  v1                       NAME=VALUE …; `timeStamp` is added unless it is there
  safe-creative            NAME=VALUE …; `ztime` is added unless it is there
  sdk-hmac                 NAME=VALUE … for a GET; with --body, a POST
  body-sign                no URL; prints an answer with this body and its `Body-Sign`, as `explain --response` reads it";

fn scheme_parser() -> impl clap::builder::TypedValueParser<Value = AnalysisScheme> {
    PossibleValuesParser::new(AnalysisScheme::ALL.map(AnalysisScheme::slug))
        .try_map(|name| name.parse::<AnalysisScheme>())
}

impl SignArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        if self.scheme == AnalysisScheme::BodySign {
            let (key, _) = self.keys.signing(self.scheme, None)?;
            return exit::print(&call::answer(&key, &self.read_body(true)?)?).map(|()| Exit::Fine);
        }
        let Some(url) = &self.url else { return Err(Failure::new("name the URL of the call")) };
        let call = Call {
            url,
            parameters: self.pairs()?,
            body: self.read_body(self.signs_body())?,
            has_body: self.body.is_some() || self.signs_body(),
            timestamp: self.timestamp.as_deref(),
            nonce: self.nonce.as_deref(),
            activity: self.activity.as_deref(),
            now: clock()?,
        };
        let request = call.signed(self.scheme, &self.keys)?;
        exit::print(&format!("{}\n", curl::print(&request))).map(|()| Exit::Fine)
    }

    fn signs_body(&self) -> bool {
        use AnalysisScheme::{BodySign, KitV1, KitV2, UsagePush, V2};
        matches!(self.scheme, V2 | KitV1 | KitV2 | UsagePush | BodySign)
    }

    fn read_body(&self, is_default: bool) -> Result<Vec<u8>, Failure> {
        let path = match &self.body {
            Some(path) => path,
            None if is_default => Path::new("-"),
            None => return Ok(Vec::new()),
        };
        keys::refuse_stdin(path, &self.keys, "the body (`--body`)")?;
        let body = input::read(path)?;
        if body.ends_with(b"\n") {
            exit::warn("the body ends with a line end, which is signed and sent as well");
        }
        Ok(body)
    }

    fn pairs(&self) -> Result<Vec<(String, String)>, Failure> {
        let pair = |text: &String| match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
            _ => Err(Failure::about(text, "a parameter is NAME=VALUE")),
        };
        self.parameters.iter().map(pair).collect()
    }
}

/// This machine's clock.
pub(crate) fn clock() -> Result<UnixMillis, Failure> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.ok().and_then(|since| u64::try_from(since.as_millis()).ok());
    millis.map(UnixMillis).ok_or_else(|| Failure::new("the clock of this machine stands before 1970"))
}
