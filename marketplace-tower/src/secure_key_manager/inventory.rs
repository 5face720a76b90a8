//! What there is: key stores, keys, registrations of clients.

mod key_store;
mod keys;
mod registrations;

pub use self::key_store::KeyStore;
pub use self::keys::{KeyDetail, KeyFilter, KeyKind, KeyState, PageSize, UnusablePageSize};
pub use self::registrations::{CertificateRegistration, Registration};

/// A text as it stands in a query.
fn query_text(text: &str) -> String {
    use std::fmt::Write as _;
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_but_plain_letters_is_written_in_percent() {
        assert_eq!(super::query_text("10.0.0.0/8 é&=+"), "10.0.0.0%2F8%20%C3%A9%26%3D%2B");
    }
}
