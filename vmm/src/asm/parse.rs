//! Text to classes.
//!
//! The text is cut into statements first. A class begins by looking through
//! the headers of its functions, a function by looking through its labels and
//! the registers it names, so that everything may be used before it is
//! declared, and each statement is then parsed once, in order.
//!
//! # Invariants
//! P1. A statement that is wrong costs that statement: an instruction that
//!     cannot be read still takes its place, so that labels stay right.
//! P2. Nothing of a text with errors is handed out.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::cursor::{Cursor, Parsed, echo};
use super::lex::{self, Kind};
use super::literal::Constant;
use super::map::{ClassMap, FunctionMap, SourceMap};
use super::operand::Operands;
use super::statement::{self, Statement, StatementKind};
use super::{Assembly, Options, uses};
use crate::diag::{Diagnostic, Place, Source, Span};
use crate::ids::Reg;
use crate::isa::{Instruction, OPS, Opcode};
use crate::limits;
use crate::program::{Function, LineEntry, Module};

/// Parses a text; see [`super::parse_with_map`].
pub(super) fn parse(file: &str, text: &str, options: Options) -> Result<Assembly, Vec<Diagnostic>> {
    if text.len() > limits::ASSEMBLY_BYTES_MAX {
        let message = format!(
            "the text has {} bytes, and more than {} are not read: split it into several",
            text.len(),
            limits::ASSEMBLY_BYTES_MAX
        );
        return Err(vec![Diagnostic::error("A20", message, Place::Whole)]);
    }
    let source = Source::new(file, text);
    let tokens = lex::tokens(text);
    let statements = statement::statements(text, &tokens);
    let mut parser = Parser::new(&source, &tokens, &statements, options);
    parser.text();
    parser.cursor.count_hidden();
    let Parser {
        cursor,
        modules,
        maps,
        ..
    } = parser;
    let Cursor {
        errors, warnings, ..
    } = cursor;
    if errors.is_empty() {
        let map = SourceMap::new(source, maps);
        Ok(Assembly {
            modules,
            map,
            warnings,
        })
    } else {
        Err(errors)
    }
}

/// The parser of one text.
pub(super) struct Parser<'t> {
    pub(super) cursor: Cursor<'t>,
    statements: &'t [Statement],
    options: Options,
    pub(super) modules: Vec<Module>,
    maps: Vec<ClassMap>,
    /// Constants named before the first class, and those of the class at hand.
    shared_constants: HashMap<String, Constant>,
    constants: HashMap<String, Constant>,
    /// Classes so far, and where each is written.
    classes: HashMap<Cow<'t, str>, Span>,
    /// Functions of the class at hand by name: place and arity of each,
    /// ascending by arity and place.
    pub(super) functions: HashMap<Cow<'t, str>, Vec<(u32, Option<u16>)>>,
    /// Source file that `.line` means until it names another.
    pub(super) file: Arc<str>,
    pub(super) frame: Frame<'t>,
    /// Deepest level of the literal at hand, and parts of all literals of the class.
    pub(super) deepest: usize,
    pub(super) weight: usize,
    /// Parts of the named constant that the literal at hand is, if it is one.
    pub(super) named: Option<usize>,
}

/// What is known of the function at hand.
#[derive(Default)]
pub(super) struct Frame<'t> {
    /// Whether there is a function at all.
    pub(super) open: bool,
    /// Registers with names.
    pub(super) names: HashMap<String, Reg>,
    /// Labels: the instruction each stands before, and where it is written.
    pub(super) labels: HashMap<Cow<'t, str>, (u32, Span)>,
    /// Numbers of the plain registers in the text; names get others.
    pub(super) taken: BTreeSet<u16>,
    /// The next register that a name may get.
    pub(super) free: u32,
    /// The instruction at hand, and how many the function has.
    pub(super) at: u32,
    pub(super) len: u32,
    /// Whether the header says how many extra registers there are.
    pub(super) extra_given: bool,
}

