//! What was bought: orders, as KooGallery's order query tells them.

use marketplace_tower::Order;
use marketplace_tower::open_api::{BaseAddress, Client, Credentials, Settings, Site};

use crate::BoxError;
use crate::settings::variable;

/// Where orders are asked for: what the `KOOGALLERY_…` variables say. Nothing, if there is no AK.
pub(crate) fn from_environment() -> Result<Option<Client>, BoxError> {
    let Some(ak) = variable("KOOGALLERY_AK")? else { return Ok(None) };
    let sk = variable("KOOGALLERY_SK")?.ok_or("KOOGALLERY_SK is not set, and KOOGALLERY_AK is")?;
    let credentials =
        Credentials::new(&ak, sk).map_err(|error| format!("KOOGALLERY_AK, KOOGALLERY_SK: {error}"))?;
    let site = variable("KOOGALLERY_SITE")?.unwrap_or_else(|| "intl".to_owned());
    let site = Site::from_name(&site)
        .ok_or_else(|| format!("KOOGALLERY_SITE: `{site}` is none of `cn`, `intl`, `eu`"))?;
    let mut settings = Settings::new(site, credentials);
    if let Some(url) = variable("KOOGALLERY_URL")? {
        let address = BaseAddress::new(&url).map_err(|error| format!("KOOGALLERY_URL: {error}"))?;
        settings = settings.with_base_address(address);
    }
    Ok(Some(Client::connect(settings)?))
}

/// What a tenant is set up with: the SKU that was bought, its capacity, and its period.
pub(crate) fn plan(order: &Order) -> String {
    let mut plan = order.product().and_then(|product| product.sku_code()).unwrap_or("no SKU").to_owned();
    if let Some(capacity) = order.product().and_then(|product| product.linear_value()) {
        plan.push_str(&format!(" × {capacity}"));
    }
    if let (Some(number), Some(period)) = (order.line().period_number(), order.line().period_type()) {
        plan.push_str(&format!(", {number} {period}"));
    }
    plan
}
