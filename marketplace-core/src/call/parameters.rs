//! The parameters of a V1 call, inside the text that was signed.

use std::fmt;
use std::sync::Arc;

/// The parameters of a V1 call, as places in the text that was signed, which has them as `name=value&…`. Each name is
/// there once.
#[derive(Clone)]
pub(crate) struct Parameters(Arc<[Parameter]>);

/// Where a parameter is.
#[derive(Clone, Copy)]
struct Parameter {
    start: usize,
    equals: usize,
    end: usize,
}

impl Parameters {
    /// Writes the text `name=value&…`, and remembers where in it each parameter is.
    pub(crate) fn write<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> (String, Self) {
        let (mut text, mut parameters) = (String::new(), Vec::new());
        for (name, value) in pairs {
            if !text.is_empty() {
                text.push('&');
            }
            let start = text.len();
            text.push_str(name);
            let equals = text.len();
            text.push('=');
            text.push_str(value);
            parameters.push(Parameter { start, equals, end: text.len() });
        }
        (text, Self(parameters.into()))
    }

    /// Each name and its value, in the order in which they were written.
    pub(crate) fn iter<'t>(&self, text: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t, '_> {
        self.0.iter().map(|parameter| {
            let name = text.get(parameter.start..parameter.equals).unwrap_or_default();
            (name, text.get(parameter.equals + 1..parameter.end).unwrap_or_default())
        })
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameters").field("length", &self.0.len()).finish_non_exhaustive()
    }
}
