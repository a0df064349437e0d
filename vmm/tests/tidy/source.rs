//! What one Rust file says, as far as the rules care: the paths it names, its
//! unsafe code, the attributes on it.
//!
//! The file is split into tokens, so comments and strings are out of the way,
//! and macro bodies are looked into like other code. Paths are resolved to
//! `crate::...` where they begin with `crate`, `self` or `super`; others are
//! kept as written.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// Features that only tests turn on: what stands behind `any(test, feature)`
/// with one of them is test code.
const TEST_FEATURES: &[&str] = &["arbitrary"];

/// One Rust file.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) path: String,
    /// Its module, from the crate root; empty for the root itself.
    pub(crate) module: Vec<String>,
    pub(crate) paths: Vec<PathUse>,
    /// Lines with the word `unsafe`.
    pub(crate) unsafe_lines: Vec<usize>,
    /// Lines with an attribute that lifts the ban on unsafe code.
    pub(crate) lifted_lines: Vec<usize>,
    /// Whether it denies or forbids unsafe code for the whole crate.
    pub(crate) denies_unsafe: bool,
    /// Modules in files of their own, declared for tests only.
    pub(crate) test_modules: Vec<Vec<String>>,
    /// Modules in files of their own, with the line of their declaration.
    pub(crate) modules: Vec<(String, usize)>,
    /// What `pub use` gives out under another path: name, and where it stands.
    pub(crate) reexports: Vec<(String, Vec<String>)>,
    /// Imported names, and what they stand for.
    aliases: Vec<(String, Vec<String>)>,
    /// Why it could not be read.
    pub(crate) unreadable: Option<String>,
}

/// A path in the code, or the name of a macro that is called (`println!`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathUse {
    /// `["crate", "isa", "Opcode"]`, `["std", "time"]`; a glob ends in `*`.
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
    /// It stands in a test.
    pub(crate) in_test: bool,
    /// It is imported, so that what lies below it can be named without it.
    pub(crate) imported: bool,
}

impl Source {
    /// Reads a file.
    pub(crate) fn read(path: &str, text: &str) -> Source {
        let mut source = Source {
            path: path.to_owned(),
            module: module_of(path),
            ..Source::default()
        };
        match text.parse::<TokenStream>() {
            Ok(tokens) => {
                let at = Place {
                    module: source.module.clone(),
                    in_test: is_test_file(path),
                };
                source.walk(tokens, &at);
                source.expand_aliases();
            }
            Err(e) => source.unreadable = Some(e.to_string()),
        }
        source
    }

    /// Paths that begin with an imported name, from where that name comes:
    /// after `use std::io;`, `io::stdout` is `std::io::stdout`. Scopes inside
    /// the file are not told apart.
    fn expand_aliases(&mut self) {
        for path in self.paths.iter_mut().filter(|p| !p.imported) {
            let first = &path.segments[0];
            if let Some((_, home)) = self.aliases.iter().find(|(name, _)| name == first) {
                let rest = path.segments.split_off(1);
                path.segments.clone_from(home);
                path.segments.extend(rest);
            }
        }
    }

    /// Folder of its crate: the first part of the path.
    pub(crate) fn crate_folder(&self) -> &str {
        self.path.split('/').next().unwrap_or("")
    }

