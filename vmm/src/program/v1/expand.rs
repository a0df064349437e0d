//! Room for instructions that became two.
//!
//! `Select` of version 1 yields the result alone, and ours the index of the
//! process with it. A `match` behind it takes the result out, and every offset
//! across it grows.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use crate::ids::{Offset, Reg};
use crate::isa::{Arm, Instruction as I, Pattern};

/// The code with results of `Select` taken out of their tuples.
pub(super) fn expand(code: Vec<I>) -> Vec<I> {
    // Where each instruction goes, and the end of the function.
    let mut places: Vec<i64> = Vec::new();
    let mut next = 0_i64;
    let mut selects = false;
    for instruction in &code {
        places.push(next);
        next = next.saturating_add(1);
        if selected(instruction).is_some() {
            selects = true;
            next = next.saturating_add(1);
        }
    }
    if !selects {
        return code;
    }
    places.push(next);
    let mut expanded = Vec::new();
    for (at, mut instruction) in code.into_iter().enumerate() {
        match &mut instruction {
            I::Jump(offset) | I::JumpIfTrue(_, offset) | I::JumpIfFalse(_, offset) => {
                mend(&places, at, offset);
            }
            I::Match(_, arms) => {
                for arm in arms {
                    mend(&places, at, &mut arm.target);
                }
            }
            _ => {}
        }
        let result = selected(&instruction);
        expanded.push(instruction);
        if let Some(dst) = result {
            let pattern = Pattern::Tuple(vec![Pattern::Wildcard, Pattern::Bind(dst)]);
            let target = Offset(1);
            expanded.push(I::Match(dst, vec![Arm { pattern, target }]));
        }
    }
    expanded
}

/// Where an instruction puts a result that is more than version 1 expects.
fn selected(instruction: &I) -> Option<Reg> {
    match instruction {
        I::Select(dst, _) | I::SelectWithKill(dst, _) => Some(*dst),
        _ => None,
    }
}

/// Mends the offset of the instruction that was at `at`. One that leads out of
/// the function still does.
fn mend(places: &[i64], at: usize, offset: &mut Offset) {
    let place = |at: usize| places.get(at).copied();
    let target = isize::try_from(offset.0)
        .ok()
        .and_then(|offset| at.checked_add_signed(offset));
    let mended = match target.and_then(place) {
        Some(target) => place(at).and_then(|own| target.checked_sub(own)),
        None if offset.0 < 0 => Some(i64::from(i32::MIN)),
        None => Some(i64::from(i32::MAX)),
    };
    if let Some(mended) = mended.and_then(|offset| i32::try_from(offset).ok()) {
        *offset = Offset(mended);
    }
}
