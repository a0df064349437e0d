//! Class files of version 2: the bytes of a class and back.
//!
//! The whole layout stands in `docs/spec/class-format.md`, exact enough to write
//! another encoder from it. In short:
//!
//! ```text
//! file      "IONBC" 02 00 00  crc32 of the rest  section*
//! section   id  length  payload          classes, texts, constants, patterns,
//!                                        functions, exports, debug, custom*
//! class     name  feature*               the rest refers to pools by number:
//! texts     utf8*                        texts,
//! constants value*                       whole values, children in place,
//! patterns  pattern*                     whole patterns, likewise
//! functions (flags name arity captures optional extra
//!            (opcode operand*)*  (from to target value info)*)*
//! exports   (name arity function)*       what the functions say, repeated
//! debug     (function (at file line column)* (name reg from to)*)*
//! custom    name  bytes
//! ```
//!
//! Numbers are LEB128. [`Module::to_bytes`] writes, [`Module::from_bytes`]
//! reads; what they refuse is a [`ClassError`] with a code that [`codes`]
//! explains.
//!
//! # Invariants
//! F1. A class has exactly one encoding: `to_bytes` is a function of the class,
//!     and `from_bytes` accepts nothing that `to_bytes` would not write.
//! F2. Reading neither panics nor recurses, and takes memory in proportion to
//!     the bytes, `limits::CLASS_MEMORY_MAX` at most.
//! F3. What was read is well formed, not well meant: registers, targets and
//!     everything else that depends on context are the verifier's.

mod codes;
mod constants;
pub(super) mod cursor;
mod error;
mod kind;
mod leb;
mod order;
mod patterns;
mod pool;
mod pooled;
mod reader;
#[cfg(test)]
mod refusals;
mod writer;

pub use codes::codes;
pub use error::{ClassError, OrderFault};

use super::Module;

