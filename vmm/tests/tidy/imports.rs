//! Rules on who may name whom: layers of modules, crates, doors.

use std::collections::BTreeSet;

use super::rules::{Complaint, complain};
use super::source::{PathUse, Source};
use super::table::{Layer, Table};
use super::tree::Tree;

/// The crate whose modules have layers.
const LAYERED: &str = "vmm";

/// The table names each module once, allows no circle, and every module and
/// crate of the tree stands in it.
pub(crate) fn table_is_sound(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "table";
    let at = |message| complain("docs/layers.toml", 0, RULE, message);
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for module in table.layers.iter().flat_map(|l| &l.modules) {
        if !seen.insert(module) {
            out.push(at(format!("module `{module}` stands in it twice")));
        }
    }
    for layer in &table.layers {
        for (from, allowed) in &layer.imports {
            for to in allowed.iter().chain([from]) {
                if !layer.modules.contains(to) {
                    out.push(at(format!(
                        "`imports.{from}` of layer `{}` names `{to}`, which is not one of its modules",
                        layer.name
                    )));
                }
            }
        }
        if let Some(circle) = circle_in(layer) {
            out.push(at(format!(
                "layer `{}` allows a circle: {circle}",
                layer.name
            )));
        }
    }
    for source in layered(tree).filter(|s| s.module.is_empty()) {
        for (module, line) in &source.modules {
            if table.layer_of(module).is_none() {
                out.push(complain(
                    &source.path,
                    *line,
                    RULE,
                    format!(
                        "module `{module}` has no layer: add it to a layer of docs/layers.toml"
                    ),
                ));
            }
        }
    }
    for (path, _) in tree.files() {
        if let Some((folder, "Cargo.toml")) = path.split_once('/')
            && !table.crates.iter().any(|c| c.name == folder)
        {
            out.push(complain(
                path,
                0,
                RULE,
                format!("crate `{folder}` is not in docs/layers.toml: add a [[crate]] with what it may import"),
            ));
        }
    }
    for row in table.long.iter().filter(|row| !tree.has(&row.path)) {
        out.push(at(format!(
            "the row on length of {} is stale: there is no such file",
            row.path
        )));
    }
    let reasons = (table.long.iter().map(|r| (&r.path, &r.reason)))
        .chain(table.unsafe_files.iter().map(|r| (&r.path, &r.reason)))
        .chain(table.doors.iter().map(|r| (&r.path, &r.reason)))
        .chain(table.layers.iter().map(|l| (&l.name, &l.idea)));
    for (subject, _) in reasons.filter(|(_, reason)| reason.trim().is_empty()) {
        out.push(at(format!("the row of {subject} gives no reason")));
    }
    out
}

/// A circle that a layer's own table would allow, as text.
fn circle_in(layer: &Layer) -> Option<String> {
    // Take away modules that import nothing that is left; what remains is a circle.
    let mut left: Vec<&String> = layer.modules.iter().collect();
    loop {
        let before = left.len();
        let still = left.clone();
        left.retain(|from| still.iter().any(|to| layer.allows_inside(from, to)));
        if left.is_empty() {
            return None;
        }
        if left.len() == before {
            let names: Vec<&str> = left.iter().map(|m| m.as_str()).collect();
            return Some(names.join(", "));
        }
    }
}

fn layered(tree: &Tree) -> impl Iterator<Item = &Source> {
    tree.sources
        .iter()
        .filter(|s| s.crate_folder() == LAYERED && s.path.contains("/src/"))
}

/// Modules import lower layers, and of their own what the table gives them.
pub(crate) fn layers(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "layers";
    let mut out = Vec::new();
    let root = layered(tree).find(|s| s.path.ends_with("src/lib.rs"));
    for source in layered(tree) {
        if let Some(why) = &source.unreadable {
            out.push(complain(
                &source.path,
                0,
                RULE,
                format!("cannot be read as Rust: {why}"),
            ));
        }
        // The root names every module; that is what it is for.
        let Some(from) = source.module.first() else {
            continue;
        };
        for path in source.paths.iter().filter(|p| !p.in_test) {
            let [first, second, ..] = path.segments.as_slice() else {
                continue;
            };
            if first != "crate" {
                continue;
            }
            // A module of the tree without a layer is one complaint, of `table_is_sound`.
            let known = |name: &str| root.is_some_and(|r| r.modules.iter().any(|(m, _)| m == name));
            let Some(to) = module_named(table, root, second) else {
                if !known(second) {
                    out.push(complain(
                        &source.path,
                        path.line,
                        RULE,
                        format!(
                            "`{}` is no module of docs/layers.toml: import by module, and give a new module a layer",
                            path.segments.join("::")
                        ),
                    ));
                }
                continue;
            };
            if table.layer_of(from).is_none() && known(from) {
                continue;
            }
            if let Some(why) = refusal(table, from, &to) {
                out.push(complain(&source.path, path.line, RULE, why));
            }
        }
    }
    // One line may name several things of one module.
    out.dedup();
    out
}

