//! The examples of `docs/assembly.md` are assembled, verified, printed and read back,
//! and the grammar in `docs/spec/assembly.md` is complete.

#[path = "assembly_page/rules.rs"]
mod rules;

use std::fs;
use std::path::Path;

use vmm::asm;
use vmm::diag::Diagnostic;

/// The `ionasm` blocks of the page, each with the line of the page it begins in.
fn examples() -> Vec<(usize, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/assembly.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(page.lines()) {
        match (&mut open, line) {
            (None, "```ionasm") => open = Some((number, String::new())),
            (Some(_), "```") => found.extend(open.take()),
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    found
}

fn shown(problems: &[Diagnostic], source: Option<&vmm::diag::Source>) -> String {
    problems.iter().map(|p| p.render(source)).collect()
}

#[test]
fn the_examples_are_programs() {
    let examples = examples();
    assert!(examples.len() >= 8, "the page has lost its examples");
    for (line, text) in examples {
        let name = format!("assembly.md:{line}");
        let assembly = asm::parse_with_map(&name, &text, asm::Options::default())
            .unwrap_or_else(|problems| panic!("{name}\n{}", shown(&problems, None)));
        assert!(assembly.warnings.is_empty(), "{name}");
        for module in &assembly.modules {
            let problems: Vec<_> = vmm::verify::problems(module)
                .into_iter()
                .map(|p| assembly.map.locate(p))
                .collect();
            let source = assembly.map.source();
            assert!(problems.is_empty(), "{}", shown(&problems, Some(source)));

            let bytes = module.to_bytes().expect("an example is within all bounds");
            let back = asm::parse(&name, &asm::print(module)).expect("printed text is read");
            assert_eq!(back[0].to_bytes().as_ref(), Ok(&bytes), "{name}");
        }
    }
}

/// Rule: A-NAME-2
#[test]
fn the_page_names_every_directive_and_reserved_word() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/spec/assembly.md");
    let page = fs::read_to_string(page).expect("the page is there");
    for word in [
        ".class",
        ".function",
        ".line",
        ".local",
        ".reg",
        ".handler",
        ".const",
        ".custom",
    ] {
        assert!(page.contains(&format!("\"{word}\"")), "{word}");
    }
    let reserved = page
        .split("can be called `")
        .nth(1)
        .and_then(|rest| rest.split('`').next())
        .expect("the page lists the words that are no names");
    for word in reserved.split_whitespace() {
        let text = format!(".class C\n.function f arity=0\n.reg {word}\n");
        let problems = asm::parse("f", &text).expect_err(word);
        assert!(matches!(problems[0].code, "A07" | "A09"), "{word}");
    }
}
