//! Every operand of every instruction, once right and wrong in every way.
//!
//! The instruction table is walked, so that a new instruction is tested
//! without a line here, and a new kind of operand does not compile without one.

use std::convert::Infallible;

use super::*;
use crate::ids::FunctionIndex;
use crate::isa::operand::flags_valid;
use crate::isa::{OPS, OpInfo, Opcode, OperandKind, OperandSource, PropertyFlags, PropertyInit};

/// Registers of the frame in which the instructions stand.
const FRAME: u16 = 3;
/// The first register outside it.
const OUTSIDE: Reg = Reg(FRAME);
/// Place of the instruction, and number of instructions.
const AT: i32 = 1;
const LEN: i32 = 3;

/// One way in which an operand is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    Register,
    /// The second register of a pair, the later one of a list, the inner one of a pattern.
    LaterRegister,
    SameResult,
    TooMany,
    TooDeep,
    NotAConstant,
    NoFunction,
    MutableKey,
    KeyTwice,
    TextTooLong,
    NoNative,
    Captures,
    TargetBefore,
    TargetBehind,
    BoundTwice,
    Alternatives,
    Flags(u8),
}

impl Wrong {
    fn code(self) -> &'static str {
        match self {
            Wrong::Register | Wrong::LaterRegister => "V01",
            Wrong::SameResult => "V11",
            Wrong::TooMany => "V13",
            Wrong::TooDeep => "V14",
            Wrong::NotAConstant => "V15",
            Wrong::NoFunction => "V05",
            Wrong::MutableKey => "V17",
            Wrong::KeyTwice => "V16",
            Wrong::TextTooLong => "V24",
            Wrong::NoNative => "V23",
            Wrong::Captures => "V07",
            Wrong::TargetBefore | Wrong::TargetBehind => "V08",
            Wrong::BoundTwice => "V18",
            Wrong::Alternatives => "V19",
            Wrong::Flags(_) => "V12",
        }
    }
}

/// The ways in which the operand at `place` of an instruction can be wrong.
fn ways(row: &OpInfo, place: usize) -> Vec<Wrong> {
    use Wrong::{
        Alternatives, BoundTwice, Captures, Flags, KeyTwice, LaterRegister, MutableKey, NoFunction,
        NoNative, NotAConstant, Register, SameResult, TargetBefore, TargetBehind, TextTooLong,
        TooDeep, TooMany,
    };
    const VALUE: [Wrong; 5] = [NotAConstant, NoFunction, TooDeep, MutableKey, KeyTwice];
    let operand = &row.operands[place];
    let is_result = |kind| matches!(kind, OperandKind::Dst | OperandKind::OptDst);
    match operand.kind {
        OperandKind::Dst | OperandKind::OptDst => {
            let later = row.operands[..place].iter().any(|o| is_result(o.kind));
            if later {
                vec![Register, SameResult]
            } else {
                vec![Register]
            }
        }
        OperandKind::Src | OperandKind::OptSrc => vec![Register],
        OperandKind::Srcs | OperandKind::Pairs => vec![Register, LaterRegister, TooMany],
        OperandKind::Const => [&VALUE[..], &[TextTooLong]].concat(),
        OperandKind::Name | OperandKind::Scope => vec![TextTooLong],
        OperandKind::Native => vec![NoNative],
        OperandKind::Function => vec![NoFunction, Captures],
        OperandKind::Target => vec![TargetBefore, TargetBehind],
        // Every number is right.
        OperandKind::Literal => vec![],
        OperandKind::Arms => {
            let own = [
                Register,
                LaterRegister,
                TooMany,
                TextTooLong,
                TargetBefore,
                TargetBehind,
                BoundTwice,
                Alternatives,
            ];
            [&VALUE[..], &own].concat()
        }
        OperandKind::TimeoutArm => vec![Register, TargetBefore, TargetBehind],
        OperandKind::Properties => {
            let own = [Register, TooMany, TextTooLong, Flags(8), Flags(0xFF)];
            [&VALUE[..], &own].concat()
        }
        OperandKind::Flags => (0..=u8::MAX)
            .filter(|&bits| !flags_valid(bits, operand.flags))
            .map(Flags)
            .collect(),
    }
}

/// Supplies right operands, and one wrong one.
struct Smallest {
    /// Which operand is wrong, and how.
    wrong: Option<(usize, Wrong)>,
    /// How many have been supplied.
    supplied: usize,
    /// Registers given to results; the last one is for everything else.
    results: u16,
}

impl Smallest {
    fn instruction(opcode: Opcode, wrong: Option<(usize, Wrong)>) -> Instruction {
        let mut source = Smallest {
            wrong,
            supplied: 0,
            results: 0,
        };
        match Instruction::read(opcode, &mut source) {
            Ok(instruction) => instruction,
            Err(never) => match never {},
        }
    }

