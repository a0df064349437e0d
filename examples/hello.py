"""Writes hello.ionpack, a program whose result is 42."""

from ionvm import Function, Instruction, IonPackBuilder, Value

function = Function(
    name="main",
    arity=0,
    extra_regs=1,
    instructions=[
        Instruction.load_const(0, Value.number(42)),
        Instruction.return_reg(0),
    ],
)

builder = IonPackBuilder("hello-world", "1.0.0")
builder.add_class("Main", function)
builder.main_class("Main")
builder.entry_point("main")

with open("hello.ionpack", "wb") as f:
    builder.build(f)
