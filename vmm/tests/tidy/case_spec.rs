//! The specification and its tests, on small trees.

use super::super::rules;
use super::{check, tree};

const INDEX: (&str, &str) = (
    "docs/spec/README.md",
    "| [values](values.md) | V | 2 | 1 |\n| all | | 2 | 1 |\n",
);
const VALUES: (&str, &str) = (
    "docs/spec/values.md",
    "# Values (V)\n\n**V-EQ-1** Equality is told.\n\n**V-EQ-2** It is told again.\n",
);

#[test]
fn rules_and_tests_that_name_each_other_are_in_order() {
    let test = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-1 V-EQ-2\n");
    check(&rules::spec(&tree(&[INDEX, VALUES, test])), &[]);
    let outside = ("examples/a.ionasm", ";@ rule V-NO-1\n");
    check(&rules::spec(&tree(&[INDEX, VALUES, test, outside])), &[]);
    check(&rules::spec(&tree(&[])), &[]);
}

#[test]
fn a_rule_that_no_test_names_is_refused() {
    let test = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-1\n");
    check(
        &rules::spec(&tree(&[INDEX, VALUES, test])),
        &[("docs/spec/values.md", 5, "no test names V-EQ-2")],
    );
}

#[test]
fn a_name_that_is_no_rule_is_refused() {
    let test = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-1, V-EQ-2, V-EQ-3\n");
    check(
        &rules::spec(&tree(&[INDEX, VALUES, test])),
        &[("vmm/tests/asm/a.ionasm", 1, "no rule V-EQ-3")],
    );
}

#[test]
fn numbers_have_no_gap_and_stand_once() {
    let index = (
        "docs/spec/README.md",
        "| [values](values.md) | V | 3 | 1 |\n| all | | 3 | 1 |\n",
    );
    let test = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-1 V-EQ-3 V-NO-1\n");
    let values = (
        "docs/spec/values.md",
        "# Values (V)\n**V-EQ-1** Told here.\n**V-EQ-3** Told there.\n**V-NO-1** Told as well.\n\
         **V-EQ-1** Told anew.\n**O-EQ-1** Told elsewhere.\n**V-NO-2**\n",
    );
    check(
        &rules::spec(&tree(&[index, values, test])),
        &[
            ("docs/spec/values.md", 3, "V-EQ-3 follows V-EQ-1"),
            ("docs/spec/values.md", 5, "V-EQ-1 follows V-EQ-3"),
            ("docs/spec/values.md", 5, "twice"),
            ("docs/spec/values.md", 6, "no name of a rule"),
            ("docs/spec/values.md", 7, "says nothing"),
            ("docs/spec/values.md", 7, "no test names V-NO-2"),
            ("docs/spec/README.md", 0, "| V | 4 | 1 |"),
            ("docs/spec/README.md", 0, "| all | | 4 | 1 |"),
        ],
    );
}

#[test]
fn what_is_withdrawn_stays_and_is_not_tested() {
    let values = (
        "docs/spec/values.md",
        "# Values (V)\n**V-EQ-1** Withdrawn.\n**V-EQ-2** Told there.\n**V-EQ-3** Told here.\n",
    );
    let test = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-2 V-EQ-3\n");
    check(&rules::spec(&tree(&[INDEX, values, test])), &[]);
    let test = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-1 V-EQ-2 V-EQ-3\n");
    check(
        &rules::spec(&tree(&[INDEX, values, test])),
        &[("vmm/tests/asm/a.ionasm", 1, "withdrawn")],
    );
}

#[test]
fn rust_tests_name_what_is_no_program() {
    let index = (
        "docs/spec/README.md",
        "| [class](class.md) | C | 1 | 1 |\n| [values](values.md) | V | 1 | 2 |\n| all | | 2 | 3 |\n",
    );
    let class = (
        "docs/spec/class.md",
        "# Class (C)\n**C-HEAD-1** Told here.\n",
    );
    let values = (
        "docs/spec/values.md",
        "# Values (V)\n**V-EQ-1** Told here.\n",
    );
    let text = ("vmm/tests/asm/a.ionasm", ";@ rule V-EQ-1\n");
    let test = (
        "vmm/tests/a.rs",
        "/// Heads.\n/// Rule: C-HEAD-1\n#[test]\nfn heads() {}\n/// Rule: V-EQ-1\nfn values() {}\n",
    );
    check(
        &rules::spec(&tree(&[index, class, values, text, test])),
        &[("vmm/tests/a.rs", 5, "show it in a text test")],
    );
    let test = (
        "vmm/tests/a.rs",
        "/// Rule: C-HEAD-1\nconst HEAD: u8 = 1;\n",
    );
    check(
        &rules::spec(&tree(&[index, class, values, text, test])),
        &[
            ("vmm/tests/a.rs", 1, "above no function"),
            ("docs/spec/README.md", 0, "| V | 1 | 1 |"),
            ("docs/spec/README.md", 0, "| all | | 2 | 2 |"),
        ],
    );
}

#[test]
fn rules_of_instructions_are_tested_unless_a_fact_is_not_shown() {
    let index = (
        "docs/spec/README.md",
        "| [isa](isa.md) | I | 3 | by observation |\n| all | | 3 | 0 |\n",
    );
    let isa = (
        "docs/spec/isa.md",
        "# Instructions (I)\n**I-HAS_PROP-1** Operands are these.\n**I-HAS_PROP-2** Does this.\n\
         **I-HAS_PROP-BAD_TYPE** Raises that.\n",
    );
    let spec = |facts: &str| {
        let facts = ("vmm/tests/asm_runner/uncovered.txt", facts);
        rules::spec(&tree(&[index, isa, facts]))
    };
    check(&spec("has *\nhas_property runs\n"), &[]);
    check(
        &spec("has_prop flags: own\n"),
        &[("docs/spec/isa.md", 2, "flags: own")],
    );
    check(
        &spec("has_prop runs\n"),
        &[("docs/spec/isa.md", 3, "I-HAS_PROP-2")],
    );
    check(
        &spec("has_prop raises :bad_type\nhas_prop raises :limit\n"),
        &[("docs/spec/isa.md", 4, "raises :bad_type")],
    );
    assert_eq!(spec("has_prop *\n").len(), 3);
}

#[test]
fn a_chapter_has_a_letter() {
    check(
        &rules::spec(&tree(&[
            ("docs/spec/README.md", "| all | | 0 | 0 |\n"),
            ("docs/spec/values.md", "# Values\n"),
        ])),
        &[("docs/spec/values.md", 1, "letter")],
    );
}
