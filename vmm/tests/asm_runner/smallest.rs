//! The smallest right program around an instruction, and every choice that its
//! operands leave.
//!
//! Made out of the kinds of operands alone: a new instruction needs no line
//! here, and a new kind of operand does not compile without one.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use vmm::host::{Console, Stream};
use vmm::ids::{FunctionIndex, Offset, Reg};
use vmm::isa::operand::flags_valid;
use vmm::isa::{
    Arm, Condition, Instruction, OPS, OpInfo, Opcode, OperandInfo, OperandKind, OperandSource,
    Pattern, PropertyFlags, PropertyInit, RegOrValue,
};
use vmm::program::{Function, Module};
use vmm::value::Value;
use vmm::verify::{Verified, verify};
use vmm::vm::{LoadError, Vm, VmBuilder, VmConfig, VmMode};

/// Place of the instruction in the first function of its class.
pub(crate) const AT: u32 = 1;

/// What this version refuses to load: `MNEMONIC *`, and `MNEMONIC OPERAND: FLAG`
/// for a flag that no choice of flags makes right.
pub(crate) fn refused() -> BTreeSet<String> {
    let mut vm = machine(VmMode::Stepped);
    let mut count = 0;
    let mut is_refused = |row: &OpInfo, choice| {
        count += 1;
        let refusal = vm.load(&class(&format!("Refused{count}"), row, choice));
        matches!(refusal, Err(LoadError::Unlinked(_)))
    };
    let mut all = BTreeSet::new();
    for row in OPS {
        if is_refused(row, None) {
            all.insert(format!("{} *", row.mnemonic));
            continue;
        }
        for (place, operand) in row.operands.iter().enumerate() {
            for (bit, word) in operand.flags.iter().enumerate() {
                let with = (0..)
                    .zip(flags(operand.flags))
                    .filter(|(_, bits)| bits & (1 << bit) != 0);
                let with: Vec<usize> = with.map(|(choice, _)| choice).collect();
                let refused = |choice: &usize| is_refused(row, Some((place, *choice)));
                if !with.is_empty() && with.iter().all(refused) {
                    all.insert(format!("{} {}: {word}", row.mnemonic, operand.name));
                }
            }
        }
    }
    all
}

/// A machine of that mode.
pub(crate) fn machine(mode: VmMode) -> Vm {
    let config = VmConfig {
        mode,
        ..VmConfig::default()
    };
    let builder = VmBuilder::new().config(config).console(Arc::new(Silent));
    builder.build().expect("a machine")
}

/// Where nothing is written.
#[derive(Debug)]
struct Silent;

impl Console for Silent {
    fn write(&self, _: Stream, _: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A class whose first function holds the instruction behind a `nop`, with the
/// least of each operand, or a certain choice of one of them.
pub(crate) fn class(name: &str, row: &OpInfo, choice: Option<(usize, usize)>) -> Verified<Module> {
    let opcode = Opcode::from_number(row.number).expect("rows have numbers of opcodes");
    let captures = choice.filter(|(place, _)| row.operands[*place].kind == OperandKind::Srcs);
    let mut smallest = Smallest {
        choice,
        captures: captures.map_or(0, |(_, count)| count),
        supplied: 0,
        registers: 1,
    };
    let Ok(instruction) = Instruction::read(opcode, &mut smallest);
    let code = vec![Instruction::nop(), instruction];
    let captured = |captures| Function {
        captures,
        private: true,
        ..Function::default()
    };
    let module = Module::new(name)
        .with(Function::new_bytecode("main", 0, smallest.registers, code))
        .with(captured(1))
        .with(captured(2));
    verify(module).unwrap_or_else(|problems| {
        panic!("{} with choice {choice:?}: {}", row.mnemonic, problems[0])
    })
}

/// How many choices an operand leaves; number 0 is the least.
pub(crate) fn choices(operand: &OperandInfo) -> usize {
    match operand.kind {
        OperandKind::Dst
        | OperandKind::Name
        | OperandKind::Function
        | OperandKind::Target
        | OperandKind::Literal => 1,
        OperandKind::Src
        | OperandKind::OptDst
        | OperandKind::OptSrc
        | OperandKind::Pairs
        | OperandKind::Native
        | OperandKind::Scope
        | OperandKind::TimeoutArm => 2,
        OperandKind::Srcs => 3,
        OperandKind::Const => constants().len(),
        OperandKind::Arms => patterns().len() + 1,
        OperandKind::Properties => properties().len() + 1,
        OperandKind::Flags => flags(operand.flags).len(),
    }
}

fn flags(words: &'static [&'static str]) -> Vec<u8> {
    (0..=u8::MAX).filter(|b| flags_valid(*b, words)).collect()
}

fn constants() -> Vec<Value> {
    let key = |key: &str| (Value::string(key), Value::unit());
    vec![
        Value::unit(),
        Value::number(1.5),
        Value::string("text"),
        Value::atom("atom"),
        Value::nil(),
        Value::tuple([Value::number(1.0)]),
        Value::array([Value::number(1.0)]),
        Value::map([key("a"), key("b")]),
        Value::frozen(Value::array([])),
        Value::local_function(0),
        Value::native("io.println"),
    ]
}

/// Each kind of pattern, once.
fn patterns() -> Vec<Pattern> {
    let any = || Box::new(Pattern::Wildcard);
    let bind = || Pattern::Bind(Reg(0));
    vec![
        Pattern::Value(Value::unit()),
        Pattern::Wildcard,
        bind(),
        Pattern::As(Reg(0), any()),
        Pattern::Pin(Reg(0)),
        Pattern::Tuple(vec![bind()]),
        Pattern::Array(vec![bind()], None),
        Pattern::Array(vec![], Some(any())),
        Pattern::Pair(any(), any()),
        Pattern::Map(vec![(Value::nil(), bind())]),
        Pattern::Object(vec![("x".into(), bind())]),
        Pattern::Bytes(Arc::from(*b"ab"), Some(any())),
        Pattern::Type("number".into()),
        Pattern::AnyOf(vec![bind(), bind()]),
        Pattern::Tagged("some".into(), any()),
        Pattern::Guard(
            any(),
            vec![Condition::Type(RegOrValue::Reg(Reg(0)), "number".into())],
        ),
    ]
}

/// A property by register, by constants of both kinds, and with every flag.
fn properties() -> Vec<PropertyInit> {
    let init = |value, flags| PropertyInit {
        key: "x".into(),
        value,
        flags,
    };
    let reg = || RegOrValue::Reg(Reg(0));
    let mut all = vec![
        init(RegOrValue::Value(Value::number(1.0)), PropertyFlags::OPEN),
        init(RegOrValue::Value(Value::array([])), PropertyFlags::OPEN),
    ];
    all.extend((0..8).map(|bits| init(reg(), PropertyFlags(bits))));
    all
}

/// Supplies the least of each operand, but for one.
struct Smallest {
    choice: Option<(usize, usize)>,
    /// How many captures a function named here must have.
    captures: usize,
    supplied: usize,
    /// Registers given out; the first is for what may be anything.
    registers: u16,
}

impl Smallest {
    /// The choice that is to be made of the next operand.
    fn next(&mut self) -> usize {
        let place = self.supplied;
        self.supplied += 1;
        match self.choice {
            Some((at, choice)) if at == place => choice,
            _ => 0,
        }
    }

