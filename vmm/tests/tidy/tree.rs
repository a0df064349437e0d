//! The files that the rules look at: those of the workspace, or a few in memory.
//!
//! What tools leave behind (build folders, caches, environments) is not part
//! of the tree.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::source::Source;

/// Texts by path; paths are relative to the root, with `/`.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
    /// The Rust files among them, read.
    pub(crate) sources: Vec<Source>,
}

/// Folders that are no part of the tree.
const OUTSIDE: &[&str] = &[
    "target",
    "__pycache__",
    "node_modules",
    "corpus",
    "artifacts",
];
/// Hidden folders that are.
const HIDDEN: &[&str] = &[".ci", ".cargo", ".github"];

impl Tree {
    /// The workspace that this test belongs to.
    pub(crate) fn of_workspace() -> Tree {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = BTreeMap::new();
        let mut open: Vec<PathBuf> = vec![root.clone()];
        while let Some(folder) = open.pop() {
            let entries =
                fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
            for entry in entries {
                let entry = entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
                let name = entry.file_name().to_string_lossy().into_owned();
                let kind = entry.file_type().unwrap_or_else(|e| panic!("{name}: {e}"));
                if kind.is_dir() {
                    let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
                    if !hidden && !OUTSIDE.contains(&name.as_str()) && !name.ends_with(".egg-info")
                    {
                        open.push(entry.path());
                    }
                } else if kind.is_file() {
                    // Binary files have no words to look for.
                    if let Ok(text) = fs::read_to_string(entry.path()) {
                        let path = entry.path();
                        let path = path.strip_prefix(&root).unwrap_or(&path);
                        files.insert(path.to_string_lossy().replace('\\', "/"), text);
                    }
                }
            }
        }
        Tree::of(files)
    }

    /// A tree of these files.
    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Tree {
        let files: BTreeMap<_, _> = files.into_iter().collect();
        let sources = files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| Source::read(path, text))
            .collect();
        let mut tree = Tree { files, sources };
        tree.mark_test_files();
        tree
    }

    /// All files, by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// The text of a file, empty if there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// A file that is declared as `#[cfg(test)] mod NAME;` is a test as a whole,
    /// and so is what lies below it.
    fn mark_test_files(&mut self) {
        let tests: Vec<(String, Vec<String>)> = self
            .sources
            .iter()
            .flat_map(|s| {
                s.test_modules
                    .iter()
                    .map(|m| (s.crate_folder().to_owned(), m.clone()))
            })
            .collect();
        for source in &mut self.sources {
            let inside = tests.iter().any(|(folder, module)| {
                source.crate_folder() == folder && source.module.starts_with(module)
            });
            if inside {
                source.paths.iter_mut().for_each(|p| p.in_test = true);
            }
        }
    }
}