impl<'t> Parser<'t> {
    fn new(
        source: &'t Source,
        tokens: &'t [lex::Token],
        statements: &'t [Statement],
        options: Options,
    ) -> Self {
        Parser {
            cursor: Cursor::new(source, tokens),
            statements,
            options,
            modules: Vec::new(),
            maps: Vec::new(),
            shared_constants: HashMap::new(),
            constants: HashMap::new(),
            classes: HashMap::new(),
            functions: HashMap::new(),
            file: "".into(),
            frame: Frame::default(),
            deepest: 0,
            weight: 0,
            named: None,
        }
    }

    fn text(&mut self) {
        let mut stray = false;
        for (i, &statement) in self.statements.iter().enumerate() {
            self.cursor.enter(statement);
            let first = self.cursor.peek();
            let word = self.cursor.text(first);
            match statement.kind {
                StatementKind::Directive if word == ".class" => {
                    self.end_function();
                    let _ = self.class(i);
                    stray = false;
                }
                StatementKind::Directive if word == ".function" => {
                    self.end_function();
                    let _ = self.begin_function(i);
                    stray = !self.frame.open;
                }
                StatementKind::Directive => {
                    let _ = self.directive();
                }
                _ if !self.frame.open => {
                    // One complaint is enough for what follows.
                    if !std::mem::replace(&mut stray, true) {
                        let message = "code stands outside a function";
                        let help = Some("begin one with `.function main arity=0`".to_owned());
                        self.cursor.fail_help("A13", message, first.span, help);
                    }
                }
                StatementKind::Label => {}
                StatementKind::Instruction => self.instruction(first.span),
            }
        }
        self.end_function();
    }

    /// Begins the class of the statement at hand.
    fn class(&mut self, statement: usize) -> Parsed<()> {
        let header = self.cursor.next().span;
        self.functions.clear();
        self.constants.clear();
        self.file = "".into();
        self.weight = 0;
        self.outline(statement + 1);
        self.cursor.enter(self.statements[statement]);
        self.cursor.next();
        let token = self.cursor.peek();
        let name = self.cursor.path("the name of the class");
        let name = name.unwrap_or(Cow::Borrowed("?"));
        if let Some(&first) = self.classes.get(&name) {
            self.cursor.report(|source| {
                let message = format!("the text has a class `{}` already", echo(&name));
                Diagnostic::error("A23", message, source.place(token.span))
                    .note("the first one", source.place(first))
            });
        } else {
            self.classes.insert(name.clone(), header);
        }
        self.modules.push(Module::new(&*name));
        self.maps.push(ClassMap {
            name: name.into_owned(),
            header,
            functions: Vec::new(),
        });
        self.cursor.expect_end()
    }

    /// Looks through the function headers of a class, whose statements begin
    /// at `from`. Complains about nothing: that comes later.
    fn outline(&mut self, from: usize) {
        let complaints = self.cursor.mark();
        let mut index = 0;
        for &statement in &self.statements[from.min(self.statements.len())..] {
            if statement.kind != StatementKind::Directive {
                continue;
            }
            self.cursor.enter(statement);
            let directive = self.cursor.next();
            match self.cursor.text(directive) {
                ".class" => break,
                ".function" => {}
                _ => continue,
            }
            if let Ok(Some(name)) = self.function_name() {
                let mut arity = None;
                while self.cursor.peek().kind != Kind::End {
                    if self.cursor.take_word("arity") && self.cursor.take(Kind::Equals).is_some() {
                        let count = self.cursor.count(u16::MAX.into(), "a count");
                        arity = count.ok().and_then(|n| u16::try_from(n).ok());
                    } else {
                        self.cursor.next();
                    }
                }
                self.functions.entry(name).or_default().push((index, arity));
            }
            index += 1;
        }
        for alike in self.functions.values_mut() {
            alike.sort_unstable_by_key(|&(index, arity)| (arity, index));
        }
        self.cursor.forget(complaints);
    }

