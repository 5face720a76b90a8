//! The options of curl that matter, and those that may be passed over.

/// What an option does to the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Method,
    Header,
    /// Data; `@` stands for a file.
    Data,
    /// Data as it stands there.
    RawData,
    EncodedData,
    Json,
    Url,
    Agent,
    Cookie,
    Referer,
    Get,
    Head,
    /// A body that is put together from elsewhere.
    Multipart,
    Next,
    /// Nothing.
    None,
    /// Nothing that is looked at, though it changes what is sent.
    Unseen,
}

/// An option: what it does, and whether it takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) meaning: Meaning,
    pub(super) takes_value: bool,
}

/// The option of a letter.
pub(super) fn short(letter: char) -> Option<Known> {
    let meaning = match letter {
        'X' => Meaning::Method,
        'H' => Meaning::Header,
        'd' => Meaning::Data,
        'A' => Meaning::Agent,
        'b' => Meaning::Cookie,
        'e' => Meaning::Referer,
        'F' | 'T' => Meaning::Multipart,
        'u' | 'K' => Meaning::Unseen,
        'c' | 'C' | 'D' | 'E' | 'm' | 'o' | 'P' | 'Q' | 'r' | 't' | 'U' | 'w' | 'x' | 'y' | 'Y' | 'z' => {
            Meaning::None
        }
        'G' => return flag(Meaning::Get),
        'I' => return flag(Meaning::Head),
        ':' => return flag(Meaning::Next),
        '#' | '0' | '1' | '2' | '3' | '4' | '6' | 'a' | 'B' | 'f' | 'g' | 'i' | 'j' | 'J' | 'k' | 'l'
        | 'L' | 'M' | 'n' | 'N' | 'O' | 'p' | 'q' | 'R' | 's' | 'S' | 'v' | 'Z' => {
            return flag(Meaning::None);
        }
        _ => return None,
    };
    value(meaning)
}

/// The option of a name, without its hyphens.
pub(super) fn long(name: &str) -> Option<Known> {
    let meaning = match name {
        "request" => Meaning::Method,
        "header" => Meaning::Header,
        "data" | "data-ascii" | "data-binary" => Meaning::Data,
        "data-raw" => Meaning::RawData,
        "data-urlencode" => Meaning::EncodedData,
        "json" => Meaning::Json,
        "url" => Meaning::Url,
        "user-agent" => Meaning::Agent,
        "cookie" => Meaning::Cookie,
        "referer" => Meaning::Referer,
        "form" | "form-string" | "upload-file" => Meaning::Multipart,
        "user" | "config" | "oauth2-bearer" | "aws-sigv4" | "url-query" | "range" => Meaning::Unseen,
        "get" => return flag(Meaning::Get),
        "head" => return flag(Meaning::Head),
        "next" => return flag(Meaning::Next),
        _ if VALUES.contains(&name) => Meaning::None,
        _ if FLAGS.contains(&name) || name.starts_with("no-") => return flag(Meaning::None),
        _ => return None,
    };
    value(meaning)
}

fn value(meaning: Meaning) -> Option<Known> {
    Some(Known { meaning, takes_value: true })
}

fn flag(meaning: Meaning) -> Option<Known> {
    Some(Known { meaning, takes_value: false })
}

/// Take a value, and change nothing of what is signed.
const VALUES: [&str; 37] = [
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie-jar",
    "create-file-mode",
    "dns-servers",
    "dump-header",
    "interface",
    "keepalive-time",
    "key",
    "key-type",
    "limit-rate",
    "local-port",
    "max-filesize",
    "max-redirs",
    "max-time",
    "noproxy",
    "output",
    "output-dir",
    "pass",
    "proxy",
    "proxy-user",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "stderr",
    "time-cond",
    "tls-max",
    "trace",
    "trace-ascii",
    "write-out",
];

/// Take none, and change nothing either.
const FLAGS: [&str; 38] = [
    "anyauth",
    "basic",
    "buffer",
    "compressed",
    "create-dirs",
    "disable",
    "fail",
    "fail-with-body",
    "globoff",
    "http0.9",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "include",
    "insecure",
    "ipv4",
    "ipv6",
    "location",
    "location-trusted",
    "netrc",
    "path-as-is",
    "post301",
    "post302",
    "post303",
    "progress-bar",
    "raw",
    "remote-name",
    "retry-all-errors",
    "retry-connrefused",
    "show-error",
    "silent",
    "ssl-no-revoke",
    "tcp-nodelay",
    "tlsv1.2",
    "tlsv1.3",
    "verbose",
];
