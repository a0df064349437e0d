//! Every instruction of the table either runs or is refused by name.
//!
//! For each row of the table the smallest class that holds the instruction is
//! made, out of the kinds of its operands alone. An instruction that no engine
//! runs must be refused when the class is loaded, with its name and place; the
//! list of those is here, so that it can only change together with this test.

use std::convert::Infallible;
use std::sync::Arc;

use vmm::diag::Place;
use vmm::ids::{FunctionIndex, Offset, Reg};
use vmm::isa::{Arm, Instruction, OPS, Opcode, OperandSource, PropertyInit};
use vmm::program::{Function, Module};
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{LoadError, VmBuilder, VmConfig, VmMode};

/// Instructions that this version refuses.
const NOT_BUILT: &[&str] = &[
    "await_number",
    "select",
    "select_with_kill",
    "spawn_opts",
    "try_send",
    "receive_match",
    "recv_begin",
    "recv_next",
    "recv_take",
    "link",
    "unlink",
    "monitor",
    "demonitor",
    "alias",
    "unalias",
    "exit_signal",
    "trap_exit",
    "await",
    "await_timeout",
];

/// Supplies the least that each kind of operand can be.
struct Least {
    registers: u16,
}

impl Least {
    fn register(&mut self) -> Reg {
        self.registers += 1;
        Reg(self.registers - 1)
    }
}

impl OperandSource for Least {
    type Error = Infallible;

    fn dst(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(self.register())
    }
    fn src(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(self.register())
    }
    fn opt_dst(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok(None)
    }
    fn opt_src(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok(None)
    }
    fn srcs(&mut self, _: &'static str) -> Result<Vec<Reg>, Infallible> {
        Ok(Vec::new())
    }
    fn pairs(&mut self, _: &'static str) -> Result<Vec<(Reg, Reg)>, Infallible> {
        Ok(Vec::new())
    }
    fn value(&mut self, _: &'static str) -> Result<Value, Infallible> {
        Ok(Value::unit())
    }
    fn name(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        Ok("__add__".into())
    }
    fn native(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        Ok("io.println".into())
    }
    fn function(&mut self, _: &'static str) -> Result<FunctionIndex, Infallible> {
        Ok(FunctionIndex(0))
    }
    fn target(&mut self, _: &'static str) -> Result<Offset, Infallible> {
        Ok(Offset(1))
    }
    fn literal(&mut self, _: &'static str) -> Result<u32, Infallible> {
        Ok(1)
    }
    fn scope(&mut self, _: &'static str) -> Result<Option<Arc<str>>, Infallible> {
        Ok(None)
    }
    fn arms(&mut self, _: &'static str) -> Result<Vec<Arm>, Infallible> {
        Ok(Vec::new())
    }
    fn timeout_arm(&mut self, _: &'static str) -> Result<Option<(Reg, Offset)>, Infallible> {
        Ok(None)
    }
    fn properties(&mut self, _: &'static str) -> Result<Vec<PropertyInit>, Infallible> {
        Ok(Vec::new())
    }
    fn flags(&mut self, _: &'static str, words: &'static [&'static str]) -> Result<u8, Infallible> {
        // No flag where that means something, else the first.
        Ok(u8::from(!vmm::isa::operand::flags_valid(0, words)))
    }
}

/// A class whose only function holds the instruction behind a `nop`.
fn class_with(opcode: Opcode) -> Module {
    let mut least = Least { registers: 0 };
    let Ok(instruction) = Instruction::read(opcode, &mut least);
    let code = vec![Instruction::nop(), instruction];
    Module::new("Main").with(Function::new_bytecode("main", 0, least.registers, code))
}

#[test]
fn every_instruction_runs_or_is_refused_by_name() {
    for mode in [VmMode::Parallel, VmMode::Stepped] {
        let mut refused = Vec::new();
        for row in OPS {
            let opcode = Opcode::from_number(row.number).expect("rows have numbers of opcodes");
            let class = verify(class_with(opcode))
                .unwrap_or_else(|problems| panic!("{}: {}", row.mnemonic, problems[0]));
            let config = VmConfig {
                mode,
                ..VmConfig::default()
            };
            let mut vm = VmBuilder::new().config(config).build().expect("a machine");
            let problem = match vm.load(&class) {
                Ok(()) => continue,
                Err(LoadError::Unlinked(problem)) => problem,
                Err(error) => panic!("{}: {error}", row.mnemonic),
            };
            assert_eq!(problem.code, "L01", "{problem}");
            assert!(
                problem.message.contains(&format!("`{}`", row.mnemonic)),
                "`{}` is refused without its name: {problem}",
                row.mnemonic
            );
            let Place::Code {
                class,
                function,
                instruction,
            } = &problem.place
            else {
                panic!("`{}` is refused without a place: {problem}", row.mnemonic);
            };
            assert_eq!(
                (class.as_str(), function.as_deref()),
                ("Main", Some("main/0"))
            );
            let (index, text) = instruction.as_ref().expect("the instruction is named");
            assert_eq!(*index, 1, "{problem}");
            assert!(text.starts_with(row.mnemonic), "{problem}");
            // Nothing of the class is there.
            assert!(
                vm.entry("Main", None).is_err(),
                "{} was loaded all the same",
                row.mnemonic
            );
            refused.push(row.mnemonic);
        }
        refused.sort_unstable();
        let mut expected = NOT_BUILT.to_vec();
        expected.sort_unstable();
        assert_eq!(refused, expected, "what {mode:?} mode refuses");
    }
}
