use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// A port of 127.0.0.1 where nobody listens.
///
/// It is free, not reserved: somebody else may take it before you do.
///
/// # Errors
///
/// There is no port, or no loopback.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Tries free ports until the server does not say that somebody else took the port.
pub(crate) fn on_free_port<T>(start: impl Fn(u16) -> io::Result<T>) -> io::Result<T> {
    for _ in 1..ATTEMPTS {
        match start(free_port()?) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            result => return result,
        }
    }
    start(free_port()?)
}

const ATTEMPTS: u32 = 5;

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn tries_other_ports_while_they_are_taken() {
        let tried = RefCell::new(Vec::new());
        let port = on_free_port(|port| {
            tried.borrow_mut().push(port);
            if tried.borrow().len() < 3 { Err(io::ErrorKind::AddrInUse.into()) } else { Ok(port) }
        });
        assert_eq!(tried.borrow().len(), 3);
        assert_eq!(tried.borrow().last(), port.ok().as_ref());
    }

    #[test]
    fn gives_up_after_five_ports_and_at_once_on_anything_else() {
        for (kind, expected) in [(io::ErrorKind::AddrInUse, 5), (io::ErrorKind::PermissionDenied, 1)] {
            let tried = RefCell::new(0);
            let error = on_free_port(|_| {
                *tried.borrow_mut() += 1;
                Err::<(), _>(kind.into())
            });
            assert_eq!(error.unwrap_err().kind(), kind);
            assert_eq!(*tried.borrow(), expected);
        }
    }
}
