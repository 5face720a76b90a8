//! One thread that starts all servers.

use std::io;
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// Starts a command from a thread that lives as long as this process.
///
/// A death signal comes when the *thread* ends that started the program, and a test's thread ends with the test, however
/// long others want to use the server.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<Sender<Order>> = OnceLock::new();
    let (answer, answered) = channel();
    // If there is no such thread, nobody receives or answers.
    let _ = SPAWNER.get_or_init(start).send(Order { command, answer });
    answered.recv().map_err(|_| io::Error::other("the thread that starts servers has ended"))?
}

struct Order {
    command: Command,
    answer: Sender<io::Result<Child>>,
}

fn start() -> Sender<Order> {
    let (orders, ordered) = channel::<Order>();
    let _ = thread::Builder::new().name("servers".into()).spawn(move || {
        for mut order in ordered {
            let _ = order.answer.send(order.command.spawn());
        }
    });
    orders
}
