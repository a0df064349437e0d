//! The resources of a package, as programs read them.

use std::fmt;
use std::sync::Arc;

use crate::host::Resources;
use crate::ionpack::{IonPackReader, PackError};
use crate::sync::Mutex;

/// A package whose resources a program reads while it runs. Each is unpacked when it
/// is asked for, and not kept.
pub struct PackResources {
    pack: Arc<Mutex<IonPackReader>>,
}

impl PackResources {
    /// Those of a package.
    #[must_use]
    pub fn new(pack: IonPackReader) -> PackResources {
        PackResources::shared(Arc::new(Mutex::new(pack)))
    }

    /// Those of a package that others read, too; they wait for each other.
    #[must_use]
    pub fn shared(pack: Arc<Mutex<IonPackReader>>) -> PackResources {
        PackResources { pack }
    }
}

impl fmt::Debug for PackResources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PackResources").field(&self.list()).finish()
    }
}

impl Resources for PackResources {
    fn list(&self) -> Vec<String> {
        let pack = self.pack.lock();
        pack.map_or_else(
            |_| Vec::new(),
            |pack| pack.resources().map(str::to_owned).collect(),
        )
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let Ok(mut pack) = self.pack.lock() else {
            return Err("somebody failed while reading the package".to_owned());
        };
        match pack.read_resource(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(PackError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}
