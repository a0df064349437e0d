//! `iondis FILE [CLASS[:FUNCTION]]`: programs as assembly text.

use std::path::{Path, PathBuf};

use clap::Parser;
use vmm::asm::{print, print_function};
use vmm::program::Module;
use vmm::text::{closest, quoted};

use crate::console::data;
use crate::exit::Exit;
use crate::load::{Refusal, program};

/// Shows programs as assembly text.
#[derive(Debug, Parser)]
#[command(name = "iondis", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// A `.ionpack`, `.ionc` or `.ionasm` file or a package folder
    file: PathBuf,
    /// Only this class, or this function of it
    #[arg(value_name = "CLASS[:FUNCTION]")]
    what: Option<String>,
}

/// Disassembles.
pub(crate) fn dis(cli: &Cli) -> Exit {
    match text(&cli.file, cli.what.as_deref()) {
        Ok(text) => {
            data(&text);
            Exit::Done
        }
        Err(refusal) => refusal.show(),
    }
}

fn text(file: &Path, what: Option<&str>) -> Result<String, Refusal> {
    let classes = program(file, false)?.classes;
    let Some(what) = what else {
        let texts: Vec<String> = classes.iter().map(|class| print(class)).collect();
        return Ok(texts.join("\n"));
    };
    let (class, function) = match what.split_once(':') {
        Some((class, function)) => (class, Some(function)),
        None => (what, None),
    };
    let names: Vec<&str> = classes.iter().map(|class| &*class.name).collect();
    let Some(class) = classes.iter().find(|c| &*c.name == class) else {
        return Err(Refusal::new(file, missing("class", class, &names)));
    };
    match function {
        None => Ok(print(class)),
        Some(function) => functions(class, function).map_err(|message| Refusal::new(file, message)),
    }
}

/// Every function of that name, or of that `name/arity`.
fn functions(class: &Module, wanted: &str) -> Result<String, String> {
    let labels: Vec<String> = (0..)
        .zip(&class.functions)
        .map(|(index, function)| function.label(index))
        .collect();
    let fits =
        |label: &str| label == wanted || label.rsplit_once('/').is_some_and(|l| l.0 == wanted);
    let texts: Vec<String> = (0..)
        .zip(&labels)
        .filter(|(_, label)| fits(label))
        .map(|(index, _)| print_function(class, index))
        .collect();
    if texts.is_empty() {
        let there: Vec<&str> = labels.iter().map(String::as_str).collect();
        return Err(missing("function", wanted, &there));
    }
    Ok(texts.join("\n"))
}

fn missing(what: &str, name: &str, there: &[&str]) -> String {
    let hint = match closest(name, there.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if there.is_empty() => "there is none".to_owned(),
        None => format!("there is: {}", there.join(", ")),
    };
    format!("it has no {what} {}; {hint}", quoted(name))
}
