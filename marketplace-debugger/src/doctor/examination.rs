//! What came of it, and how it is shown.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use super::connection::{Connection, Speaks};
use super::exchange::Answer;
use super::{Address, Finding};

/// Letters of a header that are shown.
const LONGEST: usize = 120;

/// What was seen of an endpoint.
#[derive(Debug, Clone)]
pub struct Examination {
    url: String,
    pub(super) is_https: bool,
    pub(super) findings: Vec<Finding>,
    pub(super) keeps_connection: bool,
    connected: Option<(String, Duration)>,
    tls: Option<(&'static str, Option<Speaks>)>,
    answered: Option<(u16, Duration)>,
    content_type: Option<String>,
    servers: Vec<String>,
    via: Vec<String>,
}

impl Examination {
    pub(super) fn new(url: &str, address: &Address) -> Self {
        Self {
            url: shown(url),
            is_https: address.is_https(),
            findings: Vec::new(),
            keeps_connection: false,
            connected: None,
            tls: None,
            answered: None,
            content_type: None,
            servers: Vec::new(),
            via: Vec::new(),
        }
    }

    pub(super) fn note_connection(&mut self, connection: &Connection) {
        let peer = connection.peer.map_or_else(|| "the seller".to_owned(), |peer| peer.to_string());
        self.connected = Some((peer, connection.took));
        self.tls = connection.tls;
    }

    pub(super) fn note_answer(&mut self, answer: &Answer) {
        self.answered = Some((answer.status, answer.took));
        self.content_type = answer.values("content-type").next().map(shown);
        self.servers = answer.values("server").map(shown).collect();
        self.via = answer.values("via").map(shown).collect();
    }

    /// What is wrong, and what is worth knowing.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Does nothing have to change?
    #[must_use]
    pub fn is_fine(&self) -> bool {
        !self.findings.iter().any(Finding::is_problem)
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.answered.map(|(status, _)| status)
    }

    /// How long the answer took, from the first byte of the call to the last of the answer.
    #[must_use]
    pub fn took(&self) -> Option<Duration> {
        self.answered.map(|(_, took)| took)
    }

    /// What TLS takes if it is offered `h2` and `http/1.1`.
    #[must_use]
    pub fn alpn(&self) -> Option<&'static str> {
        self.tls.and_then(|(_, speaks)| speaks).map(Speaks::name)
    }

    /// Could a second call be sent on the same connection?
    #[must_use]
    pub fn keeps_connection(&self) -> bool {
        self.keeps_connection
    }

    /// For a terminal. Control characters of the seller's are escaped.
    #[must_use]
    pub fn to_terminal(&self) -> String {
        let mut out = format!("{}\n\n", self.url);
        let mut line = |name: &str, text: &str| {
            // Writing to a text does not fail.
            let _ = writeln!(out, "  {name:<13} {text}");
        };
        if let Some((peer, took)) = &self.connected {
            line("connected", &format!("to {peer} in {} ms", took.as_millis()));
        }
        if let Some((version, speaks)) = self.tls {
            let speaks = speaks.map_or("neither", Speaks::name);
            line("TLS", &format!("{version}; offered h2 and http/1.1, it takes {speaks}"));
        }
        if let Some((status, took)) = self.answered {
            let kept =
                if self.keeps_connection { "and kept the connection" } else { "and closed the connection" };
            line("answered", &format!("with {status} in {} ms, {kept}", took.as_millis()));
            line("content type", self.content_type.as_deref().unwrap_or("none"));
            line("Server", &list(&self.servers));
            line("Via", &list(&self.via));
        }
        out.push('\n');
        for finding in &self.findings {
            let kind = if finding.is_problem() { "problem" } else { "note" };
            let _ = writeln!(out, "  {kind:<8} {}: {}", finding.code(), finding.sentence());
            let _ = writeln!(out, "  {:<8} see {}", "", finding.recipe());
        }
        let problems = self.findings.iter().filter(|finding| finding.is_problem()).count();
        let _ = match problems {
            0 => writeln!(out, "  fine: the answer arrives as KooGallery has to see it"),
            1 => writeln!(out, "  1 problem"),
            _ => writeln!(out, "  {problems} problems"),
        };
        out
    }

    /// As JSON: `url`, `status`, `milliseconds`, `tls`, `alpn`, `keepsConnection`, `contentType`, `server`, `via`, and
    /// `findings` with `code`, `problem`, `sentence` and `recipe`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "code": finding.code().slug(),
                    "problem": finding.is_problem(),
                    "sentence": finding.sentence(),
                    "recipe": finding.recipe(),
                })
            })
            .collect();
        json!({
            "url": self.url,
            "status": self.status(),
            "milliseconds": self.took().and_then(|took| u64::try_from(took.as_millis()).ok()),
            "tls": self.tls.map(|(version, _)| version),
            "alpn": self.alpn(),
            "keepsConnection": self.keeps_connection,
            "contentType": self.content_type,
            "server": self.servers,
            "via": self.via,
            "findings": findings,
        })
        .to_string()
    }
}

fn list(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(", ") }
}

/// A stranger's text: escaped, and cut.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        if shown.len() > LONGEST {
            shown.push('…');
            break;
        }
        match letter {
            '"' | '\'' | '\\' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    shown
}