    fn walk(&mut self, tokens: TokenStream, at: &Place) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut i = 0;
        // End of the item that `#[cfg(test)]` stands on.
        let mut test_until = 0;
        while let Some(token) = tokens.get(i) {
            let here = Place {
                in_test: at.in_test || i < test_until,
                module: at.module.clone(),
            };
            match token {
                TokenTree::Punct(p) if p.as_char() == '#' => {
                    let inner = is_punct(tokens.get(i + 1), '!');
                    let after = i + 1 + usize::from(inner);
                    if let Some(TokenTree::Group(group)) = tokens.get(after)
                        && group.delimiter() == Delimiter::Bracket
                    {
                        if self.attribute(group, inner) {
                            test_until = test_until.max(item_end(&tokens, after + 1));
                        }
                        i = after + 1;
                        continue;
                    }
                }
                TokenTree::Ident(word) => match word.to_string().as_str() {
                    "unsafe" => self.unsafe_lines.push(line(token)),
                    "mod" => {
                        if let Some(next) = self.module_item(&tokens, i, &here) {
                            i = next;
                            continue;
                        }
                    }
                    "use" if !is_punct(tokens.get(i + 1), '<') => {
                        let end = (i..tokens.len())
                            .find(|&e| is_punct(tokens.get(e), ';'))
                            .unwrap_or(tokens.len());
                        let public = i > 0 && is_word(&tokens[i - 1], "pub");
                        let mut found = Vec::new();
                        use_tree(&tokens[i + 1..end], &[], &mut found);
                        for (segments, name, line) in found {
                            let segments = resolve(segments, &here.module);
                            if public && here.module.is_empty() {
                                self.reexports.push((name.clone(), segments.clone()));
                            }
                            if !segments.ends_with(&["*".to_owned()]) {
                                self.aliases.push((name, segments.clone()));
                            }
                            self.paths.push(PathUse {
                                segments,
                                line,
                                in_test: here.in_test,
                                imported: true,
                            });
                        }
                        i = end + 1;
                        continue;
                    }
                    word if is_punct(tokens.get(i + 1), '!')
                        && matches!(tokens.get(i + 2), Some(TokenTree::Group(_))) =>
                    {
                        self.paths.push(PathUse {
                            segments: vec![format!("{word}!")],
                            line: line(token),
                            in_test: here.in_test,
                            imported: false,
                        });
                    }
                    _ if starts_path(&tokens, i) => {
                        let (segments, next) = path_at(&tokens, i);
                        if segments.len() > 1 {
                            self.paths.push(PathUse {
                                segments: resolve(segments, &here.module),
                                line: line(token),
                                in_test: here.in_test,
                                imported: false,
                            });
                        }
                        i = next;
                        continue;
                    }
                    _ => {}
                },
                TokenTree::Group(group) => self.walk(group.stream(), &here),
                _ => {}
            }
            i += 1;
        }
    }

    /// Looks at an attribute; whether it makes a test of what it stands on.
    fn attribute(&mut self, group: &Group, inner: bool) -> bool {
        let words = words_in(group.stream());
        let first = words.first().map_or("", |(w, _)| w.as_str());
        let names = |word: &str| words.iter().any(|(w, _)| w == word);
        for (_, line) in words.iter().filter(|(w, _)| w == "unsafe") {
            self.unsafe_lines.push(*line);
        }
        if names("unsafe_code") {
            if inner && matches!(first, "deny" | "forbid") {
                self.denies_unsafe = true;
            } else if !matches!(first, "deny" | "forbid") {
                let line = words.first().map_or(0, |(_, l)| *l);
                self.lifted_lines.push(line);
            }
        }
        let condition: String = group.stream().to_string().split_whitespace().collect();
        let only_in_tests = condition == "cfg(test)"
            || (condition.starts_with("cfg(all(test,") && !names("not") && !names("any"))
            || TEST_FEATURES
                .iter()
                .any(|f| condition == format!("cfg(any(test,feature=\"{f}\"))"));
        !inner && (first == "test" || only_in_tests)
    }

    /// Takes `mod NAME;` or `mod NAME { ... }` at `at`; gives the place after it.
    fn module_item(&mut self, tokens: &[TokenTree], at: usize, here: &Place) -> Option<usize> {
        let TokenTree::Ident(name) = tokens.get(at + 1)? else {
            return None;
        };
        let name = name.to_string();
        let mut module = here.module.clone();
        module.push(name.clone());
        match tokens.get(at + 2)? {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                self.walk(
                    body.stream(),
                    &Place {
                        module,
                        in_test: here.in_test,
                    },
                );
                Some(at + 3)
            }
            TokenTree::Punct(p) if p.as_char() == ';' => {
                if here.in_test {
                    self.test_modules.push(module);
                }
                self.modules.push((name, line(&tokens[at + 1])));
                Some(at + 3)
            }
            _ => None,
        }
    }
}

