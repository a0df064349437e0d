//! Patterns: bounded, every register bound once, alternatives alike.
//!
//! The walk keeps a list of open scopes. A scope is a whole pattern or one
//! alternative; it gathers the registers bound in it. When an alternative
//! ends, its set is held against that of the first one, and when all have
//! ended the set goes to the scope around them.
//!
//! # Cost
//! Linear in the pattern, times the nesting of alternatives at most.

use super::operands::Operands;
use super::rules::Rule;
use crate::ids::Reg;
use crate::isa::{Condition, Pattern, RegOrValue};
use crate::limits;

/// What is still to be done.
enum Step<'p> {
    /// Look at a pattern, nested so deep.
    Visit(&'p Pattern, usize),
    /// A scope begins.
    Begin,
    /// It ends; it is one of the alternatives of the choice on top.
    End,
    /// A choice ends.
    Choice,
}

/// Alternatives under way: what the first one binds, once it has ended.
#[derive(Default)]
struct Choice {
    first: Option<Vec<Reg>>,
    differ: bool,
}

impl Operands<'_, '_> {
    /// A pattern of an arm.
    pub(super) fn pattern(&mut self, root: &Pattern) {
        let mut scopes: Vec<Vec<Reg>> = vec![Vec::new()];
        let mut choices: Vec<Choice> = Vec::new();
        let mut todo = vec![Step::Visit(root, 1)];
        while let Some(step) = todo.pop() {
            match step {
                Step::Begin => scopes.push(Vec::new()),
                Step::End => {
                    let bound = scopes.pop().unwrap_or_default();
                    let bound = self.bound_once(bound);
                    if let Some(choice) = choices.last_mut() {
                        match &choice.first {
                            None => choice.first = Some(bound),
                            Some(first) => choice.differ |= *first != bound,
                        }
                    }
                }
                Step::Choice => {
                    let choice = choices.pop().unwrap_or_default();
                    if choice.differ {
                        self.checker.report.problem(
                            Rule::Alternatives,
                            format_args!("alternatives of a pattern bind different registers"),
                        );
                    }
                    if let (Some(scope), Some(bound)) = (scopes.last_mut(), choice.first) {
                        scope.extend(bound);
                    }
                }
                Step::Visit(_, level) if level > limits::NESTING_MAX => {
                    return self.checker.too_deep("a pattern");
                }
                Step::Visit(pattern, level) => {
                    if let Pattern::Bind(reg) | Pattern::As(reg, _) = pattern
                        && let Some(scope) = scopes.last_mut()
                    {
                        scope.push(*reg);
                    }
                    self.node(pattern);
                    let before = todo.len();
                    if let Pattern::AnyOf(alternatives) = pattern {
                        choices.push(Choice::default());
                        for alternative in alternatives {
                            let visit = Step::Visit(alternative, level + 1);
                            todo.extend([Step::Begin, visit, Step::End]);
                        }
                        todo.push(Step::Choice);
                    } else {
                        todo.extend(pattern.children().map(|p| Step::Visit(p, level + 1)));
                    }
                    if let Some(new) = todo.get_mut(before..) {
                        new.reverse();
                    }
                }
            }
        }
        self.bound_once(scopes.pop().unwrap_or_default());
    }

    /// What a pattern says itself, its children apart.
    fn node(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Value(value) => {
                self.checker.constant(value);
            }
            Pattern::Bind(reg) | Pattern::As(reg, _) | Pattern::Pin(reg) => self.reg(*reg),
            Pattern::Map(entries) => {
                let mut bounded = true;
                for (key, _) in entries {
                    bounded &= self.checker.constant(key);
                }
                // What is too deep cannot be compared, and is refused already.
                if bounded {
                    let keys = entries.iter().map(|(key, _)| key);
                    self.checker.keys("map pattern", keys);
                }
            }
            Pattern::Object(entries) => self
                .checker
                .unique_names("an object pattern", entries.iter().map(|(name, _)| name)),
            Pattern::Bytes(prefix, _) => {
                let bytes = prefix.len();
                self.checker
                    .at_most("a bytes pattern", bytes, limits::STRING_BYTES_MAX);
            }
            Pattern::Type(name) | Pattern::Tagged(name, _) => self.checker.name(name),
            Pattern::Guard(_, conditions) => {
                self.count(
                    "conditions of a guard",
                    conditions.len(),
                    limits::OPERANDS_MAX,
                );
                for condition in conditions {
                    self.condition(condition);
                }
            }
            Pattern::Wildcard
            | Pattern::Tuple(_)
            | Pattern::Array(..)
            | Pattern::Pair(..)
            | Pattern::AnyOf(_) => {}
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Compare(_, a, b) => {
                self.side(a);
                self.side(b);
            }
            Condition::Type(value, name) => {
                self.side(value);
                self.checker.name(name);
            }
        }
    }

    pub(super) fn side(&mut self, side: &RegOrValue) {
        match side {
            RegOrValue::Reg(reg) => self.reg(*reg),
            RegOrValue::Value(value) => {
                self.checker.constant(value);
            }
        }
    }

    /// The registers of a scope in order, each once.
    fn bound_once(&mut self, mut bound: Vec<Reg>) -> Vec<Reg> {
        bound.sort_unstable();
        if let Some([reg, _]) = bound.array_windows().find(|[a, b]| a == b) {
            self.checker.report.problem(
                Rule::BoundTwice,
                format_args!("the pattern binds {reg} twice"),
            );
            bound.dedup();
        }
        bound
    }
}
