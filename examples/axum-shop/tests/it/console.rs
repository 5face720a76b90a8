use marketplace_debugger::{Billing, Console, Report};
use marketplace_tower::AccessKey;

use crate::shop::{KEY, Shop};

async fn check(shop: &Shop, billing: Billing) -> Report {
    let console = Console::new(AccessKey::new(KEY).unwrap()).with_billing(billing);
    let optional: &[&str] = match billing {
        Billing::OneTime => &["orderNotify"],
        _ => &["changeInstanceCheck", "upgradeInstance", "orderNotify"],
    };
    let console = optional.iter().fold(console, |console, activity| console.with_optional(*activity));
    console.check_url(shop.url()).await.unwrap()
}

#[tokio::test]
async fn passes_every_check_of_the_console() {
    let shop = Shop::start("error");
    for billing in Billing::ALL {
        check(&shop, billing).await.assert_passed();
    }
}