    fn register(&mut self) -> Reg {
        self.registers += 1;
        Reg(self.registers - 1)
    }
}

impl OperandSource for Smallest {
    type Error = Infallible;

    fn dst(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        self.next();
        Ok(self.register())
    }
    fn src(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(match self.next() {
            0 => self.register(),
            _ => Reg(0),
        })
    }
    fn opt_dst(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok((self.next() > 0).then(|| self.register()))
    }
    fn opt_src(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok((self.next() > 0).then(|| self.register()))
    }
    fn srcs(&mut self, _: &'static str) -> Result<Vec<Reg>, Infallible> {
        Ok(vec![Reg(0); self.next()])
    }
    fn pairs(&mut self, _: &'static str) -> Result<Vec<(Reg, Reg)>, Infallible> {
        Ok(vec![(Reg(0), Reg(0)); self.next()])
    }
    fn value(&mut self, _: &'static str) -> Result<Value, Infallible> {
        Ok(constants().swap_remove(self.next()))
    }
    fn name(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        self.next();
        Ok("__add__".into())
    }
    fn native(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        // One of the machine itself, and a foreign one; with arguments, one
        // that takes any.
        let choice = self.next();
        Ok(match self.captures {
            0 => ["vm.pid", "time.monotonic"][choice],
            _ => "io.print",
        }
        .into())
    }
    fn function(&mut self, _: &'static str) -> Result<FunctionIndex, Infallible> {
        self.next();
        Ok(FunctionIndex(self.captures as u32))
    }
    fn target(&mut self, _: &'static str) -> Result<Offset, Infallible> {
        self.next();
        Ok(Offset(1))
    }
    fn literal(&mut self, _: &'static str) -> Result<u32, Infallible> {
        self.next();
        Ok(1)
    }
    fn scope(&mut self, _: &'static str) -> Result<Option<Arc<str>>, Infallible> {
        Ok((self.next() > 0).then(|| "scope".into()))
    }
    fn arms(&mut self, _: &'static str) -> Result<Vec<Arm>, Infallible> {
        let arm = |pattern| Arm {
            pattern,
            target: Offset(1),
        };
        let choice = self.next().checked_sub(1);
        let chosen = choice.map(|nth| patterns().swap_remove(nth));
        Ok(chosen.into_iter().map(arm).collect())
    }
    fn timeout_arm(&mut self, _: &'static str) -> Result<Option<(Reg, Offset)>, Infallible> {
        Ok((self.next() > 0).then_some((Reg(0), Offset(1))))
    }
    fn properties(&mut self, _: &'static str) -> Result<Vec<PropertyInit>, Infallible> {
        let choice = self.next().checked_sub(1);
        let chosen = choice.map(|nth| properties().swap_remove(nth));
        Ok(chosen.into_iter().collect())
    }
    fn flags(&mut self, _: &'static str, words: &'static [&'static str]) -> Result<u8, Infallible> {
        Ok(flags(words)[self.next()])
    }
}
