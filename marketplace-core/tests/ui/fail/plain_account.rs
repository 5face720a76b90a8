//! Plain text where V1 wants it sealed.

use marketplace_core::FieldTooLong;
use marketplace_core::v1::AppInfo;

fn app_info() -> Result<AppInfo, FieldTooLong> {
    AppInfo::new("https://shop.example/")?.with_user_name("admin")
}

fn main() {
    let _ = app_info();
}
