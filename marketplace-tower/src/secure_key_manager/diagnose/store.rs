//! The second layer: what the key store checks, against what the server sees.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use super::super::client::Client;
use super::super::confirm::Confirmation;
use super::super::error::SkmError;
use super::super::id::KeyStoreId;
use super::super::identity::Ipv4Range;
use super::super::key_stores::Methods;
use super::super::timestamp::Timestamp;
use super::Subject;
use super::cause::Cause;
use super::report::Diagnosis;
use crate::http_client::HttpService;

/// What was found out about one method.
enum Found {
    Satisfied,
    Causes(Vec<Cause>),
    /// It could not be asked.
    Open,
}

impl<S: HttpService> Client<S> {
    pub(super) async fn diagnose_client(&self, error: &SkmError, about: &Subject, diagnosis: &mut Diagnosis) {
        let confirmed = self.confirm().await;
        let Some(seen) = diagnosis.note("confirm", confirmed) else { return };
        diagnosis.seen = Some(seen.clone());
        self.find_store(about, diagnosis).await;
        let refused = match error {
            SkmError::Ipv4AuthFailure(_) => Methods::IPV4,
            SkmError::MacAuthFailure(_) => Methods::MAC,
            _ => Methods::CERTIFICATE,
        };
        let store = diagnosis.store.as_ref().map(|store| store.key_store_id);
        let on = diagnosis.store.as_ref().and_then(|store| store.methods()).unwrap_or(refused);
        let mut satisfied = 0;
        // The one that was named first.
        let mut methods = [Methods::IPV4, Methods::MAC, Methods::CERTIFICATE];
        methods.sort_by_key(|method| *method != refused);
        for method in methods.into_iter().filter(|method| on.contains(*method)) {
            let found = match method {
                Methods::IPV4 => self.diagnose_address(store, &seen, diagnosis).await,
                Methods::MAC => self.diagnose_mac(store, &seen, diagnosis).await,
                _ => self.diagnose_certificate(store, &seen, method == refused, diagnosis).await,
            };
            match found {
                Found::Satisfied => satisfied += 1,
                Found::Causes(causes) => causes.into_iter().for_each(|cause| diagnosis.found(cause)),
                Found::Open => {}
            }
        }
        if satisfied > 0 && satisfied < on.count() {
            diagnosis.found(Cause::AllMethodsRequired { methods: on, satisfied });
        }
    }

    async fn find_store(&self, about: &Subject, diagnosis: &mut Diagnosis) {
        if let Some(store) = about.store {
            let store = self.key_store(store).await;
            diagnosis.store = diagnosis.note("key_store", store);
        } else if let Some(key) = &about.key {
            // It remembers the store.
            let _ = self.search(key, about, diagnosis).await;
        }
    }

    async fn diagnose_address(
        &self,
        store: Option<KeyStoreId>,
        seen: &Confirmation,
        diagnosis: &mut Diagnosis,
    ) -> Found {
        let Some(address) = seen.address() else { return Found::Open };
        let unregistered = match address {
            IpAddr::V4(v4) if v4.is_private() || v4.is_link_local() => Cause::AddressInternal(address),
            _ => Cause::AddressNotRegistered(address),
        };
        let Some(store) = store else { return Found::Causes(vec![unregistered]) };
        let listed = self.ipv4s(store).await;
        let Some(listed) = diagnosis.note("ipv4s", listed) else { return Found::Open };
        let IpAddr::V4(v4) = address else { return Found::Causes(vec![unregistered]) };
        let contains = |text: &&String| text.parse::<Ipv4Range>().is_ok_and(|range| range.contains(v4));
        let mut is_registered = false;
        for value in listed.iter().filter(contains) {
            let details = self.ipv4_registrations(store, value).await;
            let Some(details) = diagnosis.note("ipv4_registrations", details) else { return Found::Open };
            if details.iter().any(|one| one.deletion.is_none()) {
                return Found::Satisfied;
            }
            is_registered = true;
        }
        Found::Causes(vec![if is_registered { Cause::AddressPendingDeletion(address) } else { unregistered }])
    }

    async fn diagnose_mac(
        &self,
        store: Option<KeyStoreId>,
        seen: &Confirmation,
        diagnosis: &mut Diagnosis,
    ) -> Found {
        let Some(mac) = seen.mac() else {
            return Found::Causes(vec![if self.sends_mac() {
                Cause::MacNotArrived
            } else {
                Cause::MacNotSent
            }]);
        };
        let Some(store) = store else { return Found::Causes(vec![Cause::MacNotRegistered]) };
        let listed = self.macs(store).await;
        let Some(listed) = diagnosis.note("macs", listed) else { return Found::Open };
        if let Some(same) = listed.iter().find(|one| one.is_spelled_like(mac)) {
            let details = self.mac_registrations(store, same).await;
            let Some(details) = diagnosis.note("mac_registrations", details) else { return Found::Open };
            let is_in_service = details.iter().any(|one| one.deletion.is_none());
            return if is_in_service {
                Found::Satisfied
            } else {
                Found::Causes(vec![Cause::MacPendingDeletion])
            };
        }
        let is_there = listed.iter().any(|one| one.is_same_address(mac));
        Found::Causes(vec![if is_there { Cause::MacSpelledOtherwise } else { Cause::MacNotRegistered }])
    }

    /// Which certificate arrives is not told, so what is wrong with it follows from what is wrong with those of the store.
    async fn diagnose_certificate(
        &self,
        store: Option<KeyStoreId>,
        seen: &Confirmation,
        was_refused: bool,
        diagnosis: &mut Diagnosis,
    ) -> Found {
        if self.offers_certificate() == Some(false) {
            return Found::Causes(vec![Cause::CertificateNotOffered]);
        }
        if !seen.sent_certificate() {
            return Found::Causes(vec![Cause::CertificateNotArrived]);
        }
        let Some(store) = store else { return Found::Causes(vec![Cause::CertificateOfOther]) };
        let names = self.certificates(store).await;
        let Some(names) = diagnosis.note("certificates", names) else { return Found::Open };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let is_past = |time: &Timestamp| time.is_surely_past(now);
        let (mut pending, mut expired, mut valid) = (Vec::new(), Vec::new(), 0);
        for name in names {
            let details = self.certificate_registrations(store, &name).await;
            let Some(details) = diagnosis.note("certificate_registrations", details) else {
                return Found::Open;
            };
            let Some(detail) = details.into_iter().next() else { continue };
            if detail.deletion.is_some() {
                pending.push(name);
            } else if detail.expiration_date.as_ref().is_some_and(is_past) {
                expired.push(name);
            } else {
                valid += 1;
            }
        }
        if valid > 0 && !was_refused {
            return Found::Satisfied;
        }
        let mut causes = Vec::new();
        if !pending.is_empty() {
            causes.push(Cause::CertificatePendingDeletion(pending));
        }
        if !expired.is_empty() {
            causes.push(Cause::CertificateExpired(expired));
        }
        if causes.is_empty() || valid > 0 {
            causes.push(Cause::CertificateOfOther);
        }
        Found::Causes(causes)
    }
}
