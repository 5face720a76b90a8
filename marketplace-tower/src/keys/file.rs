//! Keys in a file.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use marketplace_core::KeyRing;
use tokio::time::sleep;
use zeroize::Zeroizing;

use super::{KeyProvider, KeyProviderError};
use crate::StoreFuture;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// No document of keys is that long.
const LONGEST: u64 = 1 << 20;

/// Keys in a file: one key, or a document of several; see [`KeyRing::from_document`]. One line end after it is not part of it.
///
/// The file is looked at twice a second, and read when it is another one. Write a new file beside it and rename it over this
/// one (`mv`): then no half of it is ever read. Links are followed, so that the volumes of a cluster work. On Unix, a
/// file that others can read or write, or its group can write, is refused.
#[derive(Debug)]
pub struct FileKeys {
    file: PathBuf,
    seen: Mutex<Option<Seen>>,
}

/// What tells one file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    modified: Option<SystemTime>,
    length: u64,
    identity: (u64, u64),
}

impl FileKeys {
    /// Reads this file.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), seen: Mutex::default() }
    }

    fn read(&self) -> Result<KeyRing, KeyProviderError> {
        let place = || Arc::<str>::from(self.file.display().to_string());
        let cannot_read = |source| KeyProviderError::CannotRead { file: place(), source: Arc::new(source) };
        let opened = File::open(&self.file).inspect_err(|_| self.see(None));
        let file = opened.map_err(cannot_read)?;
        let metadata = file.metadata().map_err(cannot_read)?;
        // Also of a file that is refused: until it is another one, it need not be read again.
        self.see(Some(Seen::of(&metadata)));
        check(&metadata, place)?;
        let mut text = Zeroizing::new(String::new());
        let read = file.take(LONGEST + 1).read_to_string(&mut text).map_err(cannot_read)?;
        if read as u64 > LONGEST {
            return Err(cannot_read(io::Error::from(io::ErrorKind::FileTooLarge)));
        }
        let line = text.strip_suffix('\n').unwrap_or(&text);
        KeyRing::from_document(line.strip_suffix('\r').unwrap_or(line))
            .map_err(|source| KeyProviderError::Unusable { place: place(), source })
    }

    fn see(&self, seen: Option<Seen>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    fn is_another(&self) -> bool {
        let now = std::fs::metadata(&self.file).ok().map(|metadata| Seen::of(&metadata));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) != now
    }
}

impl KeyProvider for FileKeys {
    fn load(&self) -> StoreFuture<'_, Result<KeyRing, KeyProviderError>> {
        StoreFuture::ready(self.read())
    }

    fn changed(&self) -> StoreFuture<'_, ()> {
        StoreFuture::boxed(async {
            loop {
                sleep(LOOK).await;
                if self.is_another() {
                    return;
                }
            }
        })
    }
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Self { modified: metadata.modified().ok(), length: metadata.len(), identity }
    }
}

/// Nobody else can read or write it.
#[cfg(unix)]
fn check(metadata: &Metadata, place: impl Fn() -> Arc<str>) -> Result<(), KeyProviderError> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o027 == 0 { Ok(()) } else { Err(KeyProviderError::OpenToOthers { file: place(), mode }) }
}

#[cfg(not(unix))]
fn check(_: &Metadata, _: impl Fn() -> Arc<str>) -> Result<(), KeyProviderError> {
    Ok(())
}

impl From<&Path> for FileKeys {
    fn from(file: &Path) -> Self {
        Self::new(file)
    }
}
