//! Has the machine stand on shuttle's locks, atomics and threads; see `vmm/src/sync.rs`.

fn main() {
    println!("cargo::rustc-cfg=shuttle");
    println!("cargo::rerun-if-changed=build.rs");
}
