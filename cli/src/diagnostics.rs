//! Shows diagnostics: with the lines they are about if there is a source text,
//! else in one line.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use vmm::diag::{Diagnostic, Place, Severity, Source};

/// Most diagnostics that are shown; more are counted.
const SHOWN_MAX: usize = 50;

/// Writes diagnostics to standard error, in colour where that is welcome.
pub(crate) fn show(diagnostics: &[Diagnostic], source: Option<&Source>) {
    let shown = diagnostics.len().min(SHOWN_MAX);
    for diagnostic in &diagnostics[..shown] {
        crate::console::note(&render(diagnostic, source, &Renderer::styled()));
    }
    if diagnostics.len() > shown {
        let more = diagnostics.len() - shown;
        crate::console::note(&format!("and {more} more\n"));
    }
}

/// The text of one diagnostic, with its line end.
fn render(diagnostic: &Diagnostic, source: Option<&Source>, renderer: &Renderer) -> String {
    let here = |place: &Place| match (place, source) {
        (Place::Source { file, span, .. }, Some(source)) if file == source.name() => {
            Some(range(span.start, span.end, source.text()))
        }
        _ => None,
    };
    let Some(span) = here(&diagnostic.place) else {
        return format!("{diagnostic}\n");
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let source = source.map_or(("", ""), |s| (s.name(), s.text()));
    let snippet = |annotation: Annotation<'static>| {
        Snippet::source(source.1.to_owned())
            .path(source.0.to_owned())
            .annotation(annotation)
    };
    let mut primary = snippet(AnnotationKind::Primary.span(span));
    let mut elsewhere: Vec<Group<'_>> = Vec::new();
    for (remark, place) in &diagnostic.notes {
        match here(place) {
            Some(span) => {
                primary =
                    primary.annotation(AnnotationKind::Context.span(span).label(remark.clone()));
            }
            None => elsewhere.push(Group::with_title(
                Level::NOTE.secondary_title(format!("{remark} (at {place})")),
            )),
        }
    }
    let mut group = level
        .primary_title(diagnostic.message.clone())
        .id(diagnostic.code)
        .element(primary);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.clone()));
    }
    let mut report = vec![group];
    report.append(&mut elsewhere);
    format!("{}\n", renderer.render(&report))
}

/// A range of bytes that lies within the text, between characters.
fn range(start: u32, end: u32, text: &str) -> std::ops::Range<usize> {
    let within = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    within(start)..within(end).max(within(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vmm::diag::Span;

    fn plain(diagnostic: &Diagnostic, source: Option<&Source>) -> String {
        render(diagnostic, source, &Renderer::plain())
    }

    #[test]
    fn a_place_in_the_source_is_shown_with_its_line() {
        let source = Source::new("x.ionasm", "nop\njump nowhere\n");
        let place = source.place(Span::new(9, 16));
        let diagnostic = Diagnostic::error("A04", "there is no label `nowhere`", place)
            .note("the function begins here", source.place(Span::new(0, 3)))
            .help("declare it");
        assert_eq!(
            plain(&diagnostic, Some(&source)),
            "error[A04]: there is no label `nowhere`\n \
             --> x.ionasm:2:6\n  \
               |\n\
             1 | nop\n  \
               | --- the function begins here\n\
             2 | jump nowhere\n  \
               |      ^^^^^^^\n  \
               |\n  \
               = help: declare it\n"
        );
    }

    #[test]
    fn any_other_place_is_one_line() {
        let place = Place::Bytes { offset: 7 };
        let diagnostic = Diagnostic::error("C01", "this is no class file", place);
        assert_eq!(plain(&diagnostic, None), format!("{diagnostic}\n"));
        let source = Source::new("other", "text");
        let foreign = Source::new("x", "text").place(Span::new(0, 1));
        let diagnostic = Diagnostic::error("A01", "no", foreign);
        assert_eq!(plain(&diagnostic, Some(&source)), format!("{diagnostic}\n"));
    }

    #[test]
    fn a_range_that_is_none_is_cut_to_the_text() {
        assert_eq!(range(1, 900, "aé"), 1..3);
        assert_eq!(range(2, 1, "aé"), 1..1);
    }
}
