//! Who stands in between, by what they say of themselves.

use super::exchange::Answer;

/// A proxy of which `docs/operations.md` has a recipe, or that is known to have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    Nginx,
    Apache,
    HaProxy,
    Caddy,
    Envoy,
}

impl Between {
    /// Where the recipe is.
    pub(super) fn recipe(self) -> &'static str {
        match self {
            Self::Nginx => "docs/operations.md#nginx",
            Self::Apache => "docs/operations.md#apache",
            Self::HaProxy => "docs/operations.md#haproxy",
            Self::Caddy => "docs/operations.md#caddy",
            Self::Envoy => "docs/operations.md#envoy",
        }
    }

    fn named(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        [
            ("envoy", Self::Envoy),
            ("haproxy", Self::HaProxy),
            ("caddy", Self::Caddy),
            ("nginx", Self::Nginx),
            ("openresty", Self::Nginx),
            ("tengine", Self::Nginx),
            ("apache", Self::Apache),
        ]
        .into_iter()
        .find_map(|(name, proxy)| text.contains(name).then_some(proxy))
    }
}

/// The proxy that is nearest to the caller. Each adds itself at the end of `Via`; `Server` is often the innermost one's.
pub(super) fn outermost(answer: &Answer) -> Option<Between> {
    let via: Vec<&str> = answer.values("via").flat_map(|via| via.split(',')).collect();
    let by_via = via.into_iter().rev().find_map(Between::named);
    let has_envoy_headers =
        answer.headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("x-envoy-"));
    by_via
        .or(has_envoy_headers.then_some(Between::Envoy))
        .or_else(|| answer.values("server").find_map(Between::named))
}