    /// How the next operand is wrong.
    fn next(&mut self) -> Option<Wrong> {
        let place = self.supplied;
        self.supplied += 1;
        self.wrong
            .filter(|(at, _)| *at == place)
            .map(|(_, how)| how)
    }

    fn result(&mut self) -> Reg {
        match self.next() {
            Some(Wrong::Register) => OUTSIDE,
            Some(Wrong::SameResult) => Reg(0),
            _ => {
                let reg = Reg(self.results);
                self.results += 1;
                reg
            }
        }
    }

    fn reg(how: Option<Wrong>) -> Reg {
        match how {
            Some(Wrong::Register) => OUTSIDE,
            // The largest register of the frame is right.
            _ => Reg(FRAME - 1),
        }
    }

    fn value_of(how: Option<Wrong>) -> Value {
        let key = |key: Value| (key, Value::unit());
        match how {
            Some(Wrong::NotAConstant) => Value::Process(Pid::HOST),
            Some(Wrong::NoFunction) => Value::local_function(3),
            Some(Wrong::TooDeep) => {
                (0..limits::NESTING_MAX).fold(Value::nil(), |v, _| Value::tuple([v]))
            }
            Some(Wrong::MutableKey) => Value::map([key(Value::array([]))]),
            Some(Wrong::KeyTwice) => Value::map([key(Value::nil()), key(Value::nil())]),
            Some(Wrong::TextTooLong) => Value::atom("x".repeat(limits::NAME_BYTES_MAX + 1)),
            _ => Value::local_function(0),
        }
    }

    fn text(how: Option<Wrong>) -> Arc<str> {
        match how {
            Some(Wrong::TextTooLong) => "x".repeat(limits::NAME_BYTES_MAX + 1).into(),
            Some(Wrong::NoNative) => "println".into(),
            _ => "io.println".into(),
        }
    }

    fn jump(how: Option<Wrong>) -> Offset {
        match how {
            Some(Wrong::TargetBefore) => Offset(-AT - 1),
            Some(Wrong::TargetBehind) => Offset(LEN - AT + 1),
            // The end of the function is right.
            _ => Offset(LEN - AT),
        }
    }

    fn pattern(how: Option<Wrong>) -> Pattern {
        let bind = |reg| Pattern::Bind(Reg(reg));
        match how {
            Some(Wrong::LaterRegister) => Pattern::Tuple(vec![bind(0), Pattern::Pin(OUTSIDE)]),
            Some(Wrong::Register) => Pattern::Bind(OUTSIDE),
            Some(Wrong::BoundTwice) => Pattern::Tuple(vec![bind(0), bind(0)]),
            Some(Wrong::Alternatives) => Pattern::AnyOf(vec![bind(0), bind(1)]),
            how => Pattern::Value(Self::value_of(how)),
        }
    }

    fn many<T: Clone>(how: Option<Wrong>, right: T, wrong: T, limit: usize) -> Vec<T> {
        match how {
            Some(Wrong::TooMany) => vec![right; limit + 1],
            Some(Wrong::LaterRegister) => vec![right.clone(), right, wrong],
            Some(Wrong::Register) => vec![wrong],
            _ => vec![right],
        }
    }
}

impl OperandSource for Smallest {
    type Error = Infallible;

