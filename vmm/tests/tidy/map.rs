//! Rules on documents: what they point to is there, and the map is complete.

use super::rules::{Complaint, complain};
use super::table::Table;
use super::tree::Tree;

/// The map of the project.
const MAP: &str = "ARCHITECTURE.md";
/// Where the modules of the layered crate lie.
const MODULES: &str = "vmm/src/";
/// What a path in a document ends with.
const ENDINGS: &[&str] = &[".rs", ".md", ".toml", ".py", ".ionasm"];

/// Links and paths in documents lead somewhere, and ARCHITECTURE.md names every
/// module of the layered crate and every crate.
pub(crate) fn documents(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "documents";
    let mut out = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, line) in (1..).zip(text.lines()) {
            for target in links(line).filter(|t| !leads_somewhere(tree, folder, t)) {
                out.push(complain(
                    path,
                    number,
                    RULE,
                    format!("links to `{target}`, which is not there"),
                ));
            }
            for named in paths(tree, line) {
                let made_up = table.documents.made_up.iter().any(|m| m == named);
                if !made_up && !tree.has(named) && !tree.has(&format!("{MODULES}{named}")) {
                    out.push(complain(
                        path,
                        number,
                        RULE,
                        format!("names `{named}`, which is not there"),
                    ));
                }
            }
        }
    }
    if tree.has(MAP) {
        let missing = |name: &str| !tree.text(MAP).contains(&format!("`{name}`"));
        let modules = table.layers.iter().flat_map(|l| &l.modules);
        for module in modules.filter(|m| tree.has(&format!("{MODULES}{m}.rs")) && missing(m)) {
            out.push(complain(
                MAP,
                0,
                RULE,
                format!("does not name the module `{module}`: give it a line in its layer"),
            ));
        }
        for row in &table.crates {
            let folder = format!("{}/", row.name);
            if tree.has(&format!("{folder}Cargo.toml")) && missing(&folder) {
                out.push(complain(
                    MAP,
                    0,
                    RULE,
                    format!("does not name the crate in `{folder}`"),
                ));
            }
        }
    }
    out
}

/// Targets of the links of a line, `[words](target)`; other sites are left alone.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|target| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

fn leads_somewhere(tree: &Tree, folder: &str, target: &str) -> bool {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    let target = parts.join("/");
    tree.has(&target)
        || tree
            .files()
            .any(|(p, _)| p.starts_with(&format!("{target}/")))
}

/// Paths of the tree that a line names in backquotes: those that begin with a
/// folder of the root, or of the modules.
fn paths<'l>(tree: &Tree, line: &'l str) -> impl Iterator<Item = &'l str> {
    line.split('`').skip(1).step_by(2).filter(move |quoted| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        let Some((first, _)) = quoted.split_once('/') else {
            return false;
        };
        quoted.chars().all(plain)
            && ENDINGS.iter().any(|e| quoted.ends_with(e))
            && tree.files().any(|(p, _)| {
                let inside = p.strip_prefix(MODULES).unwrap_or(p);
                [p, inside]
                    .iter()
                    .any(|p| p.split('/').next() == Some(first) && p.contains('/'))
            })
    })
}
