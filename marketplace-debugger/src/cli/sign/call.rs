//! A call, signed in one of the schemes.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, Reveal, SuspectKey, explain_and_reveal};
use marketplace_core::signature::{BodySign, kit_v1, kit_v2, v1, v2};
use marketplace_core::{AccessKey, UnixMillis};

use super::stamp;
use crate::cli::exit::Failure;
use crate::cli::keys::KeyArgs;

/// What a call is made of.
pub(super) struct Call<'a> {
    pub(super) url: &'a str,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) has_body: bool,
    pub(super) timestamp: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    pub(super) activity: Option<&'a str>,
    pub(super) now: UnixMillis,
}

/// An answer with this body, signed.
pub(super) fn answer(key: &AccessKey, body: &[u8]) -> Result<String, Failure> {
    let text = str::from_utf8(body).map_err(|_| Failure::new("the body is no UTF-8"))?;
    let (name, sign, length) = (BodySign::NAME, BodySign::of(key, body), body.len());
    Ok(format!(
        "HTTP/1.1 200 OK\r\n\
         Content-Type: application/json;charset=utf-8\r\n\
         Content-Length: {length}\r\n\
         {name}: {sign}\r\n\
         \r\n\
         {text}"
    ))
}

impl Call<'_> {
    pub(super) fn signed(self, scheme: AnalysisScheme, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        self.check(scheme)?;
        match scheme {
            AnalysisScheme::V1 => self.v1(keys),
            AnalysisScheme::KitV1 => self.kit_v1(keys),
            AnalysisScheme::KitV2 => self.kit_v2(keys),
            AnalysisScheme::UsagePush => self.usage_push(keys),
            AnalysisScheme::SdkHmac => self.sdk_hmac(keys),
            AnalysisScheme::SafeCreative => self.safe_creative(keys),
            _ => self.v2(keys),
        }
    }

    /// What a scheme has no place for is a mistake.
    fn check(&self, scheme: AnalysisScheme) -> Result<(), Failure> {
        use AnalysisScheme::{KitV1, KitV2, SafeCreative, SdkHmac, UsagePush, V1, V2};
        let is_whole = self.url.starts_with("http://") || self.url.starts_with("https://");
        let no = |what: &str| Err(Failure::new(format!("{scheme} has no {what}")));
        if !is_whole || self.url.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            Err(Failure::about(
                self.url.escape_debug(),
                "the URL begins with `https://` or `http://`, and has no blanks",
            ))
        } else if self.url.contains('#') {
            Err(Failure::new("a `#` and what follows is not sent: leave it out"))
        } else if self.nonce.is_some() && matches!(scheme, V1 | KitV1 | SafeCreative | SdkHmac) {
            no("nonce")
        } else if self.has_body && matches!(scheme, V1 | SafeCreative) {
            no("body")
        } else if [self.nonce, self.timestamp, self.activity].into_iter().flatten().any(needs_encoding) {
            Err(Failure::new(
                "a nonce, a timestamp and the name of a call are letters, digits, `-`, `_` and `.`",
            ))
        } else if !self.parameters.is_empty() && matches!(scheme, V2 | KitV1 | KitV2 | UsagePush) {
            no("parameters: it signs a body")
        } else if self.activity.is_some() && matches!(scheme, UsagePush | SafeCreative | SdkHmac) {
            no("activity")
        } else if self.activity.is_some() && scheme == V2 {
            no("activity besides the one in its body")
        } else {
            Ok(())
        }
    }

    fn v2(self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        let (key, _) = keys.signing(AnalysisScheme::V2, None)?;
        let (timestamp, nonce) = (self.time(AnalysisScheme::V2)?, self.nonce()?);
        let query = v2::sign(&key, &nonce, &timestamp, &self.body);
        let target = with_query(self.url, &query);
        Ok(json(CapturedRequest::new("POST", target)).with_body(self.body))
    }

    fn v1(mut self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        let (key, _) = keys.signing(AnalysisScheme::V1, None)?;
        if self.url.contains('?') {
            return Err(Failure::new("v1 signs every parameter: give them as NAME=VALUE after the URL"));
        }
        if let Some(activity) = self.activity {
            self.parameters.insert(0, ("activity".to_owned(), activity.to_owned()));
        }
        self.add_time("timeStamp", AnalysisScheme::V1)?;
        let pairs: Vec<_> = self.parameters.iter().map(|(name, value)| (&**name, &**value)).collect();
        once_each(&pairs)?;
        Ok(CapturedRequest::new("GET", with_query(self.url, &v1::sign(&key, &pairs))))
    }

    fn kit_v1(self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        let (key, _) = keys.signing(AnalysisScheme::KitV1, None)?;
        let body = self.stamped_body()?;
        let token = kit_v1::sign(&key, &body).ok_or_else(|| {
            Failure::new("the body is no JSON object with a `timeStamp` of digits, each member once, and none called `activity`")
        })?;
        let request = json(CapturedRequest::new("POST", self.kit_url("/produceAPI/")));
        Ok(request.with_header("authToken", token).with_body(body))
    }

    fn kit_v2(self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        let (key, _) = keys.signing(AnalysisScheme::KitV2, None)?;
        let (timestamp, nonce) = (self.time(AnalysisScheme::KitV2)?, self.nonce()?);
        let sign = kit_v2::sign(&key, &nonce, &timestamp, &self.body);
        let request = json(CapturedRequest::new("POST", self.kit_url("/produceAPI/v2/")));
        let request = request.with_header("x-sign", sign).with_header("x-timestamp", timestamp);
        Ok(request.with_header("x-nonce", nonce).with_body(self.body))
    }

    fn usage_push(self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        let (key, _) = keys.signing(AnalysisScheme::UsagePush, None)?;
        let (ts, nonce) = (self.time(AnalysisScheme::UsagePush)?, self.nonce()?);
        let request =
            json(CapturedRequest::new("POST", self.url)).with_header("ts", ts).with_header("nonce", nonce);
        let request = request.with_body(self.body);
        let unsigned = request.clone().with_header("signature", "-");
        let signature = right_signature(&unsigned, key.into(), self.now, AnalysisScheme::UsagePush)?;
        Ok(request.with_header("signature", signature))
    }

    fn sdk_hmac(self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        const SCHEME: AnalysisScheme = AnalysisScheme::SdkHmac;
        let (key, id) = keys.signing(SCHEME, None)?;
        let id = id.ok_or_else(|| Failure::new("KOOGALLERY_AK: the id of the AK/SK pair is not set"))?;
        let mut target = self.url.to_owned();
        for (name, value) in &self.parameters {
            target = with_query(&target, &format!("{}={}", encoded(name), encoded(value)));
        }
        let host =
            self.url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
        let mut request = CapturedRequest::new(if self.has_body { "POST" } else { "GET" }, target);
        let mut signed = "host;x-sdk-date";
        if self.has_body {
            request = request.with_header("Content-Type", "application/json");
            signed = "content-type;host;x-sdk-date";
        }
        let request = request
            .with_header("Host", host)
            .with_header("X-Sdk-Date", self.time(SCHEME)?)
            .with_body(self.body);
        let authorization = |signature: &str| {
            format!("SDK-HMAC-SHA256 Access={id}, SignedHeaders={signed}, Signature={signature}")
        };
        let unsigned = request.clone().with_header("Authorization", authorization("-"));
        let signature = right_signature(&unsigned, key.into(), self.now, SCHEME)?;
        Ok(request.with_header("Authorization", authorization(&signature)))
    }

    fn safe_creative(mut self, keys: &KeyArgs) -> Result<CapturedRequest, Failure> {
        const SCHEME: AnalysisScheme = AnalysisScheme::SafeCreative;
        self.add_time("ztime", SCHEME)?;
        let pairs: Vec<_> = self.parameters.iter().map(|(name, value)| (&**name, &**value)).collect();
        once_each(&pairs)?;
        let mut target = self.url.to_owned();
        for (name, value) in pairs {
            target = with_query(&target, &format!("{}={}", encoded(name), encoded(value)));
        }
        let unsigned = CapturedRequest::new("GET", with_query(&target, "signature=-"));
        let (key, _) = keys.signing(SCHEME, Some(&unsigned))?;
        let signature = right_signature(&unsigned, key.into(), self.now, SCHEME)?;
        Ok(CapturedRequest::new("GET", with_query(&target, &format!("signature={signature}"))))
    }

    fn time(&self, scheme: AnalysisScheme) -> Result<String, Failure> {
        match self.timestamp {
            Some(given) => Ok(given.to_owned()),
            None => stamp::of(scheme, self.now),
        }
    }

    fn nonce(&self) -> Result<String, Failure> {
        self.nonce.map_or_else(stamp::nonce, |given| Ok(given.to_owned()))
    }

    /// The time as a parameter, unless it is one.
    fn add_time(&mut self, name: &str, scheme: AnalysisScheme) -> Result<(), Failure> {
        let is_there = self.parameters.iter().any(|(known, _)| known == name);
        match (is_there, self.timestamp) {
            (true, Some(_)) => Err(Failure::new(format!("`{name}` and `--timestamp` say the same"))),
            (true, None) => Ok(()),
            (false, _) => {
                let time = self.time(scheme)?;
                self.parameters.push((name.to_owned(), time));
                Ok(())
            }
        }
    }

    /// The body with `timeStamp` as its last member, unless it has one.
    fn stamped_body(&self) -> Result<Vec<u8>, Failure> {
        let members: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&self.body).map_err(|_| Failure::new("the body is no JSON object"))?;
        match (members.contains_key("timeStamp"), self.timestamp) {
            (true, Some(_)) => Err(Failure::new("`timeStamp` of the body and `--timestamp` say the same")),
            (true, None) => Ok(self.body.clone()),
            (false, _) => {
                let time = serde_json::Value::from(self.time(AnalysisScheme::KitV1)?);
                let between = if members.is_empty() { "" } else { "," };
                let body = self.body.trim_ascii_end();
                let open = body.strip_suffix(b"}").unwrap_or(body);
                Ok([open, between.as_bytes(), b"\"timeStamp\":", time.to_string().as_bytes(), b"}"].concat())
            }
        }
    }

    /// The address with the path of the call behind it.
    fn kit_url(&self, path: &str) -> String {
        match self.activity {
            Some(name) => format!("{}{path}{name}", self.url.trim_end_matches('/')),
            None => self.url.to_owned(),
        }
    }
}