    fn dst(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(self.result())
    }
    fn src(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(Self::reg(self.next()))
    }
    fn opt_dst(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok(Some(self.result()))
    }
    fn opt_src(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok(Some(Self::reg(self.next())))
    }
    fn srcs(&mut self, _: &'static str) -> Result<Vec<Reg>, Infallible> {
        let how = self.next();
        Ok(Self::many(how, Reg(0), OUTSIDE, limits::OPERANDS_MAX))
    }
    fn pairs(&mut self, _: &'static str) -> Result<Vec<(Reg, Reg)>, Infallible> {
        let how = self.next();
        let right = (Reg(0), Reg(0));
        let wrong = if how == Some(Wrong::Register) {
            (OUTSIDE, Reg(0))
        } else {
            (Reg(0), OUTSIDE)
        };
        Ok(Self::many(how, right, wrong, limits::OPERANDS_MAX))
    }
    fn value(&mut self, _: &'static str) -> Result<Value, Infallible> {
        Ok(Self::value_of(self.next()))
    }
    fn name(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        Ok(Self::text(self.next()))
    }
    fn native(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        Ok(Self::text(self.next()))
    }
    fn function(&mut self, _: &'static str) -> Result<FunctionIndex, Infallible> {
        // Function 1 has one capture, as the lists of registers have one item.
        Ok(FunctionIndex(match self.next() {
            Some(Wrong::NoFunction) => 3,
            Some(Wrong::Captures) => 2,
            _ => 1,
        }))
    }
    fn target(&mut self, _: &'static str) -> Result<Offset, Infallible> {
        Ok(Self::jump(self.next()))
    }
    fn literal(&mut self, _: &'static str) -> Result<u32, Infallible> {
        self.next();
        Ok(u32::MAX)
    }
    fn scope(&mut self, _: &'static str) -> Result<Option<Arc<str>>, Infallible> {
        Ok(Some(Self::text(self.next())))
    }
    fn arms(&mut self, _: &'static str) -> Result<Vec<Arm>, Infallible> {
        let how = self.next();
        let arm = Arm {
            pattern: Self::pattern(how),
            target: Self::jump(how),
        };
        Ok(match how {
            Some(Wrong::TooMany) => vec![arm; limits::MATCH_ARMS_MAX + 1],
            _ => vec![arm],
        })
    }
    fn timeout_arm(&mut self, _: &'static str) -> Result<Option<(Reg, Offset)>, Infallible> {
        let how = self.next();
        Ok(Some((Self::reg(how), Self::jump(how))))
    }
    fn properties(&mut self, _: &'static str) -> Result<Vec<PropertyInit>, Infallible> {
        let how = self.next();
        let init = |value| PropertyInit {
            key: "x".into(),
            value,
            flags: match how {
                Some(Wrong::Flags(bits)) => PropertyFlags(bits),
                _ => PropertyFlags::OPEN,
            },
        };
        let first = init(RegOrValue::Reg(Self::reg(how)));
        let second = init(RegOrValue::Value(Self::value_of(how)));
        Ok(match how {
            Some(Wrong::TooMany) => vec![first; limits::OPERANDS_MAX + 1],
            Some(Wrong::Flags(_)) => vec![first],
            _ => vec![first, second],
        })
    }
    fn flags(&mut self, _: &'static str, words: &'static [&'static str]) -> Result<u8, Infallible> {
        Ok(match self.next() {
            Some(Wrong::Flags(bits)) => bits,
            _ => (0..=u8::MAX)
                .find(|&bits| flags_valid(bits, words))
                .unwrap_or(0),
        })
    }
}

/// A class in which the instruction stands second of three.
fn around(instruction: Instruction) -> Module {
    let code = vec![Instruction::nop(), instruction, Instruction::nop()];
    let captured = |captures| Function {
        captures,
        private: true,
        ..Function::default()
    };
    Module::new("M")
        .with(Function::new_bytecode("f", 0, FRAME, code))
        .with(captured(1))
        .with(captured(2))
}

fn opcode(row: &OpInfo) -> Opcode {
    Opcode::from_number(row.number).unwrap()
}

#[test]
fn the_smallest_right_form_of_every_instruction_is_accepted() {
    for row in OPS {
        let class = around(Smallest::instruction(opcode(row), None));
        assert_eq!(problems(&class), [], "{}", row.mnemonic);
        let file = class.to_bytes().unwrap();
        assert_eq!(Module::from_bytes(&file), Ok(class), "{}", row.mnemonic);
    }
}

/// Rule: C-CODE-1, C-CODE-5, C-CODE-7, C-CODE-8, C-CODE-11, C-CODE-12, C-CODE-13, C-CODE-14, C-CODE-15, C-CODE-16, C-CODE-17, C-CODE-18, C-CODE-19, C-CODE-23, C-CODE-24
#[test]
fn every_wrong_operand_of_every_instruction_is_refused_by_name() {
    let mut cases = 0;
    for row in OPS {
        for (place, operand) in row.operands.iter().enumerate() {
            let ways = ways(row, place);
            assert!(!ways.is_empty() || operand.kind == OperandKind::Literal);
            for how in ways {
                let case = format!("{} {}: {how:?}", row.mnemonic, operand.name);
                let wrong = Smallest::instruction(opcode(row), Some((place, how)));
                let found = problems(&around(wrong));
                let codes: Vec<_> = found.iter().map(|p| p.code).collect();
                // A list of another length is also a wrong number of captures.
                let closure = row.mnemonic == "make_closure" && codes.ends_with(&["V07"]);
                let exact = codes == [how.code()] || closure && codes.len() <= 2;
                assert!(exact && codes[0] == how.code(), "{case}: {found:#?}");
                let Place::Code {
                    class,
                    function,
                    instruction,
                    ..
                } = &found[0].place
                else {
                    panic!("{case}: no place in the code");
                };
                assert_eq!(
                    (&**class, function.as_deref()),
                    ("M", Some("f/0")),
                    "{case}"
                );
                let (at, text) = instruction.as_ref().unwrap();
                assert_eq!(i64::from(*at), i64::from(AT), "{case}");
                assert!(!text.is_empty(), "{case}");
                let named = format!("(operand `{}`)", operand.name);
                let about_all = how == Wrong::Captures;
                assert!(
                    about_all || found[0].message.ends_with(&named),
                    "{case}: {}",
                    found[0]
                );
                cases += 1;
            }
        }
    }
    assert!(cases >= 300, "{cases} cases");
}
