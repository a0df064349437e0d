//! Files in a folder of their own: contents, entries, handles, and who may reach what.

use std::path::PathBuf;

use super::*;
use crate::{FakeContext, HandleId};

/// A folder that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("ionvm-fs-test-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _old = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("in")).unwrap();
        fs::create_dir_all(path.join("out")).unwrap();
        Folder(path.canonicalize().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// A context that may read and write in the folder `in`.
    fn context(&self) -> FakeContext {
        // The rights that a machine would see as covered by these trees.
        let mut context = FakeContext::new();
        for name in ["in", "in/a", "in/b", "in/sub", "in/sub/deep", "in/link"] {
            for kind in ["fs.read", "fs.write"] {
                context = context.with_right(&format!("{kind}:{}", self.path(name)));
            }
        }
        context
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

fn call(context: &mut FakeContext, name: &str, args: Vec<FfiValue>) -> Result<FfiValue, FfiError> {
    let mut registry = FfiRegistry::new();
    register(&mut registry).unwrap();
    registry.call(name, context, args)
}

fn text(text: &str) -> FfiValue {
    FfiValue::String(text.to_owned())
}

fn kind(result: &Result<FfiValue, FfiError>) -> &str {
    result.as_ref().map_or_else(FfiError::kind, |_| "ok")
}

#[test]
fn contents_are_written_added_to_read_and_copied() {
    let folder = Folder::new("contents");
    let context = &mut folder.context();
    let (a, b) = (folder.path("in/a"), folder.path("in/b"));
    for (name, data, now) in [
        ("fs.write", text("héllo and more"), "héllo and more"),
        ("fs.write", text("hé"), "hé"),
        ("fs.append", FfiValue::Bytes(b"llo".to_vec()), "héllo"),
    ] {
        assert_eq!(
            call(context, name, vec![text(&a), data]),
            Ok(FfiValue::Unit)
        );
        assert_eq!(call(context, "fs.read_text", vec![text(&a)]), Ok(text(now)));
    }
    let copied = call(context, "fs.copy", vec![text(&a), text(&b)]);
    assert_eq!(copied, Ok(FfiValue::Number(6.0)));
    let octets = call(context, "fs.read_bytes", vec![text(&b)]);
    assert_eq!(octets, Ok(FfiValue::Bytes("héllo".into())));
    assert_eq!(
        kind(&call(context, "fs.copy", vec![text(&a), text(&a)])),
        "ffi"
    );
    assert_eq!(
        kind(&call(
            context,
            "fs.read_text",
            vec![text(&folder.path("in"))]
        )),
        "ffi"
    );
    call(
        context,
        "fs.write",
        vec![text(&a), FfiValue::Bytes(vec![0xff])],
    )
    .unwrap();
    let error = call(context, "fs.read_text", vec![text(&a)]).unwrap_err();
    assert!(error.to_string().contains("no UTF-8 text"), "{error}");
}

#[test]
fn entries_are_made_listed_renamed_and_removed() {
    let folder = Folder::new("entries");
    let context = &mut folder.context();
    let path = |name| text(&folder.path(name));
    let exists = |context: &mut FakeContext, name| {
        call(context, "fs.exists", vec![path(name)]) == Ok(FfiValue::Boolean(true))
    };
    assert!(!exists(context, "in/sub/deep"));
    call(context, "fs.make_folder", vec![path("in/sub/deep")]).unwrap();
    call(context, "fs.make_folder", vec![path("in/sub/deep")]).unwrap();
    call(context, "fs.write", vec![path("in/b"), text("12345")]).unwrap();
    let names = FfiValue::Array(vec![text("b"), text("sub")]);
    assert_eq!(call(context, "fs.list", vec![path("in")]), Ok(names));
    let Ok(FfiValue::Object(about)) = call(context, "fs.metadata", vec![path("in/b")]) else {
        panic!("no object");
    };
    assert_eq!(about.get("kind"), Some(&FfiValue::atom("file")));
    assert_eq!(about.get("size"), Some(&FfiValue::Number(5.0)));
    call(context, "fs.rename", vec![path("in/b"), path("in/a")]).unwrap();
    assert!(exists(context, "in/a") && !exists(context, "in/b"));
    assert_eq!(
        kind(&call(context, "fs.remove", vec![path("in/sub")])),
        "ffi"
    );
    for name in ["in/sub/deep", "in/sub", "in/a"] {
        assert_eq!(
            call(context, "fs.remove", vec![path(name)]),
            Ok(FfiValue::Unit)
        );
        assert_eq!(
            kind(&call(context, "fs.remove", vec![path(name)])),
            "not_found"
        );
    }
    assert_eq!(
        kind(&call(context, "fs.read_text", vec![path("in/a")])),
        "not_found"
    );
}

#[test]
fn open_files_are_read_and_written_where_they_stand() {
    let folder = Folder::new("open");
    let context = &mut folder.context();
    let a = text(&folder.path("in/a"));
    let open = |context: &mut FakeContext, mode: &str| {
        call(context, "fs.open", vec![a.clone(), FfiValue::atom(mode)])
    };
    assert_eq!(kind(&open(context, "read")), "not_found");
    assert_eq!(kind(&open(context, "update")), "not_found");
    assert_eq!(kind(&open(context, "sideways")), "bad_type");
    let file = open(context, "write").unwrap();
    call(context, "fs.put", vec![file.clone(), text("0123456789")]).unwrap();
    assert_eq!(
        kind(&call(
            context,
            "fs.read",
            vec![file.clone(), FfiValue::Number(1.0)]
        )),
        "ffi"
    );
    let FfiValue::Handle(HandleId(id)) = file else {
        panic!("no handle");
    };
    context.close_handle(HandleId(id)).unwrap();
    assert_eq!(
        kind(&call(context, "fs.put", vec![file, text("x")])),
        "not_found"
    );
    let file = open(context, "update").unwrap();
    let seek =
        |context: &mut FakeContext, to: FfiValue| call(context, "fs.seek", vec![file.clone(), to]);
    let read = |context: &mut FakeContext, count: f64| {
        call(
            context,
            "fs.read",
            vec![file.clone(), FfiValue::Number(count)],
        )
    };
    assert_eq!(read(context, 4.0), Ok(FfiValue::Bytes(b"0123".to_vec())));
    assert_eq!(
        seek(context, FfiValue::Number(-2.0)),
        Ok(FfiValue::Number(8.0))
    );
    assert_eq!(read(context, 4.0), Ok(FfiValue::Bytes(b"89".to_vec())));
    assert_eq!(read(context, 4.0), Ok(FfiValue::Undefined));
    assert_eq!(read(context, 0.0), Ok(FfiValue::Bytes(vec![])));
    assert_eq!(kind(&read(context, 1e12)), "limit");
    assert_eq!(
        seek(context, FfiValue::Number(2.0)),
        Ok(FfiValue::Number(2.0))
    );
    call(context, "fs.put", vec![file.clone(), text("xy")]).unwrap();
    assert_eq!(
        seek(context, FfiValue::atom("end")),
        Ok(FfiValue::Number(10.0))
    );
    assert_eq!(kind(&seek(context, FfiValue::Number(0.5))), "bad_number");
    assert_eq!(kind(&seek(context, FfiValue::Unit)), "bad_type");
    call(context, "fs.sync", vec![file]).unwrap();
    let added = open(context, "append").unwrap();
    call(context, "fs.put", vec![added, text("!")]).unwrap();
    assert_eq!(fs::read(folder.path("in/a")).unwrap(), b"01xy456789!");
}

#[test]
fn nothing_leads_out_of_what_is_granted() {
    let folder = Folder::new("reach");
    let context = &mut folder.context();
    fs::write(folder.path("out/secret"), "secret").unwrap();
    let out = folder.path("out/secret");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&out, folder.path("in/link")).unwrap();
        std::os::unix::fs::symlink(folder.path("out/none"), folder.path("in/dangling")).unwrap();
        std::os::unix::fs::symlink(folder.path("out"), folder.path("in/sub")).unwrap();
    }
    for path in [
        "out/secret",
        "in/../out/secret",
        "in/link",
        "in/sub/secret",
        "in/sub/../out/secret",
    ] {
        let path = text(&folder.path(path));
        for name in [
            "fs.read_text",
            "fs.read_bytes",
            "fs.metadata",
            "fs.exists",
            "fs.open",
        ] {
            let error = call(context, name, vec![path.clone()]).unwrap_err();
            assert_eq!(error.kind(), "denied", "{name}({path:?}): {error}");
            let told = format!("--allow-fs-read={out}");
            assert!(error.to_string().ends_with(&told), "{error}");
        }
        for name in ["fs.write", "fs.append"] {
            let written = call(context, name, vec![path.clone(), text("x")]);
            assert_eq!(kind(&written), "denied", "{name}({path:?})");
        }
    }
    for path in ["in/sub/new", "in/dangling", "in/sub/new/newer"] {
        let path = text(&folder.path(path));
        let written = call(context, "fs.write", vec![path, text("x")]);
        assert_eq!(kind(&written), "denied");
    }
    assert_eq!(fs::read_to_string(&out).unwrap(), "secret");
    assert!(!folder.0.join("out/none").exists() && !folder.0.join("out/new").exists());
    // The link itself may go; what it leads to stays.
    call(context, "fs.remove", vec![text(&folder.path("in/link"))]).unwrap();
    assert_eq!(fs::read_to_string(&out).unwrap(), "secret");
    for odd in ["", "\0", &"a/".repeat(100_000), "/.."] {
        for name in ["fs.read_text", "fs.exists", "fs.remove"] {
            let answer = call(context, name, vec![text(odd)]);
            assert!(
                ["ffi", "limit", "denied"].contains(&kind(&answer)),
                "{name}: {answer:?}"
            );
        }
    }
}

#[test]
fn a_folder_of_no_name_that_anybody_has_is_made() {
    let mut context = FakeContext::new().with_right("fs.write");
    let mut made = || match call(&mut context, "fs.temp_folder", vec![]) {
        Ok(FfiValue::String(path)) => path,
        other => panic!("{other:?}"),
    };
    let (one, two) = (made(), made());
    assert_ne!(one, two);
    for path in [one, two] {
        fs::remove_dir(path).unwrap();
    }
    let denied = call(&mut FakeContext::new(), "fs.temp_folder", vec![]);
    assert_eq!(kind(&denied), "denied");
}
