//! What only the console can do.

use std::fmt;
use std::sync::Arc;

use super::super::credentials::{AppKey, Credentials, UserKey};
use super::super::id::{KeyId, KeyStoreId, KeyVersion};
use super::super::identity::{ClientCertificate, Ipv4Range, MacAddress};
use super::super::key_stores::{AuthMode, Methods};
use super::Inner;
use super::crypto;
use super::registrations::certificate;
use super::state::{Key, Material, Registration, State, Store, Tenant, User, deletion};

/// What a user of the API may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// `API.ADMIN`: everything.
    Admin,
    /// `API.VIEWER`: everything that changes nothing.
    Viewer,
    /// Roles of the console, and none of the API.
    ConsoleOnly,
}

/// An appkey of a [`StandIn`](super::StandIn), with the hands of somebody at the console. A handle: clones are the same.
///
/// What is asked to be done to something that is not there is not done.
#[derive(Clone)]
pub struct Project {
    inner: Arc<Inner>,
    app_key: AppKey,
}

impl Project {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        #[allow(clippy::expect_used, reason = "the invariant is in the message")]
        let app_key = AppKey::new(crypto::random_id()).expect("hexadecimal digits can be an appkey");
        Self::of(inner, app_key)
    }

    pub(super) fn of(inner: Arc<Inner>, app_key: AppKey) -> Self {
        inner.state().tenants.insert(app_key.expose().to_owned(), Tenant::default());
        Self { inner, app_key }
    }

    /// Its appkey.
    #[must_use]
    pub fn app_key(&self) -> AppKey {
        self.app_key.clone()
    }

    /// Credentials of version 1.0.
    #[must_use]
    pub fn v1_0(&self) -> Credentials {
        Credentials::v1_0(self.app_key())
    }

    /// Credentials of version 1.2, of a new user.
    #[must_use]
    pub fn v1_2(&self, role: Role) -> Credentials {
        Credentials::v1_2(self.app_key(), self.add_user(role))
    }

    /// Credentials of version 1.3, of a new user.
    #[must_use]
    pub fn v1_3(&self, role: Role) -> Credentials {
        Credentials::v1_3(self.app_key(), self.add_user(role))
    }

    /// A new user's key.
    #[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "the invariant is in the message")]
    #[must_use]
    pub fn add_user(&self, role: Role) -> UserKey {
        let user = UserKey::new(crypto::random_id(), crypto::random_id());
        let user = user.expect("hexadecimal digits can be a user's key");
        self.add_user_of(&user, role);
        user
    }

    /// Gives a user this key: for a program under test that is told it as texts.
    pub fn add_user_of(&self, user: &UserKey, role: Role) {
        let (id, secret) = user.expose();
        let (id, secret) = (id.to_owned(), secret.to_owned());
        self.with(|tenant| tenant.users.insert(id, User { secret, role }));
    }

    /// Makes a key store. Nobody is registered with it.
    #[must_use]
    pub fn add_key_store(&self, name: &str, methods: Methods, mode: AuthMode) -> KeyStoreId {
        let store = Store::new(name, "", methods, mode, self.inner.clock.now());
        KeyStoreId(self.with(|tenant| tenant.add_store(store)).unwrap_or_default())
    }

    /// Changes what a key store checks.
    pub fn set_methods(&self, store: KeyStoreId, methods: Methods, mode: AuthMode) {
        self.with_store(store, |store| (store.methods, store.mode) = (methods, mode));
    }

    /// Makes confidential data.
    #[must_use]
    pub fn add_secret(&self, store: KeyStoreId, name: &str, value: &str) -> KeyId {
        self.add_key(store, name, Material::Secret(value.to_owned()))
    }

    /// Makes a symmetric key.
    #[must_use]
    pub fn add_symmetric_key(&self, store: KeyStoreId, name: &str) -> KeyId {
        self.add_key(store, name, Material::Symmetric(crypto::random()))
    }

    /// Makes an asymmetric key: one of three that everybody knows.
    #[must_use]
    pub fn add_asymmetric_key(&self, store: KeyStoreId, name: &str) -> KeyId {
        self.add_key(store, name, Material::Asymmetric(0))
    }

    fn add_key(&self, store: KeyStoreId, name: &str, material: Material) -> KeyId {
        let id = crypto::random_id();
        let key = Key::new(name, "", material, self.inner.clock.now());
        self.with_store(store, |store| store.keys.insert(id.clone(), key));
        #[allow(clippy::expect_used, reason = "the invariant is in the message")]
        KeyId::new(id).expect("hexadecimal digits can be a key id")
    }

    /// Adds a version to a key. `None` for confidential data, which has none.
    pub fn rotate(&self, key: &KeyId) -> Option<KeyVersion> {
        self.with_key(key, Key::rotate).flatten().map(KeyVersion)
    }

    /// Has a key wait for its deletion.
    pub fn schedule_deletion(&self, key: &KeyId) {
        let at = deletion(self.inner.clock.now());
        self.with_key(key, |key| key.deletion = Some(at));
    }

    /// Takes the deletion of a key back.
    pub fn cancel_deletion(&self, key: &KeyId) {
        self.with_key(key, |key| key.deletion = None);
    }

    /// Puts a version of a key in service or out of it.
    pub fn set_in_service(&self, key: &KeyId, version: KeyVersion, is_in_service: bool) {
        self.with_key(key, |key| {
            if let Some(Some(version)) = key.versions.get_mut(version.0 as usize) {
                version.is_in_service = is_in_service;
            }
        });
    }

    /// Deletes a version of a key.
    pub fn delete_version(&self, key: &KeyId, version: KeyVersion) {
        self.with_key(key, |key| {
            if let Some(version) = key.versions.get_mut(version.0 as usize) {
                *version = None;
            }
        });
    }

    /// Registers addresses with a key store.
    pub fn register_ipv4(&self, store: KeyStoreId, range: Ipv4Range) {
        let registration = Registration::new(&range.to_string(), "", self.inner.clock.now());
        self.with_store(store, |store| store.ipv4s.push(registration));
    }

    /// Registers a MAC address with a key store.
    pub fn register_mac(&self, store: KeyStoreId, mac: &MacAddress) {
        let registration = Registration::new(mac.expose(), "", self.inner.clock.now());
        self.with_store(store, |store| store.macs.push(registration));
    }

    /// Makes a client certificate for a key store, registers it, and gives it out as PKCS#12.
    #[must_use]
    pub fn issue_certificate(&self, store: KeyStoreId, name: &str, password: &str, days: u32) -> Vec<u8> {
        let now = self.inner.clock.now();
        if let Ok(registration) = certificate(&self.inner, name, password, days, "", now) {
            self.with_store(store, |store| store.certificates.push(registration));
        }
        self.download_certificate(store, name).unwrap_or_default()
    }

    /// A client certificate of a key store, as PKCS#12 under its password.
    #[must_use]
    pub fn download_certificate(&self, store: KeyStoreId, name: &str) -> Option<Vec<u8>> {
        let registration = self.certificate(store, name)?;
        registration.certificate?.pkcs12(name, &registration.password)
    }

    /// A client certificate of a key store, ready to be offered.
    #[must_use]
    pub fn client_certificate(&self, store: KeyStoreId, name: &str) -> Option<ClientCertificate> {
        let issued = self.certificate(store, name)?.certificate?;
        ClientCertificate::from_pem(issued.pem.as_bytes(), issued.key_pem().as_bytes()).ok()
    }

    fn certificate(&self, store: KeyStoreId, name: &str) -> Option<Registration> {
        self.with_store(store, |store| store.certificates.iter().find(|one| one.value == name).cloned())
            .flatten()
    }

    /// Has the registrations of this value, or certificates of this name, wait for their deletion.
    pub fn schedule_registration_deletion(&self, store: KeyStoreId, value: &str) {
        let at = deletion(self.inner.clock.now());
        self.with_store(store, |store| {
            for list in [&mut store.ipv4s, &mut store.macs, &mut store.certificates] {
                list.iter_mut().filter(|one| one.value == value).for_each(|one| one.deletion = Some(at));
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Tenant) -> T) -> Option<T> {
        let state: &mut State = &mut self.inner.state();
        state.tenants.get_mut(self.app_key.expose()).map(change)
    }

    fn with_store<T>(&self, store: KeyStoreId, change: impl FnOnce(&mut Store) -> T) -> Option<T> {
        self.with(|tenant| tenant.stores.get_mut(&store.0).map(change)).flatten()
    }

    fn with_key<T>(&self, key: &KeyId, change: impl FnOnce(&mut Key) -> T) -> Option<T> {
        self.with(|tenant| tenant.key_mut(key.as_str()).map(change)).flatten()
    }
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Project(…)")
    }
}
