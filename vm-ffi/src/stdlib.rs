//! The standard library's natives and the plain functions under the machine's builtins.