/// The signature that the analysis would accept.
fn right_signature(
    request: &CapturedRequest,
    key: SuspectKey,
    now: UnixMillis,
    scheme: AnalysisScheme,
) -> Result<String, Failure> {
    let reveal = Reveal::the_right_signature();
    let analysis = explain_and_reveal(request, &[key], now, Some(scheme), reveal);
    let right = analysis.right_signature().map(str::to_owned);
    right.ok_or_else(|| Failure::new(format!("this cannot be signed: {}", analysis.verdict().sentence())))
}

fn json(request: CapturedRequest) -> CapturedRequest {
    request
        .with_header("Accept", "application/json")
        .with_header("Content-Type", "application/json;charset=utf8")
}

fn once_each(pairs: &[(&str, &str)]) -> Result<(), Failure> {
    for (at, (name, _)) in pairs.iter().enumerate() {
        if pairs.iter().skip(at + 1).any(|(other, _)| other == name) {
            return Err(Failure::new(format!("the parameter `{name}` is given twice")));
        }
    }
    Ok(())
}

fn needs_encoding(text: &str) -> bool {
    encoded(text) != text
}

fn with_query(target: &str, query: &str) -> String {
    let between = if target.contains('?') { '&' } else { '?' };
    format!("{target}{between}{query}")
}

/// Percent-encoded as RFC 3986 says.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
