//! Encrypted connections, and servers that cannot prove who they are.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

const ENCRYPTED: &str = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
    WHERE ssl AND application_name = 'marketplace-tower'";

/// Gives the server a certificate for a name, and returns that of the authority.
fn encrypt(server: &Postgres, name: &str) -> String {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    // The server's own user writes what only that user may read.
    let write = |kind: &str, pem: String| {
        format!(
            "COPY (SELECT unnest(string_to_array('{pem}', E'\\n'))) TO PROGRAM 'umask 077; cat > {name}.{kind}';
             ALTER SYSTEM SET ssl_{kind}_file = '{name}.{kind}';"
        )
    };
    let (key, certificate) = (write("key", key.serialize_pem()), write("cert", certificate.pem()));
    let url = server.url();
    server
        .sql(&url, &format!("{key} {certificate} ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf()"))
        .unwrap();
    // Sessions that begin a moment later have it.
    let asked = Instant::now();
    while server.sql(&url, "SHOW ssl; SHOW ssl_cert_file").unwrap() != format!("on\n{name}.cert") {
        assert!(asked.elapsed() < PATIENCE, "the server does not take its certificate");
    }
    authority.pem()
}

fn encrypted(url: &str) -> PostgresLedger {
    machine(&format!("{url}?sslmode=verify-full"))
}

#[tokio::test]
async fn a_server_that_proves_its_name_is_asked_and_no_other() {
    let server = Postgres::start().unwrap();
    let url = server.url();
    machine(&url).migrate().await.unwrap();
    let refused = everything(&encrypted(&url).check().await.unwrap_err());
    assert!(refused.contains("server does not support TLS"), "{refused}");

    let authority = encrypt(&server, "127.0.0.1");
    let ledger = encrypted(&url).with_root_certificates(&authority).unwrap();
    ledger.check().await.unwrap();
    ledger.begin(&purchase(1, "first")).await.unwrap();
    assert_eq!(server.sql(&url, ENCRYPTED).unwrap(), "1");

    let unknown = encrypted(&url).check().await.unwrap_err();
    assert!(matches!(unknown, LedgerError::Postgres(PostgresError::Unreachable { .. })), "{unknown:?}");
    let said = everything(&unknown);
    assert!(said.contains("UnknownIssuer") && !said.contains(password(&url)), "{said}");
    machine(&format!("{url}?sslmode=disable")).check().await.unwrap();

    let authority = encrypt(&server, "db.example");
    let other = encrypted(&url).with_root_certificates(&authority).unwrap().check().await.unwrap_err();
    assert!(everything(&other).contains("NotValidForName"), "{other:?}");
}
