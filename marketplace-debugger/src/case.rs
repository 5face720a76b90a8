//! Cases: calls that are kept and made again, as the vendor's console does it twice a day.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use marketplace_core::Guide;
use serde::{Deserialize, Serialize};

use crate::console::guide_of;
use crate::fields::Fields;

/// A call that can be made again. It is signed anew each time, so that nothing in it is secret.
///
/// As a file it is JSON: `name`, `guide`, `activity`, and `fields` or `body`, the text of a body that is sent byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    guide: String,
    activity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Fields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl Case {
    /// A body that is sent byte for byte, as a call of this activity. Nothing, if the guide's calls have no body, or if it
    /// is not UTF-8.
    #[must_use]
    pub fn of_body(guide: Guide, activity: &str, body: &[u8]) -> Option<Self> {
        let body = str::from_utf8(body).ok()?;
        (guide != Guide::V1).then(|| Self {
            name: format!("{activity}, as given"),
            guide: crate::console::guide_name(guide).to_owned(),
            activity: activity.to_owned(),
            fields: None,
            body: Some(body.to_owned()),
        })
    }

    pub(crate) fn of_fields(name: &str, guide: Guide, activity: &str, fields: Fields) -> Self {
        Self {
            name: name.to_owned(),
            guide: crate::console::guide_name(guide).to_owned(),
            activity: activity.to_owned(),
            fields: Some(fields),
            body: None,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The activity; for a kit, the end of the path.
    #[must_use]
    pub fn activity(&self) -> &str {
        &self.activity
    }

    /// The guide whose call it is, if that is known.
    #[must_use]
    pub fn guide(&self) -> Option<Guide> {
        guide_of(&self.guide)
    }

    pub(crate) fn content(&self) -> Content {
        match (&self.body, &self.fields) {
            (Some(body), _) => Content::Body(body.clone().into()),
            (None, fields) => Content::Fields(fields.clone().unwrap_or_default()),
        }
    }

    /// Writes cases into a directory, which is made if it is not there: `01-newInstance.json` and so on.
    ///
    /// # Errors
    ///
    /// What the file system says, with the path.
    pub fn save_all(cases: &[Self], directory: &Path) -> Result<(), CaseError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| CaseError::File(path, error)
        };
        fs::create_dir_all(directory).map_err(failed(directory))?;
        for (at, case) in cases.iter().enumerate() {
            let path = directory.join(format!("{:02}-{}.json", at + 1, case.activity));
            let mut text = serde_json::to_string_pretty(case)
                .map_err(|error| CaseError::Content(path.clone(), error.to_string()))?;
            text.push('\n');
            fs::write(&path, text).map_err(failed(&path))?;
        }
        Ok(())
    }

    /// Reads the cases of a directory: every file that ends with `.json`, in the order of their names.
    ///
    /// # Errors
    ///
    /// What the file system says, or what is wrong in a file, with its path; and if there is no case.
    pub fn load_all(directory: &Path) -> Result<Vec<Self>, CaseError> {
        let failed = |error| CaseError::File(directory.to_owned(), error);
        let mut paths = fs::read_dir(directory)
            .map_err(failed)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        if paths.is_empty() {
            return Err(CaseError::None(directory.to_owned()));
        }
        paths.iter().map(|path| Self::load(path)).collect()
    }

    fn load(path: &Path) -> Result<Self, CaseError> {
        let text = fs::read_to_string(path).map_err(|error| CaseError::File(path.to_owned(), error))?;
        let wrong = |what: String| CaseError::Content(path.to_owned(), what);
        let case: Self = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        match case.guide() {
            None => Err(wrong(format!("`{}` is no guide: v1, v2, kit-v1 or kit-v2", case.guide))),
            Some(_) if case.fields.is_some() == case.body.is_some() => {
                Err(wrong("a case has either `fields` or `body`".to_owned()))
            }
            Some(Guide::V1) if case.body.is_some() => Err(wrong("a call of V1 has no body".to_owned())),
            Some(_) => Ok(case),
        }
    }
}

/// What a call says.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Written when it is signed.
    Fields(Fields),
    /// Sent as it is.
    Body(Bytes),
}

/// Why cases cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The file system refused.
    #[error("`{path}`: {error}", path = .0.display(), error = .1)]
    File(PathBuf, #[source] io::Error),
    /// A file is no case.
    #[error("`{path}` is no case: {what}", path = .0.display(), what = .1)]
    Content(PathBuf, String),
    /// The directory holds no case.
    #[error("`{}` holds no case: no file in it ends with `.json`", .0.display())]
    None(PathBuf),
}
