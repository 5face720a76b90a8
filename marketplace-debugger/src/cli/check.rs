//! `check`: what the vendor's console does, and more.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use marketplace_core::Guide;
use marketplace_core::analysis::{AnalysisScheme, CapturedRequest};
use marketplace_debugger::wire::{TrustedRoots, Wire};
use marketplace_debugger::{Billing, Case, Console, Event, Report, curl, guide_name, guide_of};

use super::exit::{self, Exit, Failure};
use super::input;
use super::keys::{self, KeyArgs};

/// Nobody wants to see a longer body: it is that of the call that is far too long.
const LONGEST_SHOWN: usize = 64 * 1024;

/// Play KooGallery against an endpoint, and judge every answer
///
/// Plays the whole life of an instance, repeats what KooGallery repeats, makes the debugging calls that the vendor's console
/// replays twice a day, and calls that have to be refused. It makes real purchases, with order ids of its own: a shop that is
/// in use is checked with `--debugging-only`. Ends with 0 if every check passed, 1 if one failed, 2 if nothing could be checked.
#[derive(Debug, Args)]
#[command(after_help = keys::HELP)]
pub(crate) struct CheckArgs {
    /// The endpoint, such as `https://shop.example/saasproduce`; the paths of a kit are added to it
    url: String,
    /// The guide that the seller serves
    #[arg(long, default_value = "v2", value_parser = guide_parser())]
    guide: Guide,
    /// How the product is billed; the kits do not ask
    #[arg(long, default_value = "period", value_parser = billing_parser())]
    billing: Billing,
    /// How the report is shown
    #[arg(long, default_value = "terminal")]
    format: Format,
    /// An activity that the guide leaves to the seller, such as `upgradeInstance`, is called as well
    #[arg(long, value_name = "ACTIVITY")]
    also: Vec<String>,
    /// Make no purchase: for a shop that is in use
    #[arg(long)]
    debugging_only: bool,
    /// Another value for a field, wherever a call has it, such as `orderId=MOCKPERIODYEARNEW`
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// Make one call only: the debugging call of this activity
    #[arg(long, value_name = "NAME", conflicts_with_all = ["replay", "debugging_only"])]
    activity: Option<String>,
    /// The body of that call, which is sent byte for byte; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "activity")]
    body: Option<PathBuf>,
    /// Print the curl line of every call to standard error. Each is in force for a minute
    #[arg(long)]
    show_curl: bool,
    /// Save the debugging calls as cases in this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["activity", "replay"])]
    save: Option<PathBuf>,
    /// Make the calls of the cases in this directory again, signed anew, and no others
    #[arg(long, value_name = "DIR")]
    replay: Option<PathBuf>,
    /// A PEM file of certificates to trust instead of Mozilla's authorities: for a server on the desk
    #[arg(long, value_name = "FILE")]
    roots: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Terminal,
    Json,
    Junit,
}

fn guide_parser() -> impl clap::builder::TypedValueParser<Value = Guide> {
    let guides = [Guide::V2, Guide::V1, Guide::KitV1, Guide::KitV2];
    PossibleValuesParser::new(guides.map(guide_name)).map(|name| guide_of(&name).unwrap_or(Guide::V2))
}

pub(super) fn billing_parser() -> impl clap::builder::TypedValueParser<Value = Billing> {
    PossibleValuesParser::new(Billing::ALL.map(Billing::name)).try_map(|name| name.parse::<Billing>())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl CheckArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::about("the runtime cannot be started", error))?;
        let report = runtime.block_on(self.check())?;
        if let Some(directory) = &self.save {
            Case::save_all(report.cases(), directory).map_err(Failure::new)?;
        }
        exit::print(&match self.format {
            Format::Terminal => report.to_terminal(),
            Format::Json => report.to_json() + "\n",
            Format::Junit => report.to_junit(),
        })?;
        if report.passed() == 0 && report.failed().any(|check| check.slug == "unreachable") {
            return Err(Failure::about(
                &self.url,
                "the address is not reached, so that nothing could be checked",
            ));
        }
        Ok(if report.is_sound() { Exit::Fine } else { Exit::Found })
    }

    async fn check(&self) -> Result<Report, Failure> {
        let wire = self.wire()?;
        let console = self.console()?;
        let cases = self.cases(&console)?;
        let (bar, show_curl) = (bar(self.show_curl), self.show_curl);
        let told = bar.clone();
        let console = console.with_observer(move |event| match event {
            Event::Planned(calls) => told.set_length(calls as u64),
            Event::Calling { name, request } if show_curl => exit::note(&curl_line(name, request)),
            Event::Calling { name, .. } => told.set_message(name.to_owned()),
            _ => told.inc(1),
        });
        let report = match cases {
            Some(cases) => console.replay_wire(wire, &cases).await,
            None => console.check_wire(wire).await,
        };
        bar.finish_and_clear();
        report.map_err(Failure::new)
    }

    fn wire(&self) -> Result<Wire, Failure> {
        let address = self.url.parse().map_err(|error| Failure::about(&self.url, error))?;
        let wire = Wire::new(address);
        let Some(path) = &self.roots else { return Ok(wire) };
        let roots = TrustedRoots::from_pem(&input::read(path)?);
        Ok(wire.with_roots(roots.map_err(|error| Failure::about(path.display(), error))?))
    }

    fn console(&self) -> Result<Console, Failure> {
        let scheme = match self.guide {
            Guide::V1 => AnalysisScheme::V1,
            Guide::KitV1 => AnalysisScheme::KitV1,
            Guide::KitV2 => AnalysisScheme::KitV2,
            _ => AnalysisScheme::V2,
        };
        let (key, _) = self.keys.signing(scheme, None)?;
        let mut console = Console::new(key).with_guide(self.guide).with_billing(self.billing);
        if self.debugging_only {
            console = console.with_debugging_calls_only();
        }
        let console = self.also.iter().fold(console, |console, activity| console.with_optional(activity));
        Ok(self.set.iter().fold(console, |console, (name, value)| console.with_field(name, value)))
    }

    /// The calls to be made, if it is not all of them.
    fn cases(&self, console: &Console) -> Result<Option<Vec<Case>>, Failure> {
        if let Some(directory) = &self.replay {
            return Case::load_all(directory).map(Some).map_err(Failure::new);
        }
        let Some(activity) = &self.activity else { return Ok(None) };
        let case = match &self.body {
            Some(path) => {
                keys::refuse_stdin(path, &self.keys, "the body")?;
                let body = input::read(path)?;
                Case::of_body(self.guide, activity, &body).ok_or_else(|| {
                    Failure::about(path.display(), "a call of V1 has no body, and others are UTF-8")
                })?
            }
            None => {
                let cases = console.cases().map_err(Failure::new)?;
                let known: Vec<_> = cases.iter().map(|case| case.activity().to_owned()).collect();
                let case = cases.into_iter().find(|case| case.activity() == activity);
                case.ok_or_else(|| {
                    Failure::about(activity, format!("no such call is made, but {}", known.join(", ")))
                })?
            }
        };
        Ok(Some(vec![case]))
    }
}

fn curl_line(name: &str, request: &CapturedRequest) -> String {
    if request.body.len() <= LONGEST_SHOWN {
        return format!("# {name}\n{}", curl::print(request));
    }
    let head = request.clone().with_body("");
    format!("# {name}; its body of {} bytes is left out\n{}", request.body.len(), curl::print(&head))
}

/// On a terminal, and unless lines are printed there.
fn bar(is_hidden: bool) -> ProgressBar {
    if is_hidden {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
