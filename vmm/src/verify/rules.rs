//! The rules of the verifier, each with its number and its page of the manual.
//!
//! A number is never given twice. A rule that is withdrawn keeps its line.

use crate::diag::CodeInfo;

macro_rules! rules {
    ($($rule:ident = $code:literal, $title:literal, $text:literal, $remedy:literal;)*) => {
        /// A rule that verified classes keep.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Rule {
            $(#[doc = $title] $rule,)*
        }

        impl Rule {
            /// Its stable code.
            pub(super) fn code(self) -> &'static str {
                match self {
                    $(Rule::$rule => $code,)*
                }
            }

            /// How to mend what breaks it.
            pub(super) fn remedy(self) -> &'static str {
                match self {
                    $(Rule::$rule => $remedy,)*
                }
            }
        }

        /// What the manual says about each rule, in order.
        #[must_use]
        pub fn codes() -> &'static [CodeInfo] {
            const CODES: &[CodeInfo] = &[$(CodeInfo {
                code: $code,
                title: $title,
                text: $text,
                remedy: $remedy,
            },)*];
            CODES
        }
    };
}

rules! {
    Register = "V01", "register outside the frame",
        "An instruction, pattern, handler or local names a register that the frame of its function \
         does not have. A frame has captures, arguments, the rest array if there is one, and the \
         extra registers, numbered from 0 in this order.",
        "give the function more extra registers, or correct the number";
    Frame = "V02", "frame too large",
        "Captures, arguments, the rest array and extra registers together are more than 65,535 \
         registers.",
        "keep values in an array or tuple, or split the function";
    Optional = "V03", "more optional arguments than arguments",
        "The optional arguments are the last ones of the arity, so there cannot be more of them.",
        "count optional arguments in the arity";
    Lenient = "V04", "lenient with optional or rest",
        "A lenient function takes any number of arguments: missing ones are undefined and surplus \
         ones are dropped. Optional arguments and a rest array would contradict that.",
        "choose one of the two ways";
    Function = "V05", "function outside the class",
        "A function is named by its place in the class, and the class has no such place.",
        "correct the number, or add the function";
    Captures = "V06", "captures that nobody supplies",
        "Only `make_closure` gives a function the values it captures. A function that is named by \
         a constant, or that other classes can find by its name, is called without any.",
        "make a closure of it where it is needed, and mark it private";
    CaptureCount = "V07", "wrong number of captures",
        "`make_closure` gives another number of captured values than the function declares.",
        "give as many registers as the function has captures";
    Target = "V08", "target outside the function",
        "A jump, an arm or a handler goes to an instruction that is not there. The number of \
         instructions itself is a valid target: running off the end returns unit.",
        "use a label, or correct the offset, which counts from the jumping instruction itself";
    Range = "V09", "handler range empty or outside",
        "A handler covers the instructions from `from` to before `to`; there has to be at least \
         one, and all of them in the function.",
        "correct the range, or drop the handler";
    Nesting = "V10", "handler ranges that cross",
        "Two handler ranges are either apart or one inside the other, and the inner one stands \
         first: the first that covers an instruction wins.",
        "order the handlers from the innermost outwards, and split ranges that cross";
    SameResult = "V11", "one register for two results",
        "An instruction with two results, or a handler with value and info, writes both to the \
         same register, so that one of them would be lost.",
        "give each result a register of its own";
    Flags = "V12", "flags that mean nothing",
        "A set of flags has a bit that is not defined, or a combination that contradicts itself: \
         of some sets exactly one word has to be given.",
        "look up the words in the manual of the instruction";
    Count = "V13", "operand list too long",
        "A list of operands, arms or handlers has more than 65,535 items.",
        "split it: build arrays step by step, chain matches";
    Depth = "V14", "nested too deep",
        "Constants and patterns are nested at most 64 levels deep.",
        "build deep data when the program runs; match in several steps";
    Constant = "V15", "not a constant",
        "Processes, references and closures exist only inside a running machine, so no class can \
         hold one.",
        "make the value when the program runs, with `self_pid`, `make_ref` or `make_closure`";
    Twice = "V16", "key or name there twice",
        "A map constant has a key twice, an object constant a property, or a pattern asks for the \
         same key twice. One of the two would be lost.",
        "drop one of the two";
    Key = "V17", "mutable map key",
        "Keys of maps are immutable values: no arrays, maps or objects, also not inside a tuple \
         or pair.",
        "use a tuple instead";
    BoundTwice = "V18", "register bound twice in a pattern",
        "A pattern writes each register at most once. To ask that two parts are the same, bind \
         one and compare in a guard.",
        "use another register, and a guard if both parts have to be equal";
    Alternatives = "V19", "alternatives that bind different registers",
        "Whichever alternative fits, the same registers have to be written afterwards.",
        "bind the same registers in every alternative";
    Export = "V20", "exported twice",
        "Two functions that other classes can find have the same name and arity.",
        "rename one of them or mark it private";
    ClassName = "V21", "not a class name",
        "The name of a class can be part of a file name and of a list in a manifest: up to 128 \
         bytes of letters, digits and `_ . + $ -`, beginning with a letter, digit or `_`, without \
         two dots in a row or one at the end.",
        "choose another name";
    FunctionName = "V22", "not a function name",
        "The name of a function is any text that can be shown: not empty, and without control \
         characters or others that do not show.",
        "choose another name, or leave the function without one";
    NativeName = "V23", "not the canonical name of a native",
        "A class names a native function in one way only: words of lower-case letters, digits and \
         `_`, each beginning with a letter, joined by dots, at least two of them (`io.println`).",
        "translate other spellings when the class is made";
    Size = "V24", "text or number too long",
        "Strings and bytes have at most 16 MiB, atoms and names 4,096 bytes, names of magic \
         methods 128 bytes, integers 65,536 bytes.",
        "read large data from a resource when the program runs";
    Total = "V25", "too much in one class",
        "A class has at most 65,535 functions, 65,535 different constants, 65,535 different \
         patterns, 1,048,576 different texts and 16,777,216 instructions.",
        "split the class";
    Parts = "V26", "constants with too many parts",
        "The different constants of a class have more than 16,777,216 parts together, a shared \
         part counted each time it occurs. It bounds the work of everything that walks them.",
        "read large data from a resource when the program runs";
    Line = "V27", "source lines out of order",
        "Entries of the line table ascend by instruction, each at another one, none behind the end \
         of the function.",
        "sort them and keep one for each instruction";
    Local = "V28", "range of a local outside the function",
        "The name of a register holds over a range of instructions that is not empty and lies \
         inside the function.",
        "correct the range, or drop the local";
}