/// The module that `crate::NAME` leads to: itself, or the home of what the root gives out.
fn module_named(table: &Table, root: Option<&Source>, name: &str) -> Option<String> {
    if table.layer_of(name).is_some() {
        return Some(name.to_owned());
    }
    let (_, home) = root?.reexports.iter().find(|(given, _)| given == name)?;
    home.iter().find(|s| *s != "crate").cloned()
}

/// Why `from` may not import `to`, if so.
fn refusal(table: &Table, from: &str, to: &str) -> Option<String> {
    if from == to {
        return None;
    }
    let Some((low, from_layer)) = table.layer_of(from) else {
        return Some(format!(
            "module `{from}` has no layer: add it to docs/layers.toml"
        ));
    };
    let (high, to_layer) = table.layer_of(to)?;
    let names = format!(
        "`{from}` ({}) may not import `{to}` ({})",
        from_layer.name, to_layer.name
    );
    if high > low {
        return Some(format!(
            "{names}: that is upwards; let a lower module own a trait, and implement it above"
        ));
    }
    if high == low && !from_layer.allows_inside(from, to) {
        return Some(format!(
            "{names}: docs/layers.toml gives it no such import inside the layer"
        ));
    }
    if from_layer.never.iter().any(|m| m == to) {
        return Some(format!("{names}: docs/layers.toml rules it out"));
    }
    None
}

/// Crates depend on those of ours that the table gives them, share the
/// workspace's lints, and deny unsafe code at every root.
pub(crate) fn crates(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "crates";
    let mut out = Vec::new();
    for row in &table.crates {
        let path = format!("{}/Cargo.toml", row.name);
        if !tree.has(&path) {
            continue;
        }
        let manifest: toml::Table = match tree.text(&path).parse() {
            Ok(manifest) => manifest,
            Err(e) => {
                out.push(complain(&path, 0, RULE, format!("cannot be read: {e}")));
                continue;
            }
        };
        let shares_lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool);
        if shares_lints != Some(true) {
            out.push(complain(
                &path,
                0,
                RULE,
                "has no `[lints] workspace = true`".to_owned(),
            ));
        }
        for section in ["dependencies", "build-dependencies"] {
            let dependencies = manifest.get(section).and_then(toml::Value::as_table);
            for name in dependencies.into_iter().flat_map(toml::Table::keys) {
                let ours = table.crates.iter().any(|c| {
                    c.name == *name || package_name(tree, &c.name).as_deref() == Some(name.as_str())
                });
                if ours && !row.imports.contains(name) {
                    out.push(complain(
                        &path,
                        0,
                        RULE,
                        format!("`{}` may not depend on `{name}`: docs/layers.toml does not give it that", row.name),
                    ));
                }
            }
        }
    }
    out
}

/// Name of the package in a crate's folder.
fn package_name(tree: &Tree, folder: &str) -> Option<String> {
    let manifest: toml::Table = tree.text(&format!("{folder}/Cargo.toml")).parse().ok()?;
    let name = manifest.get("package")?.get("name")?.as_str()?;
    Some(name.to_owned())
}

/// Only a door's own files name what it guards.
pub(crate) fn doors(table: &Table, tree: &Tree) -> Vec<Complaint> {
    let mut out = Vec::new();
    for door in &table.doors {
        let guarded: Vec<&str> = door.path.split("::").collect();
        for source in layered(tree).filter(|s| !door.admits(&s.path)) {
            for path in source.paths.iter().filter(|p| !p.in_test) {
                let free = door
                    .except
                    .iter()
                    .any(|e| goes_through(&path.segments, &e.split("::").collect::<Vec<_>>()));
                if !free && names_door(path, &guarded) {
                    out.push(complain(
                        &source.path,
                        path.line,
                        "doors",
                        format!(
                            "`{}` belongs to {} alone: {}",
                            path.segments.join("::"),
                            door.files.join(", "),
                            door.reason
                        ),
                    ));
                }
            }
        }
    }
    out
}

/// Whether a path is `door` or lies below it.
fn goes_through(path: &[String], door: &[&str]) -> bool {
    path.len() >= door.len() && path.iter().zip(door).all(|(a, b)| a == b)
}

/// Whether a path names what a door guards, or imports something that it could
/// then be reached by unseen (`use std::*`).
fn names_door(path: &PathUse, door: &[&str]) -> bool {
    if goes_through(&path.segments, door) {
        return true;
    }
    let glob = path.segments.last().is_some_and(|s| s == "*");
    let above = &path.segments[..path.segments.len() - usize::from(glob)];
    glob && above.len() < door.len() && above.iter().zip(door).all(|(a, b)| a == b)
}