/// Where the walk is.
struct Place {
    module: Vec<String>,
    in_test: bool,
}

/// `vmm/src/isa/table.rs` is the module `isa::table` of its crate.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or("", |(_, inside)| inside);
    let inside = inside.strip_suffix(".rs").unwrap_or("");
    let mut parts: Vec<String> = inside
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if matches!(parts.as_slice(), [root] if root == "lib" || root == "main") {
        parts.clear();
    }
    parts
}

/// Integration tests, benches, examples and fuzz targets stand outside `src`.
fn is_test_file(path: &str) -> bool {
    !path.contains("/src/")
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == mark)
}

/// Whether `::` stands at `at`.
fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Joint)
        && is_punct(tokens.get(at + 1), ':')
}

/// Whether the word at `at` is not the later part of a longer path.
fn starts_path(tokens: &[TokenTree], at: usize) -> bool {
    let after_colons = at >= 2 && is_colons(tokens, at - 2);
    let leading = after_colons
        && !matches!(
            at.checked_sub(3).and_then(|before| tokens.get(before)),
            Some(TokenTree::Ident(_) | TokenTree::Group(_))
        )
        && !is_punct(at.checked_sub(3).and_then(|b| tokens.get(b)), '>');
    (!after_colons || leading) && is_colons(tokens, at + 1)
}

/// The path at `at`, and the place after it. Type arguments end it.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut segments = Vec::new();
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        segments.push(word.to_string());
        at += 1;
        if !is_colons(tokens, at) || !matches!(tokens.get(at + 2), Some(TokenTree::Ident(_))) {
            break;
        }
        at += 2;
    }
    (segments, at)
}

/// End of the item that begins at `at`: past its body or its semicolon.
fn item_end(tokens: &[TokenTree], at: usize) -> usize {
    (at..tokens.len())
        .find(|&i| match &tokens[i] {
            TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
            other => is_punct(Some(other), ';'),
        })
        .map_or(tokens.len(), |end| end + 1)
}

/// All words of a stream, groups included, with their lines.
fn words_in(stream: TokenStream) -> Vec<(String, usize)> {
    stream
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ref word) => vec![(word.to_string(), line(&token))],
            TokenTree::Group(group) => words_in(group.stream()),
            _ => Vec::new(),
        })
        .collect()
}

/// Splits a use tree into its leaves: path, name it is known by, line.
fn use_tree(
    tokens: &[TokenTree],
    before: &[String],
    found: &mut Vec<(Vec<String>, String, usize)>,
) {
    let mut path = before.to_vec();
    let mut name = None;
    let mut at = 0;
    let mut place = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) if word == "as" => {
                name = tokens.get(at + 1).map(ToString::to_string);
                at += 1;
            }
            TokenTree::Ident(word) => {
                place = line(token);
                // `a::{self}` is `a`; only at the very start does it mean this module.
                if word != "self" || path.is_empty() {
                    path.push(word.to_string());
                }
            }
            TokenTree::Punct(p) if p.as_char() == '*' => {
                place = line(token);
                path.push("*".to_owned());
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for branch in inner.split(|t| is_punct(Some(t), ',')) {
                    if !branch.is_empty() {
                        use_tree(branch, &path, found);
                    }
                }
                return;
            }
            _ => {}
        }
        at += 1;
    }
    if let Some(last) = path.last() {
        let name = name.unwrap_or_else(|| last.clone());
        found.push((path, name, place));
    }
}

/// `self::` and `super::` made absolute.
fn resolve(segments: Vec<String>, module: &[String]) -> Vec<String> {
    let here = usize::from(segments.first().is_some_and(|s| s == "self"));
    let ups = segments[here..]
        .iter()
        .take_while(|s| *s == "super")
        .count();
    if here + ups == 0 {
        return segments;
    }
    let kept = module.len().saturating_sub(ups);
    let mut absolute = vec!["crate".to_owned()];
    absolute.extend_from_slice(&module[..kept]);
    absolute.extend(segments.into_iter().skip(here + ups));
    absolute
}
