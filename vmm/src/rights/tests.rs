//! Tests of `rights`.

use super::*;
use proptest::prelude::*;

fn right(text: &str) -> Right {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Rule: P-RIGHT-1
#[test]
fn canonical_forms() {
    for (given, shown) in [
        ("code", "code"),
        ("time.wall", "time.wall"),
        ("entropy", "entropy"),
        ("fs.read", "fs.read"),
        ("fs.read:/data", "fs.read:/data"),
        ("fs.read:/data/", "fs.read:/data"),
        ("fs.write://a/./b//", "fs.write:/a/b"),
        ("fs.write:a b/c:d", "fs.write:a b/c:d"),
        ("fs.read:./", "fs.read:."),
        ("fs.read:/", "fs.read:/"),
        ("net", "net"),
        ("net:Example.ORG", "net:example.org"),
        ("net:example.org:0443", "net:example.org:443"),
        ("net:[0:0::1]:80", "net:[::1]:80"),
        ("net:127.0.0.1:1", "net:127.0.0.1:1"),
        ("env:HOME", "env:HOME"),
        ("ffi:libm.so.6", "ffi:libm.so.6"),
        ("ffi:system:libm.so.6", "ffi:system:libm.so.6"),
        (
            &format!("ffi:a@{}", "0A".repeat(32)),
            &format!("ffi:a@{}", "0a".repeat(32)),
        ),
    ] {
        assert_eq!(right(given).to_string(), shown, "{given}");
        assert_eq!(right(shown), right(given), "{shown}");
    }
    assert_eq!(right("fs.read:/data/").flag(), "--allow-fs-read=/data");
    assert_eq!(right("time.wall").flag(), "--allow-time-wall");
}

/// Rule: P-RIGHT-1
#[test]
fn what_is_not_a_right() {
    for text in [
        "",
        ":",
        "fs",
        "fs.exec:/bin",
        "all",
        "*",
        "FS.READ:/x",
        " code",
        "code ",
        "ffi :x",
    ] {
        let error = text.parse::<Right>().expect_err(text);
        assert!(
            matches!(error, RightError::UnknownWord { .. }),
            "{text}: {error}"
        );
        for kind in RightKind::ALL {
            assert!(error.to_string().contains(kind.word()), "{error}");
        }
    }
    for text in ["code:", "code:x", "entropy:1", "time.wall:utc"] {
        let error = text.parse::<Right>().expect_err(text);
        assert!(
            matches!(error, RightError::NoArgument { .. }),
            "{text}: {error}"
        );
    }
    for text in [
        "fs.read:",
        "fs.read:..",
        "fs.read:/a/../b",
        "fs.read:/a\0",
        "fs.read:/a,b",
        "fs.read:a\\b",
        "fs.read: /a",
        "fs.read:/a ",
        "fs.write:/\u{202e}",
        "env:",
        "env:A=B",
        "env:1A",
        "ffi:",
        "ffi:../x",
        "ffi:/lib/x",
        "ffi:a b",
        "ffi:system:/lib/libm.so.6",
        "ffi:system:",
        "ffi:system:a@b",
        "ffi:a@",
        "ffi:a@0123",
        &format!("ffi:a@{}", "0g".repeat(32)),
        &format!("ffi:@{}", "00".repeat(32)),
        "net:",
        "net::80",
        "net:a:0",
        "net:a:65536",
        "net:a:+1",
        "net:a:",
        "net:a b",
        "net:http://a",
        "net:[::1",
        "net:a..b",
        "net:[zz]",
        "net:-a",
    ] {
        let error = text.parse::<Right>().expect_err(text);
        assert!(
            matches!(error, RightError::BadArgument { .. }),
            "{text}: {error}"
        );
        assert!(!error.to_string().contains(is_deceptive), "{error}");
    }
}

#[test]
fn covering() {
    for (outer, inner, expected) in [
        ("fs.read", "fs.read:/x", true),
        ("fs.read:/x", "fs.read", false),
        ("fs.read:/data", "fs.read:/data", true),
        ("fs.read:/data", "fs.read:/data/a/b", true),
        ("fs.read:/data", "fs.read:/database", false),
        ("fs.read:/data", "fs.write:/data", false),
        ("fs.read:/", "fs.read:/etc", true),
        ("fs.read:/", "fs.read:etc", false),
        ("fs.read:.", "fs.read:a/b", true),
        ("fs.read:.", "fs.read:/a", false),
        ("fs.read:a", "fs.read:a/b", true),
        ("net:a", "net:a:80", true),
        ("net:a:80", "net:a", false),
        ("net:a:80", "net:a:81", false),
        ("net:[::1]", "net:[::1]:8", true),
        ("net:[::]", "net:[::1]", false),
        ("env:A", "env:AB", false),
        ("code", "code", true),
        ("ffi", "ffi:system:a", true),
        ("ffi:a", "ffi:system:a", false),
        ("ffi:system:a", "ffi:a", false),
        ("ffi:a", &format!("ffi:a@{}", "00".repeat(32)), true),
        (&format!("ffi:a@{}", "00".repeat(32)), "ffi:a", false),
        (
            &format!("ffi:a@{}", "00".repeat(32)),
            &format!("ffi:a@{}", "01".repeat(32)),
            false,
        ),
    ] {
        assert_eq!(
            right(outer).covers(&right(inner)),
            expected,
            "{outer} {inner}"
        );
    }
}

/// Rule: P-RIGHT-2
#[test]
fn only_grants_permit_and_denials_win() {
    let mut grants = Grants::none();
    let asked = [right("fs.read:/data"), right("code")];
    assert_eq!(grants.missing(&asked).len(), 2);
    grants.allow(right("fs.read:/"));
    assert_eq!(grants.missing(&asked), [&asked[1]]);
    grants.deny(right("fs.read:/data/secret"));
    assert!(
        !grants.permits(&asked[0]),
        "a request that overlaps a denial"
    );
    assert!(grants.permits(&right("fs.read:/data/open")));
    assert!(!grants.permits(&right("fs.read:/data/secret/a")));
    let mut all = Grants::all();
    assert!(RightKind::ALL.into_iter().all(|kind| all.permits(&Right {
        kind,
        argument: None
    })));
    all.deny(right("net"));
    assert!(!all.permits(&right("net:a:1")));
}

proptest! {
    #[test]
    fn what_is_shown_parses_to_the_same(
        word in prop::sample::select(RightKind::ALL.map(RightKind::word).to_vec()),
        argument in r"[a-zA-Z0-9./\[\]: _,-]{0,12}",
    ) {
        if let Ok(right) = format!("{word}:{argument}").parse::<Right>() {
            prop_assert_eq!(right.to_string().parse::<Right>(), Ok(right.clone()));
            prop_assert!(right.covers(&right));
            prop_assert!(!right.to_string().contains(','));
        }
    }

    #[test]
    fn covering_is_transitive(
        paths in prop::collection::vec(r"(/|\./)?([ab]/){0,3}[ab]?", 3),
    ) {
        let rights: Vec<Right> =
            paths.iter().filter_map(|p| format!("fs.read:{p}").parse().ok()).collect();
        if let [a, b, c] = rights.as_slice() {
            prop_assert!(!(a.covers(b) && b.covers(c)) || a.covers(c));
        }
    }
}
