use crate::shop::Shop;

#[test]
fn stops_cleanly_on_sigterm_and_ctrl_c() {
    for signal in ["TERM", "INT"] {
        let mut shop = Shop::start("info");
        let status = shop.end(signal);
        assert_eq!(status.code(), Some(0), "SIG{signal}: {}", shop.log());
    }
}
