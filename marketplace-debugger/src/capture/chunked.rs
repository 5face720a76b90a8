//! A body in chunks.

/// The body; nothing, if these are no chunks, or not all of them.
pub(super) fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, behind) = rest.split_at_checked(end + 1)?;
        let size = str::from_utf8(line).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let (chunk, behind) = behind.split_at_checked(size)?;
        body.extend_from_slice(chunk);
        rest = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::dechunked;

    #[test]
    fn chunks_are_put_together() {
        assert_eq!(dechunked(b"3\r\nabc\r\nA;x\r\n0123456789\r\n0\r\n\r\n").unwrap(), b"abc0123456789");
        assert_eq!(dechunked(b"0\r\n\r\n").unwrap(), b"");
        for broken in [
            &b""[..],
            b"{}",
            b"3\r\nab",
            b"3\r\nabcd\r\n0\r\n",
            b"-1\r\n",
            b"ffffffffffffffff\r\na",
            b"3\r\nabc\r\n",
        ] {
            assert_eq!(dechunked(broken), None);
        }
    }
}
