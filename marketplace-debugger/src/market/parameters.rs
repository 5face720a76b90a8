//! Parameters of a query.

/// Names and values, decoded; what is no UTF-8 is replaced.
pub(super) fn of(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(n, v)| (decoded(n), decoded(v)))
        .collect()
}

/// The value of this name.
///
/// # Errors
///
/// What is wrong, if it is there more than once.
pub(super) fn one<'p>(pairs: &'p [(String, String)], name: &str) -> Result<Option<&'p str>, String> {
    let mut found = pairs.iter().filter(|(known, _)| known == name);
    let first = found.next().map(|(_, value)| value.as_str());
    match found.next() {
        Some(_) => Err(format!("`{name}` is there more than once")),
        None => Ok(first),
    }
}

fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| str::from_utf8(two).ok());
        let escaped = hex.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(if first == b'+' { b' ' } else { first }));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_decoded_and_there_once() {
        let pairs = of("a=%E4%BA%91+x&b&&c=1&c=%2&%=");
        assert_eq!(one(&pairs, "a"), Ok(Some("云 x")));
        assert_eq!(one(&pairs, "b"), Ok(Some("")));
        assert_eq!(one(&pairs, "%"), Ok(Some("")));
        assert_eq!(one(&pairs, "d"), Ok(None));
        assert_eq!(one(&pairs, "c"), Err("`c` is there more than once".to_owned()));
    }
}
