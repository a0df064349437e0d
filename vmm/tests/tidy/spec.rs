//! The specification against its tests: every rule is named by one, and every
//! rule that a test names is there.
//!
//! A rule is a line of a chapter in `docs/spec/` that begins with its name in
//! bold, `**V-EQ-3** ...`. The first letter is that of the chapter, which its
//! heading gives, `# Values (V)`. The numbers of a topic go up from 1 without a
//! gap, so that none is dropped and none is given twice: what holds no longer
//! stays, as `**V-EQ-3** Withdrawn.`
//!
//! Tests name rules by `;@ rule V-EQ-3` in a text test, or by `/// Rule: C-NUM-1`
//! above a Rust function, which may show what is no program: class files,
//! packages, texts. The rules of the instruction chapter are
//! made from the instruction table, and so are the facts that the text tests
//! have to show of it: such a rule is tested unless a fact of it is listed as
//! one that is not shown yet.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Complaint, complain};
use super::tree::Tree;

const RULE: &str = "spec";
/// Where the chapters lie.
const CHAPTERS: &str = "docs/spec/";
/// The one file there that is no chapter; it tells how many rules there are.
const INDEX: &str = "docs/spec/README.md";
/// Where the text tests lie.
const TEXTS: &str = "vmm/tests/asm/";
/// What no text test shows of an instruction yet.
const UNSHOWN: &str = "vmm/tests/asm_runner/uncovered.txt";
/// The chapter that the instruction table gives.
const INSTRUCTIONS: char = 'I';
/// Chapters whose rules Rust tests may name: class files, packages, assembly.
const OF_RUST: &str = "CPA";

/// A rule of the specification.
struct Rule {
    path: String,
    line: usize,
    withdrawn: bool,
}

/// What a chapter has, and how many tests name it.
#[derive(Default)]
struct Count {
    letter: Option<char>,
    rules: usize,
    tests: usize,
}

/// Rules that no test names, names of rules that are not there, numbers that
/// are missing, and counts that do not hold.
pub(crate) fn spec(tree: &Tree) -> Vec<Complaint> {
    let mut out = Vec::new();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    for (path, text) in tree.files().filter(|(path, _)| is_chapter(path)) {
        let count = counts.entry(path).or_default();
        count.letter = letter(text);
        match count.letter {
            Some(letter) => chapter(path, text, letter, &mut rules, &mut out),
            None => out.push(complain(
                path,
                1,
                RULE,
                "a chapter opens with its name and letter, `# Values (V)`".to_owned(),
            )),
        }
    }
    for count in counts.values_mut() {
        let ours = |name: &&String| name.chars().next() == count.letter;
        count.rules = rules
            .iter()
            .filter(|(name, rule)| ours(name) && !rule.withdrawn)
            .count();
    }
    let mut named = BTreeSet::new();
    for (path, line, names, rust) in namings(tree, &mut out) {
        let mut letters = BTreeSet::new();
        for name in names {
            let letter = name.chars().next();
            match rules.get(name) {
                Some(rule) if !rule.withdrawn => {}
                Some(_) => out.push(complain(
                    path,
                    line,
                    RULE,
                    format!("{name} is withdrawn: name what holds in its place"),
                )),
                None => out.push(complain(
                    path,
                    line,
                    RULE,
                    format!("there is no rule {name}"),
                )),
            }
            if rust && letter.is_none_or(|l| !OF_RUST.contains(l)) {
                out.push(complain(
                    path,
                    line,
                    RULE,
                    format!("{name} is a rule about programs: show it in a text test"),
                ));
            }
            named.insert(name);
            letters.extend(letter);
        }
        let of = |count: &&mut Count| count.letter.is_some_and(|l| letters.contains(&l));
        for count in counts.values_mut().filter(of) {
            count.tests += 1;
        }
    }
    let unshown: BTreeSet<&str> = tree.text(UNSHOWN).lines().collect();
    for (name, rule) in &rules {
        let generated = name.starts_with(INSTRUCTIONS);
        if rule.withdrawn || named.contains(name.as_str()) {
            continue;
        }
        if !generated {
            out.push(complain(
                &rule.path,
                rule.line,
                RULE,
                format!("no test names {name}: write one, with `;@ rule {name}` above it"),
            ));
        } else if let Some(fact) = unshown.iter().find(|fact| belongs(name, fact)) {
            out.push(complain(
                &rule.path,
                rule.line,
                RULE,
                format!("no text test shows {name}: `{fact}`, says {UNSHOWN}"),
            ));
        }
    }
    if !counts.is_empty() {
        stated(tree, &counts, &mut out);
    }
    out
}

fn is_chapter(path: &str) -> bool {
    path.starts_with(CHAPTERS) && path.ends_with(".md") && path != INDEX
}

/// The letter in the heading of a chapter.
fn letter(text: &str) -> Option<char> {
    let heading = text.lines().next()?.strip_prefix("# ")?;
    let letter = heading.rsplit_once('(')?.1.strip_suffix(')')?;
    let mut letters = letter.chars();
    letters
        .next()
        .filter(|l| l.is_ascii_uppercase() && letters.next().is_none())
}

