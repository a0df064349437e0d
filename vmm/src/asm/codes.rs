//! What the assembler complains about: every code with its manual text.

use crate::diag::CodeInfo;

/// Every code of the assembler, ascending.
#[must_use]
pub fn codes() -> &'static [CodeInfo] {
    CODES
}

macro_rules! codes {
    ($($code:literal $title:literal: $text:literal => $remedy:literal;)*) => {
        &[$(CodeInfo { code: $code, title: $title, text: $text, remedy: $remedy }),*]
    };
}

const CODES: &[CodeInfo] = codes! {
    "A00" "too many errors":
    "The text has more errors than are worth showing. Those shown are the first ones." =>
    "Mend the first few and assemble again; later ones are often their consequences.";

    "A01" "meaningless character":
    "A character stands where no token begins with it. `#` in particular begins the text of \
     processes, references and closures, which exist only inside a running machine and have no \
     literal." =>
    "Remove it, or put it into quotes if it belongs to a name or a text.";

    "A02" "quote not closed":
    "A quoted text ends in the line in which it begins." =>
    "Close the quote; write a line end inside it as `\\n`, a quote as `\\\"`.";

    "A03" "bad escape":
    "A backslash inside quotes is followed by something that is no escape, or a byte string holds \
     a character that is no octet." =>
    "The escapes are `\\n \\r \\t \\0 \\\\ \\\" \\xNN \\u{N}`; in `b\"...\"` write everything \
     beyond ASCII as `\\xNN`.";

    "A04" "unknown label":
    "A jump, a handler or a range names a label that the function does not have. Labels belong to \
     one function and are not seen from another." =>
    "Write `name:` before the instruction meant, or behind the last one for the end of the function.";

    "A05" "label twice":
    "Two labels of a function have the same name, so a jump to it could mean either." =>
    "Rename one of them.";

    "A06" "unknown instruction":
    "The first word of a line is no instruction. A word before a colon would be a label." =>
    "See `docs/isa.md`, or `ionvm doc`, for the instructions there are.";

    "A07" "something else expected":
    "The text does not have the form that an instruction's operands, a literal or a directive need \
     at this place. The message says what could stand there." =>
    "Compare the line with the form that the manual of the instruction or directive shows.";

    "A08" "unknown register":
    "A word stands where a register is needed, and no register has been given that name above it \
     in this function." =>
    "Use `r0`, `r1`, ..., or declare the name with `.reg name` or `.local name`.";

    "A09" "name not free":
    "A register or constant is declared with a name that has a meaning already: a word of the \
     language, `r` with digits, or the name of another register or constant in reach." =>
    "Choose another name.";

    "A10" "unknown constant":
    "A word stands where a literal is needed, and it is neither one of the words `true`, `false`, \
     `unit`, `undefined`, `nil` nor a constant declared above." =>
    "Write `:word` for an atom or `\"word\"` for a string, or declare it with `.const word = ...`.";

    "A11" "unknown function":
    "A function reference without a class means a function of the same class, and the class has \
     none of that name, or none of it with that arity." =>
    "Check name and arity; write `&Class.name/arity` for a function of another class.";

    "A12" "several functions fit":
    "A function reference without an arity names a function of which the class has several, or \
     several functions have both name and arity in common." =>
    "Add the arity, or name the function by its place in the class: `&#3`.";

    "A13" "out of place":
    "Code stands outside a function, a function outside a class, or a directive outside what it \
     speaks about." =>
    "Begin a text with `.class Name` and code with `.function name arity=0`.";

    "A14" "unknown directive":
    "A word that begins with a dot is none of the directives, or none of the parts of an object." =>
    "The directives are `.class .function .line .local .reg .handler .const .custom`; the parts of \
     an object `.type .proto .magic`.";

    "A15" "number out of range":
    "A number is malformed, or cannot be what the place needs: a count that is too large, a \
     register that no frame has, a double beyond the largest one." =>
    "Numbers are written `42`, `0.1`, `1e21`, `0x2a`, `inf`, `NaN`, exact integers `42n`, complex \
     numbers `2+3i`.";

    "A16" "wrong function header":
    "The line of a `.function` has a word that means nothing there, says something twice, or does \
     not give the arity." =>
    "Write `.function NAME arity=N`, then as needed `captures=N optional=N extra=N rest lenient \
     private`.";

    "A17" "unknown flag":
    "A word in brackets is none of the flags that the instruction or property has." =>
    "The message lists the flags; their meaning stands in the manual of the instruction.";

    "A18" "nested too deep":
    "Constants and patterns may be nested 64 levels deep. The elements of a list `[a, b | t]` \
     count as cells inside cells." =>
    "Build deep values, long lists among them, when the program runs; split deep patterns into \
     several matches.";

    "A19" "key twice":
    "A map, an object or a pattern has the same key twice." =>
    "Remove one of the entries.";

    "A20" "too large":
    "The text, a quoted text in it, or all its constants together are larger than the assembler \
     takes." =>
    "Load large data as a resource of the package, split the text into several.";

    "A21" "no register left":
    "All registers that a frame can have are named or used." =>
    "Split the function, or keep values in an array or tuple.";

    "A22" "wrong section data":
    "The data of a `.custom` section is written as pairs of hexadecimal digits." =>
    "Write two digits for each byte, in one line.";

    "A23" "class twice":
    "Two classes of the text have the same name." =>
    "Rename one of them, or join them.";

    "A25" "inexact number":
    "A warning: a whole number has more digits than a double keeps, so that another number is \
     stored than is written." =>
    "Write an exact integer with an `n` behind it, or the number that is meant.";
};
