//! A native module in Rust: the library `greet`, whose natives are `greet.hello` and so on.
//!
//! `cargo build --release -p vm-ffi --example greet` makes `libgreet.so`, which goes into
//! a package as `lib/linux/x86_64/greet`.

use vm_ffi::{FfiError, FfiValue};

fn hello(name: String) -> String {
    format!("Hello, {name}")
}

fn mean(numbers: Vec<f64>) -> Result<f64, FfiError> {
    if numbers.is_empty() {
        return Err(FfiError::custom("empty", "nothing has no mean"));
    }
    Ok(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn echo(value: FfiValue) -> FfiValue {
    value
}

fn crash(why: Option<String>) {
    panic!("{}", why.unwrap_or_default());
}

vm_ffi::native_module! {
    /// Greets people, and shows what a module can do.
    module greet;
    /// `hello(name)` is a greeting.
    hello,
    /// `mean(numbers)` is their mean. Raises `:empty` for none.
    mean => blocking,
    /// `echo(value)` is that value.
    echo,
    /// `crash(why)` panics.
    crash,
}