impl Module {
    /// The class file of this class. Equal classes give equal bytes.
    ///
    /// # Errors
    /// [`ClassError::NotAConstant`] for a constant that only a running machine
    /// can hold, [`ClassError::Limit`] for more of anything than a class may have.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ClassError> {
        writer::write(self)
    }

    /// The class of a class file.
    ///
    /// # Errors
    /// What is wrong with the file, and at which byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<Module, ClassError> {
        reader::read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Offset;
    use crate::isa::arbitrary::{self, Sense};
    use crate::isa::{Arm, Instruction, Pattern};
    use crate::limits;
    use crate::program::Function;
    use crate::value::Value;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// The class of the example in `docs/spec/class-format.md`.
    fn hello() -> Module {
        Module::new("Main").with(Function::new_bytecode(
            "main",
            0,
            1,
            vec![
                Instruction::load_const(0, Value::number(42.0)),
                Instruction::r#return(0),
            ],
        ))
    }

    #[test]
    fn the_example_of_the_documentation_is_exact() {
        let page = include_str!("../../../docs/spec/class-format.md");
        let example = page.split("```text\n").nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let bytes: Vec<u8> = example
            .lines()
            .flat_map(|line| line.get(..40).unwrap_or(line).split_whitespace())
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        assert_eq!(hello().to_bytes().unwrap(), bytes);
    }

    #[test]
    fn what_is_written_is_read() {
        let class = hello();
        assert_eq!(Module::from_bytes(&class.to_bytes().unwrap()), Ok(class));
        let empty = Module::new("");
        assert_eq!(Module::from_bytes(&empty.to_bytes().unwrap()), Ok(empty));
    }

    /// Rule: C-CONST-6
    #[test]
    fn what_only_a_running_machine_holds_is_refused_with_its_place() {
        let process = Value::tuple([Value::Process(crate::ids::Pid::HOST)]);
        let class = Module::new("Main").with(Function::new_bytecode(
            "main",
            0,
            1,
            vec![Instruction::nop(), Instruction::load_const(0, process)],
        ));
        let error = class.to_bytes().unwrap_err();
        assert_eq!(error.code(), "C18");
        assert_eq!(
            error.to_string(),
            "a process is no constant: operand `value` of instruction 1 in function main/0; make \
             it when the program runs"
        );
    }

    /// Bytes that look like choices, the same every time.
    fn noise(seed: u64, len: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..len)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect()
    }

    /// The file with the checksum that its bytes give.
    fn sealed(mut file: Vec<u8>) -> Vec<u8> {
        let checksum = crc32fast::hash(&file[kind::SECTIONS_AT..]).to_le_bytes();
        file[kind::CHECKSUM_AT..kind::SECTIONS_AT].copy_from_slice(&checksum);
        file
    }

    /// A file that is accepted is what the class in it is written as.
    fn accepted_is_canonical(file: &[u8]) -> bool {
        match Module::from_bytes(file) {
            Ok(class) => {
                assert_eq!(
                    class.to_bytes().as_deref(),
                    Ok(file),
                    "two files for one class"
                );
                true
            }
            Err(error) => {
                assert!(
                    codes().iter().any(|info| info.code == error.code()),
                    "{error}"
                );
                let text = error.to_string();
                assert!(
                    !text.contains(['\n', '\u{1b}']) && !text.ends_with('.'),
                    "{text}"
                );
                false
            }
        }
    }

    /// Rule: C-FILE-1, C-FILE-3
    #[test]
    fn a_file_cut_or_changed_anywhere_is_refused() {
        let mut class = arbitrary::module_of_every_instruction(&noise(1, 20_000), Sense::Sound);
        // A file cut between two custom sections lacks nothing but the checksum.
        class.custom.truncate(1);
        let file = class.to_bytes().unwrap();
        assert!(accepted_is_canonical(&file));
        for len in 0..file.len() {
            let error = Module::from_bytes(&file[..len]).unwrap_err();
            let cut_off = matches!(error.code(), "C04" | "C03");
            assert!(cut_off || len < kind::MAGIC.len(), "cut at {len}: {error}");
        }
        for at in 0..file.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut wrong = file.clone();
                wrong[at] ^= flip;
                assert!(Module::from_bytes(&wrong).is_err(), "byte {at} flipped");
            }
        }
    }

    /// The checksum hides nothing: with a right one, every change is either
    /// refused for what it is or makes another class whose file this is.
    /// Rule: C-ONE-1
    #[test]
    fn every_change_of_a_byte_is_refused_or_canonical() {
        let class = arbitrary::module_of_every_instruction(&noise(2, 20_000), Sense::Sound);
        let file = class.to_bytes().unwrap();
        let mut accepted = 0;
        for at in kind::SECTIONS_AT..file.len() {
            for value in [
                0x00,
                0x01,
                0x7F,
                0x80,
                0xFF,
                file[at] ^ 1,
                file[at] ^ 2,
                file[at].wrapping_add(1),
            ] {
                let mut other = file.clone();
                other[at] = value;
                accepted += usize::from(accepted_is_canonical(&sealed(other)));
            }
        }
        assert!(
            accepted > file.len() / 4,
            "{accepted} changes were accepted"
        );
    }

    /// Rule: C-POOL-2
    #[test]
    fn entries_out_of_order_double_or_unused_are_refused() {
        let two = |a: f64, b: f64| {
            let load = |n| Instruction::load_const(0, Value::number(n));
            Module::new("M")
                .with(Function::new_bytecode("f", 0, 1, vec![load(a), load(b)]))
                .to_bytes()
                .unwrap()
        };
        let swap_uses = |file: &[u8]| {
            // The two `load_const r0, N` stand side by side.
            let at = file
                .windows(6)
                .position(|w| w == [1, 0, 0, 1, 0, 1])
                .unwrap();
            let mut other = file.to_vec();
            other[at + 2] = 1;
            other[at + 5] = 0;
            sealed(other)
        };
        let file = two(1.0, 2.0);
        let early = Module::from_bytes(&swap_uses(&file)).unwrap_err();
        assert!(
            matches!(
                early,
                ClassError::Order {
                    fault: OrderFault::Early,
                    ..
                }
            ),
            "{early}"
        );

        let mut unused = file.clone();
        let at = file
            .windows(6)
            .position(|w| w == [1, 0, 0, 1, 0, 1])
            .unwrap();
        unused[at + 5] = 0;
        let unused = Module::from_bytes(&sealed(unused)).unwrap_err();
        assert!(
            matches!(
                unused,
                ClassError::Order {
                    fault: OrderFault::Unused,
                    ..
                }
            ),
            "{unused}"
        );

        let mut twice = file.clone();
        let one = 1.0_f64.to_le_bytes();
        let two = 2.0_f64.to_le_bytes();
        let at = file.windows(8).position(|w| w == two).unwrap();
        twice[at..at + 8].copy_from_slice(&one);
        let twice = Module::from_bytes(&sealed(twice)).unwrap_err();
        assert!(
            matches!(
                twice,
                ClassError::Order {
                    fault: OrderFault::Twice,
                    ..
                }
            ),
            "{twice}"
        );
    }

    /// Rule: C-CONST-5, C-PAT-2
    #[test]
    fn nesting_past_the_limit_is_refused_both_ways() {
        let nested = |levels: usize| {
            let value = (1..levels).fold(Value::nil(), |v, _| Value::tuple([v]));
            let arms = vec![Arm {
                pattern: (1..levels).fold(Pattern::Wildcard, |p, _| Pattern::Tuple(vec![p])),
                target: Offset(1),
            }];
            let code = vec![
                Instruction::load_const(0, value),
                Instruction::r#match(0, arms),
            ];
            Module::new("M").with(Function::new_bytecode("f", 0, 1, code))
        };
        let deepest = nested(limits::NESTING_MAX).to_bytes().unwrap();
        assert!(accepted_is_canonical(&deepest));
        let error = nested(limits::NESTING_MAX + 1).to_bytes().unwrap_err();
        assert_eq!(error.code(), "C16");

        // Put one more level around the deepest constant of the file.
        let tuples = [kind::constant::TUPLE, 1].repeat(limits::NESTING_MAX - 1);
        let at = deepest
            .windows(tuples.len())
            .position(|w| w == tuples)
            .unwrap();
        let mut deeper = deepest.clone();
        deeper.splice(at..at, [kind::constant::TUPLE, 1]);
        // Before it: section number, length in two bytes, count of constants.
        let length = u16::from_le_bytes([deeper[at - 3], deeper[at - 2]]) + 2;
        deeper[at - 3..at - 1].copy_from_slice(&length.to_le_bytes());
        let error = Module::from_bytes(&sealed(deeper)).unwrap_err();
        let nested = matches!(
            error,
            ClassError::Limit {
                what: "levels of nesting",
                ..
            }
        );
        assert!(nested, "{error}");
    }

    #[test]
    fn shared_parts_cannot_be_unfolded_without_bound() {
        let bomb = (0..60).fold(Value::nil(), |v, _| Value::tuple([v.clone(), v]));
        let code = vec![Instruction::load_const(0, bomb)];
        let class = Module::new("M").with(Function::new_bytecode("f", 0, 1, code));
        assert_eq!(class.to_bytes().unwrap_err().code(), "C16");
    }

    /// One large pattern, named by many arms, is copied for each of them.
    /// Rule: C-LIMIT-1
    #[test]
    fn copies_of_patterns_are_counted_against_the_memory() {
        let large = Pattern::Tuple(vec![Pattern::Wildcard; 60_000]);
        let arm = |pattern: &Pattern| Arm {
            pattern: pattern.clone(),
            target: Offset(0),
        };
        let class = |arms| {
            let code = vec![Instruction::r#match(0, arms)];
            Module::new("M").with(Function::new_bytecode("f", 0, 1, code))
        };
        let file = class(vec![arm(&large), arm(&large)]).to_bytes().unwrap();
        assert!(accepted_is_canonical(&file));
        // 65,535 arms instead of two: `match r0, 2 arms: 0 +0, 0 +0`.
        let needle = [0x12, 0, 2, 0, 0, 0, 0, 0];
        let at = file.windows(8).position(|w| w == needle).unwrap();
        let mut many = file[..at].to_vec();
        many.extend([0x12, 0, 0xFF, 0xFF, 0x03]);
        many.extend([0, 0].repeat(65_535));
        many.extend(&file[at + 7..]);
        let section = file[..at]
            .windows(8)
            .rposition(|w| w[0] == 5 && w[2..4] == [1, 0])
            .unwrap();
        let old = usize::from(file[section + 1]);
        let mut length = Vec::new();
        leb::count(&mut length, old - 7 + 5 + 2 * 65_535);
        many.splice(section + 1..section + 2, length);
        let error = Module::from_bytes(&sealed(many)).unwrap_err();
        let memory = matches!(
            error,
            ClassError::Limit {
                what: "bytes of memory",
                ..
            }
        );
        assert!(memory, "{error}");
    }

    /// Rule: C-NUM-3
    #[test]
    fn hostile_counts_are_refused_before_memory_is_taken() {
        let file = hello().to_bytes().unwrap();
        for at in kind::SECTIONS_AT..file.len() {
            for huge in [
                &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F][..],
                &[0xFF; 10],
                &[0xFF, 0xFF, 0x03],
            ] {
                let mut other = file.clone();
                other.splice(at..=at, huge.iter().copied());
                assert!(!accepted_is_canonical(&sealed(other)));
            }
        }
    }

    #[test]
    fn codes_are_in_order_and_explained() {
        for (n, info) in (1..).zip(codes()) {
            assert_eq!(info.code, format!("C{n:02}"));
            assert!(
                info.text.len() > 40 && info.remedy.ends_with('.'),
                "{}",
                info.code
            );
        }
    }

    proptest! {
        /// Rule: C-ONE-3
        #[test]
        fn any_class_survives(bytes in vec(any::<u8>(), 0..3000)) {
            let class = arbitrary::module(&bytes, Sense::Sound);
            let file = class.to_bytes().unwrap();
            let read = Module::from_bytes(&file);
            prop_assert_eq!(read.as_ref(), Ok(&class));
            prop_assert_eq!(read.unwrap().to_bytes().unwrap(), file);
        }

        #[test]
        fn what_cannot_be_written_is_refused(bytes in vec(any::<u8>(), 0..3000)) {
            let class = arbitrary::module(&bytes, Sense::Wild);
            match class.to_bytes() {
                Ok(file) => prop_assert_eq!(Module::from_bytes(&file), Ok(class)),
                Err(error) => prop_assert_eq!(error.code(), "C18"),
            }
        }

        /// Rule: C-ONE-2
        #[test]
        fn noise_is_refused(bytes in vec(any::<u8>(), 0..200)) {
            prop_assert!(!accepted_is_canonical(&bytes));
            let mut file = hello().to_bytes().unwrap();
            file.truncate(kind::SECTIONS_AT);
            file.extend(bytes);
            prop_assert!(!accepted_is_canonical(&sealed(file)));
        }

        /// Several changes at once, made where a class has structure.
        /// Rule: C-ONE-1, C-ONE-2
        #[test]
        fn mutants_are_refused_or_canonical(
            bytes in vec(any::<u8>(), 0..600),
            changes in vec((any::<u16>(), any::<u8>()), 1..4),
        ) {
            let mut file = arbitrary::module(&bytes, Sense::Sound).to_bytes().unwrap();
            for (at, value) in changes {
                let range = kind::SECTIONS_AT..file.len();
                let at = range.start + usize::from(at) % range.len();
                file[at] = if value < 0x40 { value } else { file[at].wrapping_add(value) };
            }
            accepted_is_canonical(&sealed(file));
        }
    }
}
