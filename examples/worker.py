"""A coordinator sends 15 to a worker, which sends back its square.

Prints the result, 225, and writes the program to worker.ionpack.
"""

import ionvm
from ionvm import Function, Instruction, IonPackBuilder, Value

# worker(coordinator): takes one message, and sends its square to the coordinator.
worker = Function(
    name="worker",
    arity=1,
    extra_regs=2,
    instructions=[
        Instruction.receive(1),
        Instruction.mul(2, 1, 1),
        Instruction.send(0, 2),
        Instruction.return_reg(2),
    ],
)

# main(): names the worker's function and itself symbolically, as a compiler does.
main = Function(
    name="main",
    arity=0,
    extra_regs=5,
    instructions=[
        Instruction.load_const(0, Value.atom("__function_ref:Actors:worker")),
        Instruction.load_const(1, Value.atom("__vm:self")),
        Instruction.spawn(2, 0, [1]),
        Instruction.load_const(3, Value.number(15)),
        Instruction.send(2, 3),
        Instruction.receive(4),
        Instruction.return_reg(4),
    ],
)

builder = (
    IonPackBuilder("worker", "1.0.0")
    .add_class("Main", main)
    .add_class("Actors", worker)
    .main_class("Main")
    .entry_point("main")
)

with open("worker.ionpack", "wb") as f:
    builder.build(f)

print(ionvm.run(builder, number_as_int=True))