/// Reads the rules of a chapter.
fn chapter(
    path: &str,
    text: &str,
    letter: char,
    rules: &mut BTreeMap<String, Rule>,
    out: &mut Vec<Complaint>,
) {
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    for (line, content) in (1..).zip(text.lines()) {
        let Some((name, says)) = content
            .strip_prefix("**")
            .and_then(|rest| rest.split_once("**"))
        else {
            continue;
        };
        let Some((topic, number)) = parts(name, letter) else {
            out.push(complain(
                path,
                line,
                RULE,
                format!("`{name}` is no name of a rule of this chapter: `{letter}-TOPIC-1`"),
            ));
            continue;
        };
        if let Ok(number) = number.parse::<u32>() {
            let before = last.insert(topic, number).unwrap_or_default();
            if number != before + 1 {
                out.push(complain(
                    path,
                    line,
                    RULE,
                    format!(
                        "{name} follows {letter}-{topic}-{before}: a rule that holds no longer \
                         stays as `Withdrawn.`, and a new one takes the next number"
                    ),
                ));
            }
        }
        if says.trim().len() < 10 {
            out.push(complain(path, line, RULE, format!("{name} says nothing")));
        }
        let rule = Rule {
            path: path.to_owned(),
            line,
            withdrawn: says.trim() == "Withdrawn.",
        };
        if rules.insert(name.to_owned(), rule).is_some() {
            out.push(complain(path, line, RULE, format!("{name} is there twice")));
        }
    }
}

/// Topic and number of a name; instead of a number there may be a word.
fn parts(name: &str, letter: char) -> Option<(&str, &str)> {
    let rest = name.strip_prefix(letter)?.strip_prefix('-')?;
    let (topic, number) = rest.rsplit_once('-')?;
    let plain = |text: &str| {
        let word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        !text.is_empty() && text.chars().all(word)
    };
    (plain(topic) && plain(number)).then_some((topic, number))
}

/// Every place that names rules: file, line, names, whether it is a Rust test.
fn namings<'t>(
    tree: &'t Tree,
    out: &mut Vec<Complaint>,
) -> Vec<(&'t str, usize, Vec<&'t str>, bool)> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        let rust = path.ends_with(".rs");
        let marker = match rust {
            true => "/// Rule: ",
            false if path.starts_with(TEXTS) => ";@ rule ",
            false => continue,
        };
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(names) = line.trim_start().strip_prefix(marker) else {
                continue;
            };
            let apart = |c: char| c == ',' || c.is_whitespace();
            let names = names.split(apart).filter(|name| !name.is_empty()).collect();
            if rust && !is_on_a_function(&lines[at..]) {
                out.push(complain(
                    path,
                    at + 1,
                    RULE,
                    "names rules, and stands above no function".to_owned(),
                ));
            }
            found.push((path, at + 1, names, rust));
        }
    }
    found
}

/// Whether what follows documentation and attributes is a function.
fn is_on_a_function(lines: &[&str]) -> bool {
    let mut lines = lines.iter().map(|line| line.trim_start());
    let item = lines.find(|line| !line.starts_with("//") && !line.starts_with("#["));
    item.is_some_and(|item| item.split_whitespace().take(3).any(|word| word == "fn"))
}

/// Whether a fact that is not shown yet belongs to a rule of an instruction:
/// number 1 is what its operands may be, 2 what it does, a word an error.
fn belongs(rule: &str, fact: &str) -> bool {
    let Some((mnemonic, number)) = parts(rule, INSTRUCTIONS) else {
        return false;
    };
    let Some((of, fact)) = fact.split_once(' ') else {
        return false;
    };
    if of != mnemonic.to_lowercase() {
        return false;
    }
    let error = fact.strip_prefix("raises :");
    fact == "*"
        || match number {
            "1" => error.is_none() && fact.contains(": "),
            "2" => error.is_none() && !fact.contains(": "),
            kind => error.is_some_and(|error| error.to_uppercase() == kind),
        }
}

/// The index states how many rules there are and how many tests name them.
fn stated(tree: &Tree, counts: &BTreeMap<&str, Count>, out: &mut Vec<Complaint>) {
    let index = tree.text(INDEX);
    let mut sum = (0, 0);
    for (path, count) in counts {
        sum = (sum.0 + count.rules, sum.1 + count.tests);
        let Some(letter) = count.letter else {
            continue;
        };
        let file = path.strip_prefix(CHAPTERS).unwrap_or(path);
        let tests = match letter {
            INSTRUCTIONS => "by observation".to_owned(),
            _ => count.tests.to_string(),
        };
        let row = format!("]({file}) | {letter} | {} | {tests} |", count.rules);
        if !index.contains(&row) {
            out.push(complain(
                INDEX,
                0,
                RULE,
                format!("lacks a row that holds: `| [NAME{row}`"),
            ));
        }
    }
    let row = format!("| all | | {} | {} |", sum.0, sum.1);
    if !index.contains(&row) {
        out.push(complain(
            INDEX,
            0,
            RULE,
            format!("lacks the row that holds: `{row}`"),
        ));
    }
}
