//! `SHOP_FAILPOINT=usage-pushed:3` ends this process, as a power failure would, when usage comes to that place for the third time.

use std::sync::atomic::{AtomicUsize, Ordering};

use marketplace_tower::{USAGE_FAILPOINTS, on_failpoint};
use rustix::process::{Signal, getpid, kill_process};

use crate::BoxError;
use crate::settings::variable;

/// Does what the variable says, if it is set.
pub(crate) fn arm() -> Result<(), BoxError> {
    let Some(text) = variable("SHOP_FAILPOINT")? else { return Ok(()) };
    let armed = text
        .split_once(':')
        .and_then(|(place, number)| Some((place.to_owned(), number.parse::<usize>().ok()?)));
    let Some((place, number)) = armed.filter(|(place, _)| USAGE_FAILPOINTS.contains(&place.as_str())) else {
        return Err(format!(
            "SHOP_FAILPOINT: `{text}` is no place and number; there are {USAGE_FAILPOINTS:?}"
        )
        .into());
    };
    let passed = AtomicUsize::new(0);
    on_failpoint(move |here| {
        if here == place && passed.fetch_add(1, Ordering::SeqCst) + 1 == number {
            // Nothing is left to be done if it fails: the test sees that the process lives.
            let _ = kill_process(getpid(), Signal::KILL);
        }
    });
    Ok(())
}
