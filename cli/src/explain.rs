//! `ionvm explain CODE`: what a diagnostic code means, and how to mend it.

use vmm::diag::CodeInfo;
use vmm::text::quote::quoted;

use crate::console::{complain, data, fill};
use crate::exit::Exit;

/// Explains a code, or lists all of them.
pub(crate) fn explain(code: Option<&str>) -> Exit {
    let Some(code) = code else {
        let lines = all().map(|info| format!("{}  {}\n", info.code, info.title));
        data(&lines.collect::<String>());
        return Exit::Done;
    };
    match all().find(|info| info.code.eq_ignore_ascii_case(code)) {
        Some(info) => {
            data(&page(info));
            Exit::Done
        }
        None => {
            let code = quoted(code);
            complain(&format!(
                "there is no code {code}; `ionvm explain` lists those there are"
            ));
            Exit::Usage
        }
    }
}

/// The codes of every judge.
fn all() -> impl Iterator<Item = &'static CodeInfo> {
    let judges = [
        vmm::asm::codes(),
        vmm::verify::codes(),
        vmm::program::binary::codes(),
        vmm::code::codes::codes(),
    ];
    judges.into_iter().flatten()
}

fn page(info: &CodeInfo) -> String {
    let remedy = fill(&format!("To mend it: {}", info.remedy), 0);
    let text = fill(info.text, 0);
    format!("{}: {}\n\n{text}\n{remedy}", info.code, info.title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once_and_has_a_page() {
        let mut codes: Vec<_> = all().map(|info| info.code).collect();
        assert!(!codes.is_empty());
        for info in all() {
            assert!(!info.title.is_empty() && !info.text.is_empty() && !info.remedy.is_empty());
        }
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count, "a code means two things");
    }
}
