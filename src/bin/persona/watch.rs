//! Checking again when a file changes. Looking at times and sizes a few times a second is enough for what people edit,
//! works on every file system, and asks nothing of the platform.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::Failure;
use crate::input::Input;

const INTERVAL: Duration = Duration::from_millis(300);

/// What can be seen of a file without reading it.
type Look = Option<(SystemTime, u64)>;

/// Runs `check` now, and again whenever an input is new, gone or changed. Ends when checking cannot go on.
pub(crate) fn watch(
    inputs: impl Fn() -> Result<Vec<Input>, Failure>,
    also: &[PathBuf],
    mut check: impl FnMut() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut seen = None;
    loop {
        let paths = inputs()?.into_iter().filter_map(|input| match input {
            Input::File(path) => Some(path),
            Input::Standard(_) => None,
        });
        let looks: BTreeMap<PathBuf, Look> =
            paths.chain(also.iter().cloned()).map(|path| (path.clone(), look(&path))).collect();
        if seen.as_ref() != Some(&looks) {
            seen = Some(looks);
            check()?;
        }
        sleep(INTERVAL);
    }
}

fn look(path: &Path) -> Look {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
