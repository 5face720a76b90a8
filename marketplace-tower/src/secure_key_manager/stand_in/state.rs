//! What the stand-in knows.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use http::StatusCode;

use super::super::inventory::KeyKind;
use super::super::key_stores::{AuthMode, Methods};
use super::authority::Issued;
use super::clock::{Clock, Time};
use super::crypto::{self, SymmetricBytes};
use super::project::Role;
use super::refusal::{Message, Refusal};

/// What is scheduled to be deleted is so after this.
const DELETION_DELAY: Duration = Duration::from_secs(7 * 86_400);

pub(super) struct State {
    /// By appkey.
    pub(super) tenants: BTreeMap<String, Tenant>,
    /// Given out, and until when.
    pub(super) tokens: BTreeMap<String, Granted>,
    pub(super) token_life: Duration,
    pub(super) token_requests: usize,
    pub(super) calls: usize,
    pub(super) seen_as: Option<IpAddr>,
    pub(super) failure_status: StatusCode,
    pub(super) lower_case: bool,
    pub(super) refuse_older_versions: bool,
}

pub(super) struct Granted {
    pub(super) user: String,
    pub(super) until: Time,
}

#[derive(Default)]
pub(super) struct Tenant {
    /// By User Access Key ID.
    pub(super) users: BTreeMap<String, User>,
    pub(super) stores: BTreeMap<u64, Store>,
    pub(super) last_store: u64,
}

pub(super) struct User {
    pub(super) secret: String,
    pub(super) role: Role,
}

pub(super) struct Store {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) methods: Methods,
    pub(super) mode: AuthMode,
    pub(super) ipv4s: Vec<Registration>,
    pub(super) macs: Vec<Registration>,
    pub(super) certificates: Vec<Registration>,
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) created: Time,
}

#[derive(Clone)]
pub(super) struct Registration {
    /// The address or the name.
    pub(super) value: String,
    pub(super) description: String,
    pub(super) deletion: Option<Time>,
    pub(super) created: Time,
    /// Of a certificate.
    pub(super) certificate: Option<Issued>,
    pub(super) password: String,
    pub(super) expires: Option<Time>,
}

pub(super) struct Key {
    pub(super) kind: KeyKind,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rotation: u32,
    pub(super) deletion: Option<Time>,
    pub(super) created: Time,
    /// By number; `None` if it was deleted.
    pub(super) versions: Vec<Option<Version>>,
}

pub(super) struct Version {
    pub(super) is_in_service: bool,
    pub(super) material: Material,
}

pub(super) enum Material {
    Secret(String),
    Symmetric(SymmetricBytes),
    /// Which of the known keys.
    Asymmetric(usize),
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            tenants: BTreeMap::new(),
            tokens: BTreeMap::new(),
            token_life: super::DAY,
            token_requests: 0,
            calls: 0,
            seen_as: None,
            failure_status: StatusCode::OK,
            lower_case: false,
            refuse_older_versions: false,
        }
    }

    /// Forgets what was to be deleted by now.
    pub(super) fn tidy(&mut self, clock: &Clock) {
        let now = clock.now();
        let is_there = |deletion: Option<Time>| deletion.is_none_or(|at| now < at);
        for store in self.tenants.values_mut().flat_map(|tenant| tenant.stores.values_mut()) {
            store.keys.retain(|_, key| is_there(key.deletion));
            for list in [&mut store.ipv4s, &mut store.macs, &mut store.certificates] {
                list.retain(|registration| is_there(registration.deletion));
            }
        }
    }
}

impl Tenant {
    pub(super) fn store_of(&self, key: &str) -> Option<&Store> {
        self.stores.values().find(|store| store.keys.contains_key(key))
    }

    pub(super) fn key_mut(&mut self, key: &str) -> Option<&mut Key> {
        self.stores.values_mut().find_map(|store| store.keys.get_mut(key))
    }

    pub(super) fn store_named(&mut self, name: &str) -> Result<&mut Store, Refusal> {
        let named = self.stores.values_mut().find(|store| store.name == name);
        named.ok_or(Refusal::Other("Invalid Key Store"))
    }

    pub(super) fn add_store(&mut self, store: Store) -> u64 {
        self.last_store += 1;
        self.stores.insert(self.last_store, store);
        self.last_store
    }
}

impl Store {
    pub(super) fn new(
        name: &str,
        description: &str,
        methods: Methods,
        mode: AuthMode,
        created: Time,
    ) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            methods,
            mode,
            ipv4s: Vec::new(),
            macs: Vec::new(),
            certificates: Vec::new(),
            keys: BTreeMap::new(),
            created,
        }
    }
}

impl Registration {
    pub(super) fn new(value: &str, description: &str, created: Time) -> Self {
        Self {
            value: value.to_owned(),
            description: description.to_owned(),
            deletion: None,
            created,
            certificate: None,
            password: String::new(),
            expires: None,
        }
    }
}

impl Key {
    pub(super) fn new(name: &str, description: &str, material: Material, created: Time) -> Self {
        let kind = match &material {
            Material::Secret(_) => KeyKind::Secret,
            Material::Symmetric(_) => KeyKind::Symmetric,
            Material::Asymmetric(_) => KeyKind::Asymmetric,
        };
        Self {
            kind,
            name: name.to_owned(),
            description: description.to_owned(),
            rotation: 0,
            deletion: None,
            created,
            versions: vec![Some(Version { is_in_service: true, material })],
        }
    }

    /// The newest version that is there, and its number.
    pub(super) fn current(&self) -> Result<(u32, &Version), Refusal> {
        let newest = self
            .versions
            .iter()
            .enumerate()
            .rev()
            .find_map(|(number, version)| Some((u32::try_from(number).ok()?, version.as_ref()?)));
        in_service(newest)
    }

    /// This version.
    pub(super) fn version(&self, number: u32) -> Result<(u32, &Version), Refusal> {
        let version = self.versions.get(number as usize).and_then(Option::as_ref);
        in_service(version.map(|version| (number, version)))
    }

    /// Adds a version.
    pub(super) fn rotate(&mut self) -> Option<u32> {
        let number = self.versions.len();
        let material = match self.kind {
            KeyKind::Symmetric => Material::Symmetric(crypto::random()),
            KeyKind::Asymmetric => Material::Asymmetric(number),
            _ => return None,
        };
        self.versions.push(Some(Version { is_in_service: true, material }));
        u32::try_from(number).ok()
    }
}

/// When something that is scheduled now is deleted.
pub(super) fn deletion(now: Time) -> Time {
    now + DELETION_DELAY
}

fn in_service(version: Option<(u32, &Version)>) -> Result<(u32, &Version), Refusal> {
    match version {
        Some((_, version)) if !version.is_in_service => Err(Message::InvalidKeyVersionStatus.into()),
        Some(version) => Ok(version),
        None => Err(Message::InvalidKeyVersion.into()),
    }
}
