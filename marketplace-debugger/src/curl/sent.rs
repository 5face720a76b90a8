//! What the options of a line add up to.

use marketplace_core::analysis::CapturedRequest;

#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) agent: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) cookie: Option<String>,
    pub(super) is_get: bool,
    pub(super) is_head: bool,
    pub(super) is_json: bool,
    data: Option<Vec<u8>>,
}

impl Sent {
    /// One piece of data more, with what stands between it and the one before.
    pub(super) fn add_data(&mut self, more: &[u8], between: &[u8]) {
        match &mut self.data {
            Some(data) => data.extend([between, more].concat()),
            None => self.data = Some(more.to_vec()),
        }
    }

    /// Nothing, if there is no URL.
    pub(super) fn into_request(mut self) -> Option<CapturedRequest> {
        let mut target = self.url.take()?;
        let default = match (self.is_head, self.is_get, &self.data) {
            (true, _, _) => "HEAD",
            (_, true, _) | (_, _, None) => "GET",
            _ => "POST",
        };
        if self.is_get
            && let Some(data) = self.data.take()
        {
            target = with_query(&target, &String::from_utf8_lossy(&data));
        }
        let mut request = CapturedRequest::new(self.method.as_deref().unwrap_or(default), target);
        request.headers = std::mem::take(&mut self.headers);
        let json = |value: &str| self.is_json.then(|| value.to_owned());
        for (name, value) in [
            ("User-Agent", self.agent),
            ("Referer", self.referer),
            ("Cookie", self.cookie),
            ("Content-Type", json("application/json")),
            ("Accept", json("application/json")),
        ] {
            let is_set = request.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            if let Some(value) = value.filter(|_| !is_set) {
                request.headers.push((name.to_owned(), value));
            }
        }
        request.body = self.data.unwrap_or_default().into();
        Some(request)
    }
}

fn with_query(target: &str, query: &str) -> String {
    let (before, fragment) = match target.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (target, String::new()),
    };
    let between = if before.contains('?') { '&' } else { '?' };
    format!("{before}{between}{query}{fragment}")
}

/// What `--data-urlencode` makes of its value; nothing, if that names a file.
pub(super) fn urlencoded(value: &[u8]) -> Option<Vec<u8>> {
    let at = value.iter().position(|letter| matches!(letter, b'=' | b'@'));
    let (name, content) = match at.and_then(|at| value.split_at_checked(at)) {
        Some((_, [b'@', ..])) => return None,
        Some((name, [b'=', content @ ..])) => (name, content),
        _ => (&b""[..], value),
    };
    let mut encoded = name.to_vec();
    if !name.is_empty() {
        encoded.push(b'=');
    }
    for byte in content {
        match byte {
            b'-' | b'.' | b'_' | b'~' => encoded.push(*byte),
            byte if byte.is_ascii_alphanumeric() => encoded.push(*byte),
            byte => encoded.extend(format!("%{byte:02X}").into_bytes()),
        }
    }
    Some(encoded)
}
