//! A function as a whole: its frame, its handlers, its debug information.

use super::Checker;
use super::operands::Operands;
use super::rules::Rule;
use crate::ids::Reg;
use crate::limits;
use crate::program::{Function, Handler};

impl<'m> Checker<'m> {
    /// The function at that place of the class.
    pub(super) fn function(&mut self, index: u32, function: &'m Function) {
        self.report.stand_at(Some(index), None);
        if let Some(name) = &function.name {
            self.function_name(name);
        }
        self.frame(function);
        let mut operands = Operands::new(self, function);
        for (at, instruction) in (0..).zip(&function.instructions) {
            operands.checker.report.stand_at(Some(index), Some(at));
            operands.instruction(at, instruction);
            if operands.checker.report.is_full() {
                return;
            }
        }
        self.report.stand_at(Some(index), None);
        self.handlers(function);
        self.debug(function);
    }

    fn frame(&mut self, function: &Function) {
        let size = function.frame_size();
        if size > limits::REGISTERS_MAX {
            self.report.problem(
                Rule::Frame,
                format_args!(
                    "the frame has {size} registers, and {} are allowed",
                    limits::REGISTERS_MAX
                ),
            );
        }
        if function.optional > function.arity {
            self.report.problem(
                Rule::Optional,
                format_args!(
                    "{} of {} arguments are optional",
                    function.optional, function.arity
                ),
            );
        }
        if function.lenient && (function.rest || function.optional > 0) {
            self.report.problem(
                Rule::Lenient,
                format_args!("a lenient function has optional arguments or a rest array"),
            );
        }
        if function.captures > 0 && function.name.is_some() && !function.private {
            self.report.problem(
                Rule::Captures,
                format_args!("an exported function has {} captures", function.captures),
            );
        }
    }

    fn register(&mut self, what: &str, reg: Reg, function: &Function) {
        let frame = function.frame_size();
        if u32::from(reg.0) >= frame {
            self.report.problem(
                Rule::Register,
                format_args!("{what} {reg} is outside the frame of {frame} registers"),
            );
        }
    }

    fn handlers(&mut self, function: &Function) {
        let handlers = &function.handlers;
        if handlers.len() > limits::HANDLERS_MAX {
            self.report.problem(
                Rule::Count,
                format_args!(
                    "there are {} handlers, and {} are allowed",
                    handlers.len(),
                    limits::HANDLERS_MAX
                ),
            );
        }
        let len = function.instructions.len();
        for (n, handler) in handlers.iter().enumerate() {
            let Handler {
                from,
                to,
                target,
                value,
                info,
            } = *handler;
            if from >= to || to as usize > len {
                self.report.problem(
                    Rule::Range,
                    format_args!("handler {n} covers {from} to {to} of {len} instructions"),
                );
            }
            if target as usize > len {
                self.report.problem(
                    Rule::Target,
                    format_args!("handler {n} goes to {target} of {len} instructions"),
                );
            }
            self.register("a handler's", value, function);
            if let Some(info) = info {
                self.register("a handler's", info, function);
                if info == value {
                    self.report.problem(
                        Rule::SameResult,
                        format_args!("handler {n} writes value and info to {value}"),
                    );
                }
            }
            if self.report.is_full() {
                return;
            }
        }
        if let Some((a, b)) = crossing(handlers) {
            self.report.problem(
                Rule::Nesting,
                format_args!("the ranges of handlers {a} and {b} cross, or the outer stands first"),
            );
        }
    }

    fn debug(&mut self, function: &Function) {
        let len = function.instructions.len();
        let mut next = 0_u64;
        for line in &function.debug.lines {
            if u64::from(line.at) < next || line.at as usize > len {
                self.report.problem(
                    Rule::Line,
                    format_args!(
                        "a source line is given for {} of {len} instructions",
                        line.at
                    ),
                );
            }
            next = u64::from(line.at) + 1;
            self.name(&line.file);
            if self.report.is_full() {
                return;
            }
        }
        for local in &function.debug.locals {
            if local.from >= local.to || local.to as usize > len {
                self.report.problem(
                    Rule::Local,
                    format_args!(
                        "the name of {} holds over {} to {} of {len} instructions",
                        local.reg, local.from, local.to
                    ),
                );
            }
            self.name(&local.name);
            self.register("a local's", local.reg, function);
            if self.report.is_full() {
                return;
            }
        }
    }
}

/// Two handlers whose ranges cross, or of which the outer one stands first.
///
/// Ranges sorted by start, the widest first, are met as a tree is walked: each
/// has to lie inside the nearest one before it that has not ended, its parent.
/// That handlers stand before their parents is then enough for all pairs.
fn crossing(handlers: &[Handler]) -> Option<(usize, usize)> {
    let mut sorted: Vec<(usize, &Handler)> = handlers.iter().enumerate().collect();
    // Of equal ranges, the later one is the outer.
    sorted.sort_unstable_by_key(|(n, h)| (h.from, std::cmp::Reverse(h.to), std::cmp::Reverse(*n)));
    let mut open: Vec<(usize, &Handler)> = Vec::new();
    for (n, handler) in sorted {
        while open.pop_if(|(_, outer)| outer.to <= handler.from).is_some() {}
        if let Some((outer_n, outer)) = open.last()
            && (handler.to > outer.to || *outer_n < n)
        {
            return Some((*outer_n, n));
        }
        open.push((n, handler));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn handlers(ranges: &[(u32, u32)]) -> Vec<Handler> {
        ranges
            .iter()
            .map(|&(from, to)| Handler {
                from,
                to,
                target: 0,
                value: Reg(0),
                info: None,
            })
            .collect()
    }

    #[test]
    fn ranges_nest_from_the_inside_outwards() {
        let good: [&[(u32, u32)]; 5] = [
            &[],
            &[(0, 2), (2, 4)],
            &[(1, 2), (0, 4)],
            &[(2, 4), (0, 2), (0, 4)],
            &[(1, 3), (1, 3)],
        ];
        for ranges in good {
            assert_eq!(crossing(&handlers(ranges)), None, "{ranges:?}");
        }
        let bad: [&[(u32, u32)]; 3] = [&[(0, 2), (1, 3)], &[(0, 4), (1, 2)], &[(0, 4), (0, 2)]];
        for ranges in bad {
            assert!(crossing(&handlers(ranges)).is_some(), "{ranges:?}");
        }
    }

    proptest! {
        /// The sweep says what the definition says about every two handlers.
        #[test]
        fn the_sweep_agrees_with_the_definition(
            ranges in proptest::collection::vec((0_u32..9, 1_u32..5), 0..7),
        ) {
            let ranges: Vec<(u32, u32)> = ranges.iter().map(|&(from, n)| (from, from + n)).collect();
            let fine = |(i, a): (usize, (u32, u32)), (j, b): (usize, (u32, u32))| {
                let ((_, first), (_, second)) = if i < j { ((i, a), (j, b)) } else { ((j, b), (i, a)) };
                let apart = first.1 <= second.0 || second.1 <= first.0;
                apart || (first.0 >= second.0 && first.1 <= second.1)
            };
            let all: Vec<(usize, (u32, u32))> = ranges.iter().copied().enumerate().collect();
            let good = all.iter().all(|&x| all.iter().all(|&y| x.0 == y.0 || fine(x, y)));
            prop_assert_eq!(crossing(&handlers(&ranges)).is_none(), good);
        }
    }
}
