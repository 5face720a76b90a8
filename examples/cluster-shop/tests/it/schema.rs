use crate::stores;
use crate::world::{KEY, Ledger, World, program};

#[test]
fn the_printed_schema_is_what_a_machine_needs() {
    let postgres = stores::postgres();
    let url = stores::database(&postgres.lock().unwrap());
    let printed = program().arg("--print-schema").output().unwrap();
    assert!(printed.status.success());
    let schema = String::from_utf8(printed.stdout).unwrap();
    for _ in 0..2 {
        postgres.lock().unwrap().sql(&url, &schema).unwrap();
    }
    let world = World::new(Ledger::Postgres(postgres, url), None);
    world.machine().stop().unwrap();
}

#[test]
fn migrating_again_changes_nothing() {
    let ledger = Ledger::postgres();
    let Ledger::Postgres(_, url) = &ledger else { unreachable!() };
    let again = program()
        .arg("--migrate")
        .env("KOOGALLERY_ACCESS_KEY", KEY)
        .env("SHOP_LEDGER", url)
        .status()
        .unwrap();
    assert!(again.success());
    World::new(ledger, None).machine().stop().unwrap();
}

#[test]
fn without_its_tables_a_machine_does_not_start_and_says_what_to_do() {
    let postgres = stores::postgres();
    let url = stores::database(&postgres.lock().unwrap());
    let output = program()
        .env("KOOGALLERY_ACCESS_KEY", KEY)
        .env("SHOP_LISTEN", "127.0.0.1:0")
        .env("SHOP_LEDGER", url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("migrate") && !said.contains("throw-away"), "{said}");
}
