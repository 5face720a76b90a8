//! Who may call the admin API.

use std::fmt;

use subtle::ConstantTimeEq as _;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::{Request, Status};

/// The metadata key that gRPC clients put credentials under.
const AUTHORIZATION: &str = "authorization";

/// A bearer token. Its `Debug` does not show it.
#[derive(Debug, Clone)]
pub(crate) struct AdminToken(MetadataValue<Ascii>);

/// Lets a request pass that shows the token.
#[derive(Debug, Clone)]
pub(crate) struct Guard(AdminToken);

/// Shows the token with every request.
#[derive(Debug, Clone)]
pub(crate) struct Credentials(AdminToken);

impl AdminToken {
    /// What is shorter can be guessed.
    const SHORTEST: usize = 16;

    pub(crate) fn new(token: &str) -> Result<Self, UnusableToken> {
        if token.len() < Self::SHORTEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UnusableToken);
        }
        let mut header: MetadataValue<_> = format!("Bearer {token}").parse().map_err(|_| UnusableToken)?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    /// The shop's side.
    pub(crate) fn guard(&self) -> Guard {
        Guard(self.clone())
    }

    /// The client's side.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials(self.clone())
    }
}

impl Interceptor for Guard {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let expected = self.0.0.as_bytes();
        let shown = request.metadata().get(AUTHORIZATION).map_or(&[][..], MetadataValue::as_bytes);
        // In constant time, so that nobody can find the token letter by letter. Its length is no secret.
        if shown.ct_eq(expected).into() {
            Ok(request)
        } else {
            Err(Status::unauthenticated("show the admin token: `authorization: Bearer TOKEN`"))
        }
    }
}

impl Interceptor for Credentials {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert(AUTHORIZATION, self.0.0.clone());
        Ok(request)
    }
}

/// The text cannot be a token.
#[derive(Debug)]
pub(crate) struct UnusableToken;

impl fmt::Display for UnusableToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a token has at least {} visible ASCII characters, and no spaces", AdminToken::SHORTEST)
    }
}

impl std::error::Error for UnusableToken {}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "canary-canary-canary";

    #[test]
    fn opens_to_the_token_and_to_nothing_else() {
        let token = AdminToken::new(TOKEN).unwrap();
        let shown = |value: &str| {
            let mut request = Request::new(());
            request.metadata_mut().insert(AUTHORIZATION, value.parse().unwrap());
            token.guard().call(request)
        };
        assert!(shown(&format!("Bearer {TOKEN}")).is_ok());
        assert!(token.guard().call(token.credentials().call(Request::new(())).unwrap()).is_ok());
        for wrong in ["", "Bearer ", TOKEN, &format!("Bearer {TOKEN}x"), &format!("Bearer {}", &TOKEN[1..])] {
            assert_eq!(shown(wrong).unwrap_err().code(), tonic::Code::Unauthenticated, "{wrong}");
        }
        assert!(token.guard().call(Request::new(())).is_err());
    }

    #[test]
    fn is_long_visible_and_never_shown() {
        for wrong in ["", "fifteen-letters", "sixteen letters!", "sixteen-letters\n", "sechzehn-Buchstäben"]
        {
            assert!(AdminToken::new(wrong).is_err(), "{wrong}");
        }
        assert!(!format!("{:?}", AdminToken::new(TOKEN).unwrap()).contains("canary"));
    }
}
