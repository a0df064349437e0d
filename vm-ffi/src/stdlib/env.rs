//! The variables of the environment, as far as a process has the right to them.

use std::env;

use crate::context::FfiContext;
use crate::error::FfiError;
use crate::native::Native;
use crate::registry::{FfiRegistry, RegisterError};

/// Registers the module `env`.
///
/// # Errors
/// [`RegisterError::Duplicate`] if a name is taken.
pub fn register(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    registry.register(Native::with_context("env.get", get).describe(
        "The value of an environment variable as a string; `undefined` if there is none of that \
         name. Needs the right `env:NAME`. Raises `:denied`; `:ffi` if the value is no text.",
    ))?;
    registry.register(Native::with_context("env.list", list).describe(
        "The array of the names of all environment variables that the process has the right to \
         read, sorted; what is no text is left out.",
    ))
}

fn get(context: &mut dyn FfiContext, name: String) -> Result<Option<String>, FfiError> {
    // Of the whole kind first: a name that no right can spell is covered by it alone.
    if !context.has_right("env") {
        context.require(&format!("env:{name}"))?;
    }
    // What cannot be the name of a variable is the name of none.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Ok(None);
    }
    match env::var(&name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(FfiError::failed(format!(
            "the value of the environment variable {name} is no UTF-8 text"
        ))),
    }
}

fn list(context: &mut dyn FfiContext) -> Vec<String> {
    let all = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let may = |name: &String| context.has_right("env") || context.has_right(&format!("env:{name}"));
    let mut names: Vec<String> = all.filter(may).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FakeContext, FfiValue};

    fn call(context: &mut FakeContext, name: &str, args: &[&str]) -> Result<FfiValue, String> {
        let mut registry = FfiRegistry::new();
        register(&mut registry).unwrap();
        let args = args.iter().map(|arg| FfiValue::String((*arg).to_owned()));
        let answer = registry.call(name, context, args.collect());
        answer.map_err(|error| error.to_string())
    }

    #[test]
    fn a_variable_takes_its_right() {
        let none = &mut FakeContext::new();
        let error = call(none, "env.get", &["HOME"]).unwrap_err();
        assert_eq!(
            error,
            "env.get needs the right \"env:HOME\"; grant it with --allow-env=HOME"
        );
        assert_eq!(call(none, "env.list", &[]), Ok(FfiValue::Array(vec![])));
        let one = &mut FakeContext::new().with_right("env:PATH");
        let name = FfiValue::String(env::var("PATH").unwrap());
        assert_eq!(call(one, "env.get", &["PATH"]), Ok(name));
        assert!(call(one, "env.get", &["HOME"]).is_err());
        let own = FfiValue::Array(vec![FfiValue::String("PATH".to_owned())]);
        assert_eq!(call(one, "env.list", &[]), Ok(own));
    }

    #[test]
    fn what_names_no_variable_is_not_there() {
        let all = &mut FakeContext::new().with_right("env");
        for name in ["", "A=B", "a\0b", "NO_SUCH_VARIABLE_ANYWHERE"] {
            assert_eq!(
                call(all, "env.get", &[name]),
                Ok(FfiValue::Undefined),
                "{name:?}"
            );
        }
    }
}
