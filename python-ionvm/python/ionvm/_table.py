# Written by `cargo xtask gen` from vmm/src/isa/table.rs; do not edit.
"""The instruction table: what encoder, decoder and printer walk.

An operand is its name in the table, its kind, and for flags the set of words.
"""

from __future__ import annotations

from typing import NamedTuple


class FlagSet(NamedTuple):
    """The words of a flag operand's bits, lowest first, and which bytes mean something."""

    words: tuple[str, ...]
    valid: frozenset[int]


class OpInfo(NamedTuple):
    """One instruction."""

    number: int
    mnemonic: str
    family: str
    operands: tuple[tuple[str, str], ...]
    flow: str
    cost: int


KEYS_VALUES_ENTRIES = FlagSet(("keys", "values", "entries"), frozenset({1, 2, 4}))
WRITABLE_ENUMERABLE_CONFIGURABLE_ACCESSOR = FlagSet(
    ("writable", "enumerable", "configurable", "accessor"), frozenset({0, 1, 2, 3, 4, 5, 6, 7})
)
OWN_CHAIN = FlagSet(("own", "chain"), frozenset({1, 2}))
LINK_KEEP = FlagSet(("link", "keep"), frozenset({0, 1, 2, 3}))
EXPLICIT_DEMONITOR_REPLY = FlagSet(("explicit", "demonitor", "reply"), frozenset({0, 1, 2, 4}))
FLUSH_INFO = FlagSet(("flush", "info"), frozenset({0, 1, 2, 3}))
EXPLICIT_REPLY = FlagSet(("explicit", "reply"), frozenset({1, 2}))

