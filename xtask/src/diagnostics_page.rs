//! `docs/diagnostics.md`: every code of every judge, what it means, how to mend it.

use std::fmt::Write as _;

use vmm::diag::CodeInfo;

const HEAD: &str = "\
# Diagnostics

<!-- Written by `cargo xtask gen` from the judges' own tables; do not edit. -->

Whatever refuses a text, a file or a class says so with a stable code. `ionvm explain CODE` prints the
same page as this.

";

/// Who judges: title, what it judges, its codes.
type Judge = (&'static str, &'static str, fn() -> &'static [CodeInfo]);

/// The judges in the order of the page.
const JUDGES: &[Judge] = &[
    (
        "Assembler",
        "Raised while a text is assembled, with file, line and column, the line itself, and what \
         was expected.",
        vmm::asm::codes,
    ),
    (
        "Class files",
        "Raised while the bytes of a class file are read, with the offset of the first byte \
         concerned; the last one while a class is written.",
        vmm::program::binary::codes,
    ),
    (
        "Verifier",
        "Raised before a class is loaded, with class, function, instruction and its text.",
        vmm::verify::codes,
    ),
    (
        "Linker",
        "Raised while a verified class is loaded, with class, function and instruction.",
        vmm::code::codes::codes,
    ),
];

/// The text of the page.
pub(crate) fn page() -> String {
    let mut out = String::from(HEAD);
    for (title, about, codes) in JUDGES {
        let _ = writeln!(out, "## {title}\n\n{about}\n\n| code | |\n|---|---|");
        for info in codes() {
            let code = info.code;
            let _ = writeln!(out, "| [{code}](#{code}) | {} |", info.title);
        }
        for info in codes() {
            let code = info.code;
            let _ = writeln!(out, "\n<a id=\"{code}\"></a>\n### {code}: {}\n", info.title);
            let _ = writeln!(
                out,
                "{}\n\n*To mend it:* {}",
                info.text,
                sentence(info.remedy)
            );
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A remedy as a sentence: messages append it to others without a full stop.
fn sentence(remedy: &str) -> String {
    let mut letters = remedy.trim_end_matches('.').chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_judges_share_a_code() {
        let mut codes: Vec<&str> = JUDGES
            .iter()
            .flat_map(|(_, _, codes)| codes())
            .map(|info| info.code)
            .collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