    /// Takes the name of a function, or `_` for none.
    fn function_name(&mut self) -> Parsed<Option<Cow<'t, str>>> {
        if self.cursor.take_word("_") {
            return Ok(None);
        }
        self.cursor
            .name("the name of the function, or `_`")
            .map(Some)
    }

    /// Begins the function of the statement at hand.
    fn begin_function(&mut self, statement: usize) -> Parsed<()> {
        let header = self.cursor.next().span;
        let Some(class) = self.maps.last_mut() else {
            let message = "a function stands outside a class";
            let help = Some("begin the text with `.class Main`".to_owned());
            return Err(self.cursor.fail_help("A13", message, header, help));
        };
        let index = class.functions.len() as u32;
        class.functions.push(FunctionMap {
            label: String::new(),
            header,
            instructions: Vec::new(),
        });
        let mut function = Function::default();
        self.frame = Frame {
            open: true,
            ..Frame::default()
        };
        let parsed = self.header(&mut function, header);
        self.frame.free = function.frame_size() - u32::from(function.extra_regs);
        if let Some(map) = self.function_map() {
            map.label = function.label(index);
        }
        if let Some(module) = self.modules.last_mut() {
            module.functions.push(function);
        }
        self.survey(statement + 1);
        parsed
    }

    /// What stands behind `.function`.
    fn header(&mut self, function: &mut Function, directive: Span) -> Parsed<()> {
        function.name = self.function_name()?.map(Into::into);
        let mut given: Vec<&str> = Vec::new();
        while self.cursor.peek().kind != Kind::End {
            let token = self
                .cursor
                .expect(Kind::Word, "a property of the function")?;
            let word = self.cursor.text(token);
            let number = match word {
                "arity" => Some(&mut function.arity),
                "captures" => Some(&mut function.captures),
                "optional" => Some(&mut function.optional),
                "extra" => Some(&mut function.extra_regs),
                _ => None,
            };
            let flag = match word {
                "rest" => Some(&mut function.rest),
                "lenient" => Some(&mut function.lenient),
                "private" => Some(&mut function.private),
                _ => None,
            };
            if given.contains(&word) {
                let message = format!("`{word}` is given twice");
                self.cursor.fail("A16", message, token.span);
            }
            if let Some(number) = number {
                self.cursor
                    .expect(Kind::Equals, &format!("`=` and a number: `{word}=1`"))?;
                *number = self.cursor.count(u16::MAX.into(), "a count")? as u16;
            } else if let Some(flag) = flag {
                *flag = true;
            } else {
                let known = [
                    "arity", "captures", "optional", "extra", "rest", "lenient", "private",
                ];
                let message = format!("a function has no `{word}`");
                let help = self.cursor.suggest(word, known).unwrap_or_else(|| {
                    "it has `arity=N`, `captures=N`, `optional=N`, `extra=N`, \
                                        `rest`, `lenient`, `private`"
                        .to_owned()
                });
                return Err(self
                    .cursor
                    .fail_help("A16", message, token.span, Some(help)));
            }
            given.push(word);
        }
        self.frame.extra_given = given.contains(&"extra");
        if !given.contains(&"arity") {
            let message = "the function does not say how many arguments it takes";
            let help = Some("write `arity=0` behind its name".to_owned());
            return Err(self.cursor.fail_help("A16", message, directive, help));
        }
        Ok(())
    }

    /// Looks through the statements of a function, which begin at `from`, for
    /// labels and plain registers.
    fn survey(&mut self, from: usize) {
        let mut at = 0;
        for &statement in &self.statements[from.min(self.statements.len())..] {
            let tokens = statement.begin as usize..statement.end as usize;
            let tokens = self.cursor.tokens.get(tokens).unwrap_or(&[]);
            if statement.kind == StatementKind::Directive
                && let Some(&first) = tokens.first()
                && matches!(self.cursor.text(first), ".class" | ".function")
            {
                break;
            }
            if statement.kind == StatementKind::Label {
                self.cursor.enter(statement);
                self.define_label(at);
                continue;
            }
            for &token in tokens {
                let word = self.cursor.text(token);
                if token.kind == Kind::Word && statement::is_register(word) {
                    self.frame.taken.extend(word[1..].parse::<u16>());
                }
            }
            at += u32::from(statement.kind == StatementKind::Instruction);
        }
        self.frame.len = at;
    }

    /// Notes the label at hand.
    fn define_label(&mut self, at: u32) {
        let span = self.cursor.peek().span;
        let Ok(name) = self.cursor.name("a label") else {
            return;
        };
        if let Some(&(_, first)) = self.frame.labels.get(&name) {
            self.cursor.report(|source| {
                let message = format!("the function has a label `{}` already", echo(&name));
                Diagnostic::error("A05", message, source.place(span))
                    .note("the first one", source.place(first))
                    .help("rename one of them")
            });
        } else {
            self.frame.labels.insert(name, (at, span));
        }
    }

    /// Parses the instruction at hand.
    fn instruction(&mut self, first: Span) {
        let instruction = self.read_instruction().unwrap_or(Instruction::Nop());
        let end = self.cursor.rest().1.end;
        self.frame.at += 1;
        if let Some(map) = self.function_map() {
            let start = first.start;
            map.instructions.push(Span { start, end });
        }
        if let Some(function) = self.function() {
            function.instructions.push(instruction);
        }
    }

    fn read_instruction(&mut self) -> Parsed<Instruction> {
        let token = self.cursor.peek();
        if token.kind != Kind::Word {
            return Err(self
                .cursor
                .expected("an instruction, a label or a directive"));
        }
        self.cursor.next();
        let word = self.cursor.text(token);
        let Some(opcode) = Opcode::from_mnemonic(word) else {
            let message = format!("there is no instruction `{}`", echo(word));
            let help = self
                .cursor
                .suggest(word, OPS.iter().map(|row| row.mnemonic));
            return Err(self.cursor.fail_help("A06", message, token.span, help));
        };
        let instruction = Instruction::read(opcode, &mut Operands::new(self))?;
        self.cursor.expect_end()?;
        Ok(instruction)
    }

    /// Ends the function at hand, if there is one.
    fn end_function(&mut self) {
        if !std::mem::take(&mut self.frame.open) {
            return;
        }
        let extra_given = self.frame.extra_given;
        let record = self.options.record_lines;
        let source = self.cursor.source;
        let spans = match self.function_map() {
            Some(map) if record => map.instructions.clone(),
            _ => Vec::new(),
        };
        let Some(function) = self.function() else {
            return;
        };
        if !extra_given {
            function.extra_regs = uses::extra_registers(function);
        }
        if function.debug.lines.is_empty() {
            let file: Arc<str> = source.name().into();
            let lines = (0..).zip(&spans).map(|(at, span)| {
                let (line, column) = source.position(span.start);
                LineEntry {
                    at,
                    file: file.clone(),
                    line,
                    column,
                }
            });
            function.debug.lines = lines.collect();
        }
    }

    /// The function at hand.
    pub(super) fn function(&mut self) -> Option<&mut Function> {
        self.modules.last_mut()?.functions.last_mut()
    }

    fn function_map(&mut self) -> Option<&mut FunctionMap> {
        self.maps.last_mut()?.functions.last_mut()
    }

    /// The constant of that name.
    pub(super) fn find_constant(&self, name: &str) -> Option<&Constant> {
        self.constants
            .get(name)
            .or_else(|| self.shared_constants.get(name))
    }

    /// The constant of that name of the class at hand.
    pub(super) fn class_constant(&self, name: &str) -> Option<&Constant> {
        self.constants.get(name)
    }

    /// The names of all constants.
    pub(super) fn constant_names(&self) -> impl Iterator<Item = &str> {
        let all = self.constants.keys().chain(self.shared_constants.keys());
        all.map(String::as_str)
    }

    /// Names a constant, for the class at hand or before the first class for all.
    pub(super) fn add_constant(&mut self, name: String, constant: Constant) {
        if self.modules.is_empty() {
            self.shared_constants.insert(name, constant);
        } else {
            self.constants.insert(name, constant);
        }
    }
}