OPS: dict[int, OpInfo] = {
    0x01: OpInfo(0x01, "load_const", "data", (("dst", "Dst"), ("value", "Const")), "next", 0),
    0x02: OpInfo(0x02, "move", "data", (("dst", "Dst"), ("src", "Src")), "next", 0),
    0x30: OpInfo(0x30, "load_this", "data", (("dst", "Dst"),), "next", 0),
    0x31: OpInfo(0x31, "load_callee", "data", (("dst", "Dst"),), "next", 0),
    0x32: OpInfo(0x32, "arg_count", "data", (("dst", "Dst"),), "next", 0),
    0x33: OpInfo(0x33, "self_pid", "data", (("dst", "Dst"),), "next", 0),
    0x34: OpInfo(0x34, "get_global", "data", (("dst", "Dst"), ("name", "Name")), "next", 0),
    0x35: OpInfo(0x35, "set_global", "data", (("name", "Name"), ("src", "Src")), "next", 0),
    0x36: OpInfo(0x36, "type_of", "data", (("dst", "Dst"), ("src", "Src")), "next", 0),
    0x03: OpInfo(
        0x03, "add", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x04: OpInfo(
        0x04, "sub", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x05: OpInfo(
        0x05, "mul", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x06: OpInfo(
        0x06, "div", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x40: OpInfo(
        0x40, "mod", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x41: OpInfo(
        0x41, "rem", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x42: OpInfo(
        0x42, "pow", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x43: OpInfo(
        0x43, "int_div", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x44: OpInfo(
        0x44, "quot", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x45: OpInfo(0x45, "neg", "arithmetic", (("dst", "Dst"), ("a", "Src")), "call", 0),
    0x46: OpInfo(
        0x46, "bit_and", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0
    ),
    0x47: OpInfo(
        0x47, "bit_or", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0
    ),
    0x48: OpInfo(
        0x48, "bit_xor", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0
    ),
    0x49: OpInfo(
        0x49, "shl", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0
    ),
    0x4A: OpInfo(
        0x4A, "shr", "arithmetic", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0
    ),
    0x4B: OpInfo(0x4B, "bit_not", "arithmetic", (("dst", "Dst"), ("a", "Src")), "next", 0),
    0x15: OpInfo(0x15, "equal", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0),
    0x16: OpInfo(
        0x16, "not_equal", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x17: OpInfo(
        0x17, "less_than", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x18: OpInfo(
        0x18, "less_equal", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x19: OpInfo(
        0x19, "greater_than", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x1A: OpInfo(
        0x1A, "greater_equal", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "call", 0
    ),
    0x1B: OpInfo(0x1B, "and", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0),
    0x1C: OpInfo(0x1C, "or", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0),
    0x1D: OpInfo(0x1D, "not", "compare", (("dst", "Dst"), ("src", "Src")), "next", 0),
    0x50: OpInfo(0x50, "same", "compare", (("dst", "Dst"), ("a", "Src"), ("b", "Src")), "next", 0),
    0x51: OpInfo(
        0x51,
        "instance_of",
        "compare",
        (("dst", "Dst"), ("obj", "Src"), ("proto", "Src")),
        "next",
        0,
    ),
    0x54: OpInfo(0x54, "concat", "text", (("dst", "Dst"), ("parts", "Srcs")), "call", 0),
    0x55: OpInfo(0x55, "to_text", "text", (("dst", "Dst"), ("src", "Src")), "call", 0),
    0x56: OpInfo(0x56, "length", "text", (("dst", "Dst"), ("src", "Src")), "call", 0),
    0x0B: OpInfo(0x0B, "jump", "control", (("target", "Target"),), "jump", 0),
    0x0C: OpInfo(
        0x0C, "jump_if_true", "control", (("cond", "Src"), ("target", "Target")), "branch", 0
    ),
    0x0D: OpInfo(
        0x0D, "jump_if_false", "control", (("cond", "Src"), ("target", "Target")), "branch", 0
    ),
    0x12: OpInfo(0x12, "match", "control", (("src", "Src"), ("arms", "Arms")), "branch", 0),
    0x13: OpInfo(0x13, "yield", "control", (), "wait", 0),
    0x14: OpInfo(0x14, "nop", "control", (), "next", 0),
    0x58: OpInfo(
        0x58, "jump_if_undefined", "control", (("cond", "Src"), ("target", "Target")), "branch", 0
    ),
    0x09: OpInfo(
        0x09, "call", "call", (("dst", "Dst"), ("func", "Src"), ("args", "Srcs")), "call", 1
    ),
    0x0A: OpInfo(0x0A, "return", "call", (("src", "Src"),), "leave", 0),
    0x23: OpInfo(
        0x23,
        "make_closure_dyn",
        "call",
        (("dst", "Dst"), ("func", "Src"), ("scope", "Scope"), ("captures", "Srcs")),
        "next",
        0,
    ),
    0x60: OpInfo(
        0x60,
        "call_this",
        "call",
        (("dst", "Dst"), ("func", "Src"), ("this", "Src"), ("args", "Srcs")),
        "call",
        1,
    ),
    0x61: OpInfo(
        0x61,
        "call_spread",
        "call",
        (("dst", "Dst"), ("func", "Src"), ("this", "OptSrc"), ("seq", "Src")),
        "call",
        1,
    ),
    0x62: OpInfo(
        0x62,
        "call_native",
        "call",
        (("dst", "Dst"), ("native", "Native"), ("args", "Srcs")),
        "call",
        1,
    ),
    0x63: OpInfo(0x63, "tail_call", "call", (("func", "Src"), ("args", "Srcs")), "leave", 1),
    0x64: OpInfo(
        0x64,
        "tail_call_this",
        "call",
        (("func", "Src"), ("this", "Src"), ("args", "Srcs")),
        "leave",
        1,
    ),
    0x65: OpInfo(
        0x65,
        "tail_call_spread",
        "call",
        (("func", "Src"), ("this", "OptSrc"), ("seq", "Src")),
        "leave",
        1,
    ),
    0x66: OpInfo(
        0x66,
        "make_closure",
        "call",
        (("dst", "Dst"), ("func", "Function"), ("scope", "Scope"), ("captures", "Srcs")),
        "next",
        0,
    ),
    0x67: OpInfo(0x67, "make_cell", "call", (("dst", "Dst"), ("src", "Src")), "next", 0),
    0x68: OpInfo(0x68, "cell_get", "call", (("dst", "Dst"), ("cell", "Src")), "next", 0),
    0x69: OpInfo(0x69, "cell_set", "call", (("cell", "Src"), ("src", "Src")), "next", 0),
    0x6A: OpInfo(
        0x6A, "bind", "call", (("dst", "Dst"), ("func", "Src"), ("this", "Src")), "next", 0
    ),
    0x22: OpInfo(0x22, "array_init", "container", (("dst", "Dst"), ("items", "Srcs")), "next", 0),
    0x70: OpInfo(0x70, "tuple_init", "container", (("dst", "Dst"), ("items", "Srcs")), "next", 0),
    0x71: OpInfo(0x71, "map_init", "container", (("dst", "Dst"), ("entries", "Pairs")), "next", 0),
    0x72: OpInfo(
        0x72,
        "pair_init",
        "container",
        (("dst", "Dst"), ("head", "Src"), ("tail", "Src")),
        "next",
        0,
    ),
    0x73: OpInfo(0x73, "bytes_init", "container", (("dst", "Dst"), ("parts", "Srcs")), "next", 0),
    0x74: OpInfo(0x74, "array_push", "container", (("array", "Src"), ("src", "Src")), "next", 0),
    0x75: OpInfo(
        0x75,
        "get_index",
        "container",
        (("dst", "Dst"), ("container", "Src"), ("index", "Src")),
        "call",
        0,
    ),
    0x76: OpInfo(
        0x76,
        "set_index",
        "container",
        (("container", "Src"), ("index", "Src"), ("src", "Src")),
        "call",
        0,
    ),
    0x77: OpInfo(
        0x77,
        "has_index",
        "container",
        (("dst", "Dst"), ("container", "Src"), ("index", "Src")),
        "call",
        0,
    ),
    0x78: OpInfo(
        0x78, "delete_index", "container", (("container", "Src"), ("index", "Src")), "call", 0
    ),
    0x79: OpInfo(
        0x79,
        "iter_init",
        "container",
        (("dst", "Dst"), ("src", "Src"), ("what", "Flags")),
        "call",
        0,
    ),
    0x7A: OpInfo(
        0x7A,
        "iter_next",
        "container",
        (("dst", "Dst"), ("iter", "Src"), ("done", "Target")),
        "branch",
        0,
    ),
    0x7B: OpInfo(0x7B, "pair_head", "container", (("dst", "Dst"), ("pair", "Src")), "next", 0),
    0x7C: OpInfo(0x7C, "pair_tail", "container", (("dst", "Dst"), ("pair", "Src")), "next", 0),
    0x07: OpInfo(
        0x07, "get_prop", "object", (("dst", "Dst"), ("obj", "Src"), ("key", "Src")), "call", 0
    ),
    0x08: OpInfo(
        0x08, "set_prop", "object", (("obj", "Src"), ("key", "Src"), ("src", "Src")), "call", 0
    ),
    0x1F: OpInfo(
        0x1F, "object_init", "object", (("dst", "Dst"), ("properties", "Properties")), "next", 0
    ),
    0x80: OpInfo(
        0x80,
        "object_new",
        "object",
        (("dst", "Dst"), ("proto", "Src"), ("properties", "Properties")),
        "next",
        0,
    ),
    0x81: OpInfo(
        0x81, "get_raw", "object", (("dst", "Dst"), ("obj", "Src"), ("key", "Src")), "call", 0
    ),
    0x82: OpInfo(
        0x82,
        "define_prop",
        "object",
        (("obj", "Src"), ("key", "Src"), ("src", "Src"), ("flags", "Flags")),
        "next",
        0,
    ),
    0x83: OpInfo(
        0x83, "delete_prop", "object", (("dst", "Dst"), ("obj", "Src"), ("key", "Src")), "next", 0
    ),
    0x84: OpInfo(
        0x84,
        "has_prop",
        "object",
        (("dst", "Dst"), ("obj", "Src"), ("key", "Src"), ("where", "Flags")),
        "next",
        0,
    ),
    0x85: OpInfo(0x85, "get_proto", "object", (("dst", "Dst"), ("obj", "Src")), "next", 0),
    0x86: OpInfo(0x86, "set_proto", "object", (("obj", "Src"), ("proto", "Src")), "next", 0),
    0x87: OpInfo(
        0x87, "set_magic", "object", (("obj", "Src"), ("name", "Name"), ("func", "Src")), "next", 0
    ),
    0x88: OpInfo(0x88, "set_type_name", "object", (("obj", "Src"), ("name", "Name")), "next", 0),
    0x89: OpInfo(0x89, "freeze", "object", (("obj", "Src"),), "next", 0),
    0x8A: OpInfo(0x8A, "share", "object", (("dst", "Dst"), ("src", "Src")), "next", 0),
    0x90: OpInfo(0x90, "throw", "error", (("src", "Src"),), "leave", 0),
    0x91: OpInfo(0x91, "rethrow", "error", (("src", "Src"), ("info", "Src")), "leave", 0),
    0x92: OpInfo(0x92, "exit", "error", (("reason", "Src"),), "leave", 0),
    0x93: OpInfo(0x93, "error", "error", (("src", "Src"),), "leave", 0),
    0x98: OpInfo(
        0x98, "co_new", "coroutine", (("dst", "Dst"), ("func", "Src"), ("args", "Srcs")), "next", 0
    ),
    0x99: OpInfo(
        0x99,
        "co_resume",
        "coroutine",
        (("dst", "Dst"), ("done", "Dst"), ("co", "Src"), ("src", "Src")),
        "call",
        1,
    ),
    0x9A: OpInfo(
        0x9A,
        "co_throw",
        "coroutine",
        (("dst", "Dst"), ("done", "Dst"), ("co", "Src"), ("src", "Src")),
        "call",
        1,
    ),
    0x9B: OpInfo(0x9B, "co_yield", "coroutine", (("dst", "Dst"), ("src", "Src")), "call", 1),
    0x0E: OpInfo(
        0x0E,
        "spawn",
        "process",
        (("dst", "Dst"), ("func", "Src"), ("flags", "Flags"), ("args", "Srcs")),
        "call",
        20,
    ),
    0x0F: OpInfo(0x0F, "send", "process", (("target", "Src"), ("msg", "Src")), "next", 1),
    0x10: OpInfo(0x10, "receive", "process", (("dst", "Dst"),), "wait", 1),
    0x11: OpInfo(
        0x11, "await_number", "process", (("dst", "Dst"), ("number", "Literal")), "wait", 1
    ),
    0x1E: OpInfo(
        0x1E,
        "receive_with_timeout",
        "process",
        (("dst", "Dst"), ("timeout", "Src"), ("result", "Dst")),
        "wait",
        1,
    ),
    0x20: OpInfo(0x20, "select", "process", (("dst", "Dst"), ("processes", "Srcs")), "wait", 1),
    0x21: OpInfo(
        0x21, "select_with_kill", "process", (("dst", "Dst"), ("processes", "Srcs")), "wait", 1
    ),
    0xA0: OpInfo(
        0xA0,
        "spawn_opts",
        "process",
        (("dst", "Dst"), ("ref", "OptDst"), ("func", "Src"), ("seq", "Src"), ("opts", "Src")),
        "call",
        20,
    ),
    0xA1: OpInfo(
        0xA1, "try_send", "process", (("dst", "Dst"), ("target", "Src"), ("msg", "Src")), "next", 1
    ),
    0xA2: OpInfo(
        0xA2,
        "receive_match",
        "process",
        (("arms", "Arms"), ("timeout", "TimeoutArm")),
        "wait_branch",
        1,
    ),
    0xA3: OpInfo(
        0xA3, "recv_begin", "process", (("hint", "OptSrc"), ("timeout", "OptSrc")), "next", 1
    ),
    0xA4: OpInfo(
        0xA4, "recv_next", "process", (("dst", "Dst"), ("timed_out", "Target")), "wait_branch", 1
    ),
    0xA5: OpInfo(0xA5, "recv_take", "process", (), "next", 1),
    0xA6: OpInfo(0xA6, "make_ref", "process", (("dst", "Dst"),), "next", 0),
    0xA7: OpInfo(0xA7, "link", "process", (("process", "Src"),), "next", 1),
    0xA8: OpInfo(0xA8, "unlink", "process", (("process", "Src"),), "next", 1),
    0xA9: OpInfo(
        0xA9,
        "monitor",
        "process",
        (("dst", "Dst"), ("target", "Src"), ("alias", "Flags")),
        "next",
        1,
    ),
    0xAA: OpInfo(
        0xAA,
        "demonitor",
        "process",
        (("dst", "Dst"), ("ref", "Src"), ("flags", "Flags")),
        "next",
        1,
    ),
    0xAB: OpInfo(0xAB, "alias", "process", (("dst", "Dst"), ("kind", "Flags")), "next", 1),
    0xAC: OpInfo(0xAC, "unalias", "process", (("dst", "Dst"), ("ref", "Src")), "next", 1),
    0xAD: OpInfo(
        0xAD, "exit_signal", "process", (("process", "Src"), ("reason", "Src")), "next", 1
    ),
    0xAE: OpInfo(0xAE, "trap_exit", "process", (("dst", "Dst"), ("flag", "Src")), "next", 0),
    0xAF: OpInfo(0xAF, "await", "process", (("dst", "Dst"), ("process", "Src")), "wait", 1),
    0xB0: OpInfo(
        0xB0,
        "await_timeout",
        "process",
        (("dst", "Dst"), ("process", "Src"), ("timeout", "Src"), ("result", "Dst")),
        "wait",
        1,
    ),
    0xB1: OpInfo(0xB1, "sleep", "process", (("timeout", "Src"),), "wait", 1),
}

FLAGS: dict[tuple[str, str], FlagSet] = {
    ("iter_init", "what"): KEYS_VALUES_ENTRIES,
    ("define_prop", "flags"): WRITABLE_ENUMERABLE_CONFIGURABLE_ACCESSOR,
    ("has_prop", "where"): OWN_CHAIN,
    ("spawn", "flags"): LINK_KEEP,
    ("monitor", "alias"): EXPLICIT_DEMONITOR_REPLY,
    ("demonitor", "flags"): FLUSH_INFO,
    ("alias", "kind"): EXPLICIT_REPLY,
}
