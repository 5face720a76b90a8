//! The way to the server, and the first layer.

use http::StatusCode;

use super::super::client::Client;
use super::super::error::SkmError;
use super::super::version::ApiVersion;
use super::cause::Cause;
use super::report::Diagnosis;
use crate::http_client::HttpService;

impl<S: HttpService> Client<S> {
    /// `Invalid Appkey`
    pub(super) async fn diagnose_appkey(&self, diagnosis: &mut Diagnosis) {
        match self.confirm().await {
            Err(SkmError::InvalidAppkey(_)) => diagnosis.found(Cause::AppkeyUnknown),
            answer => {
                if let Some(seen) = diagnosis.note("confirm", answer) {
                    diagnosis.seen = Some(seen);
                    diagnosis.found(Cause::WorksNow);
                }
            }
        }
    }

    /// `URL NOT FOUND`
    pub(super) async fn diagnose_path(&self, diagnosis: &mut Diagnosis) {
        match self.confirm().await {
            Err(SkmError::UrlNotFound(_)) => diagnosis.found(Cause::WrongAddress),
            answer => {
                if let Some(seen) = diagnosis.note("confirm", answer) {
                    diagnosis.seen = Some(seen);
                    diagnosis.found(Cause::NoSuchCall(self.version()));
                }
            }
        }
    }

    /// Somebody else answered.
    pub(super) async fn diagnose_stranger(&self, status: StatusCode, diagnosis: &mut Diagnosis) {
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => self.diagnose_user(diagnosis).await,
            _ => match self.confirm().await {
                Err(SkmError::NotJson { .. }) => diagnosis.found(Cause::WrongAddress),
                answer => {
                    if let Some(seen) = diagnosis.note("confirm", answer) {
                        diagnosis.seen = Some(seen);
                        diagnosis.found(if status == StatusCode::NOT_FOUND {
                            Cause::NoSuchCall(self.version())
                        } else {
                            Cause::WorksNow
                        });
                    }
                }
            },
        }
    }

    /// Is it the appkey, the user's key, or the role?
    pub(super) async fn diagnose_user(&self, diagnosis: &mut Diagnosis) {
        match self.confirm().await {
            Ok(seen) => {
                diagnosis.seen = Some(seen);
                diagnosis.found(Cause::RoleMissing);
                return;
            }
            Err(SkmError::InvalidAppkey(_)) => return diagnosis.found(Cause::AppkeyUnknown),
            Err(SkmError::NotJson { .. } | SkmError::Token { .. }) if self.version() == ApiVersion::V1_0 => {
                return diagnosis.found(Cause::WrongAddress);
            }
            Err(SkmError::NotJson { status: StatusCode::FORBIDDEN }) => {
                return diagnosis.found(Cause::RoleMissing);
            }
            Err(SkmError::NotJson { .. } | SkmError::Token { .. }) => {}
            Err(other) => {
                diagnosis.note::<()>("confirm", Err(other));
                return;
            }
        }
        // Version 1.0 asks for the appkey alone.
        match self.as_v1_0().confirm().await {
            Ok(seen) => {
                diagnosis.seen = Some(seen);
                diagnosis.found(Cause::UserKeyRefused);
            }
            Err(SkmError::InvalidAppkey(_)) => diagnosis.found(Cause::AppkeyUnknown),
            Err(SkmError::NotJson { .. }) => diagnosis.found(Cause::WrongAddress),
            Err(other) => {
                diagnosis.note::<()>("confirm", Err(other));
            }
        }
    }

    /// Nothing arrived, or nothing came back.
    pub(super) async fn diagnose_connection(&self, diagnosis: &mut Diagnosis) {
        let answer = self.confirm().await;
        if let Some(seen) = diagnosis.note("confirm", answer) {
            diagnosis.seen = Some(seen);
            diagnosis.found(Cause::WorksNow);
        } else if diagnosis.causes().is_empty() {
            diagnosis.found(Cause::NotReached);
        }
    }
}
