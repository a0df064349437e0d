//! `docs/layers.toml` as data.
//!
//! Unknown keys are errors, so that a misspelt rule is not a rule that never
//! fires.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The whole table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Lowest first.
    #[serde(rename = "layer")]
    pub(crate) layers: Vec<Layer>,
    #[serde(rename = "crate", default)]
    pub(crate) crates: Vec<Crate>,
    #[serde(rename = "door", default)]
    pub(crate) doors: Vec<Door>,
    #[serde(rename = "unsafe_file", default)]
    pub(crate) unsafe_files: Vec<Listed>,
    pub(crate) length: Length,
    #[serde(rename = "long", default)]
    pub(crate) long: Vec<Long>,
    #[serde(rename = "generated", default)]
    pub(crate) generated: Vec<Generated>,
    #[serde(default)]
    pub(crate) documents: Documents,
    pub(crate) words: Words,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Documents {
    /// Paths of worked examples: named, and not there.
    pub(crate) made_up: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    pub(crate) name: String,
    /// What it is and what is absent, in one line.
    pub(crate) idea: String,
    pub(crate) modules: Vec<String>,
    /// Each module may import those that stand before it.
    #[serde(default)]
    pub(crate) ordered: bool,
    /// By module, what it may import of its own layer.
    #[serde(default)]
    pub(crate) imports: BTreeMap<String, Vec<String>>,
    /// Modules of lower layers that it may not import all the same.
    #[serde(default)]
    pub(crate) never: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Crate {
    /// Name of its folder.
    pub(crate) name: String,
    /// Crates of ours that it may depend on.
    pub(crate) imports: Vec<String>,
}

/// A path that only a few files may name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Door {
    pub(crate) path: String,
    /// Paths below it that anyone may name.
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// Files; `folder/*` stands for all below a folder.
    pub(crate) files: Vec<String>,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) path: String,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Length {
    /// Lines past which a file needs a row.
    pub(crate) limit: usize,
    /// Lines past which it must be a table or a parser as well.
    pub(crate) cap: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Long {
    pub(crate) path: String,
    /// The most it may have.
    pub(crate) lines: usize,
    pub(crate) kind: Kind,
    pub(crate) reason: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Table,
    Parser,
    Other,
}

/// A committed file that a program writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Generated {
    pub(crate) path: String,
    /// What writes it; the file says so in its first lines.
    pub(crate) by: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) exempt: Vec<String>,
    /// Word, and why.
    pub(crate) refused: BTreeMap<String, String>,
}

impl Table {
    /// Reads the table.
    ///
    /// # Errors
    /// A message with the place, for what is not TOML, or not this table.
    pub(crate) fn parse(text: &str) -> Result<Table, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }

    /// The layer of a module, with its number.
    pub(crate) fn layer_of(&self, module: &str) -> Option<(usize, &Layer)> {
        self.layers
            .iter()
            .enumerate()
            .find(|(_, layer)| layer.modules.iter().any(|m| m == module))
    }

    /// Whether a file may hold unsafe code.
    pub(crate) fn may_be_unsafe(&self, path: &str) -> bool {
        self.unsafe_files.iter().any(|f| f.path == path)
    }
}

impl Layer {
    /// Whether `from` may import `to`, both of this layer.
    pub(crate) fn allows_inside(&self, from: &str, to: &str) -> bool {
        let place = |name: &str| self.modules.iter().position(|m| m == name);
        (self.ordered && place(to) < place(from))
            || self
                .imports
                .get(from)
                .is_some_and(|allowed| allowed.iter().any(|m| m == to))
    }
}

impl Door {
    /// Whether `path` is one of its files.
    pub(crate) fn admits(&self, path: &str) -> bool {
        self.files
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(folder) => path.starts_with(folder),
                None => pattern == path,
            })
    }
}
