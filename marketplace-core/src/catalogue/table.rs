//! How the tables of the catalogue are written.

/// A table of entries of one kind:
/// `"slug" also Kind code CODE console MESSAGE { what: "…", cause: "…", fix: "…", checks: ["…"], api_codes: ["…"], source: "…" }`.
macro_rules! entries {
    ($kind:ident: $(
        $slug:literal $(also $also:ident)? $(code $code:ident)? $(console $message:ident)? {
            what: $what:literal,
            cause: $cause:literal,
            fix: $fix:literal,
            $(checks: [$($check:literal),+ $(,)?],)?
            $(api_codes: [$($api_code:literal),+ $(,)?],)?
            $(source: $source:expr,)?
        }
    )+) => {
        pub(super) static ENTRIES: &[$crate::catalogue::Entry] = &[$($crate::catalogue::Entry {
            slug: $slug,
            kind: $crate::catalogue::Kind::$kind,
            also: $crate::catalogue::table::option!($($crate::catalogue::Kind::$also)?),
            what: $what,
            cause: $cause,
            fix: $fix,
            checks: &[$($($check),+)?],
            code: $crate::catalogue::table::option!($($crate::ResultCode::$code)?),
            api_codes: &[$($($api_code),+)?],
            source: $crate::catalogue::table::option!($($source)?),
            console: $crate::catalogue::table::option!($($crate::catalogue::ConsoleMessage::$message)?),
            anchor: concat!("#", $slug),
        }),+];
    };
}

macro_rules! option {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

/// The entry with this slug; that there is one is checked at compile time.
macro_rules! entry {
    ($slug:literal) => {
        const {
            match $crate::catalogue::find($slug) {
                Some(entry) => entry,
                None => panic!(concat!("`", $slug, "` has no entry in the catalogue")),
            }
        }
    };
}

pub(crate) use entry;
pub(super) use {entries, option};
