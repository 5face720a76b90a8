//! `order`: what was bought, as the market tells it; and whether AK and SK, clock and network are right.

mod report;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use marketplace_core::open_api::{OrderInfo, Site};
use marketplace_tower::open_api::{BaseAddress, Client, OpenApiError, Settings};

use super::exit::{self, Exit, Failure};
use super::keys::KeyArgs;

/// Ask KooGallery for an order, with the AK and SK of the seller
///
/// `order MOCKPERIODYEARNEW` tells whether AK and SK, clock and network are right: every seller can ask for that order, which nobody
/// placed. Who bought is shown with `--buyer` alone. Ends with 0 if there is an order, 1 if KooGallery refuses, 2 if there is no
/// answer.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct OrderArgs {
    /// The order, `orderId` of the calls of KooGallery
    #[arg(value_name = "ORDERID")]
    order: String,
    /// One line of it, `orderLineId`; otherwise all of them
    #[arg(long, value_name = "LINE")]
    line: Option<String>,
    /// The site: China, international or Europe
    #[arg(long, default_value = "intl", value_parser = site_parser())]
    site: Site,
    /// Ask there instead of the site: a proxy, or `marketplace-debugger market`
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Show who bought as well
    #[arg(long)]
    buyer: bool,
    /// Print the object `orderInfo` as the market sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    keys: KeyArgs,
}

const HELP: &str = "\
Keys:
  KOOGALLERY_AK    the id of the AK/SK pair of the seller's Huawei Cloud account
  KOOGALLERY_SK    its secret; or, with --key-stdin, one line of standard input";

fn site_parser() -> impl clap::builder::TypedValueParser<Value = Site> {
    PossibleValuesParser::new(["cn", "intl", "eu"])
        .map(|name| Site::from_name(&name).unwrap_or(Site::International))
}

impl OrderArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let client =
            Client::connect(self.settings()?).map_err(|error| Failure::new(report::chain(&error)))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::about("the runtime cannot be started", error))?;
        match runtime.block_on(self.ask(&client)) {
            Ok(order) => {
                let text = if self.json {
                    report::json(&order, self.buyer).map_err(Failure::new)?
                } else {
                    report::text(&order, self.buyer)
                };
                exit::print_of_others(&text).map(|()| Exit::Fine)
            }
            Err(error) if is_answered(&error) => {
                let text = if self.json { report::json_error(&error) } else { report::refusal(&error) };
                exit::print_of_others(&text).map(|()| Exit::Found)
            }
            Err(error) => Err(Failure::new(report::failure(&error))),
        }
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let settings = Settings::new(self.site, self.keys.credentials()?);
        let Some(url) = &self.url else { return Ok(settings) };
        let address = BaseAddress::new(url).map_err(|error| Failure::about(url, error))?;
        Ok(settings.with_base_address(address))
    }

    async fn ask(&self, client: &Client) -> Result<OrderInfo, OpenApiError> {
        match &self.line {
            Some(line) => client.query_order(&self.order, Some(line)).await.map(|order| order.info().clone()),
            None => client.query_order_info(&self.order, None).await,
        }
    }
}

/// An answer that says no is what was to be found out; no answer is a failure.
fn is_answered(error: &OpenApiError) -> bool {
    !matches!(error, OpenApiError::TimedOut { .. } | OpenApiError::Broken(_)) && error.may_have_been_sent()
}
