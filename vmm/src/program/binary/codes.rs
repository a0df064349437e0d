//! The manual of the class file's refusals, code by code.

use crate::diag::CodeInfo;

/// What the manual says about each code, in order.
#[must_use]
pub fn codes() -> &'static [CodeInfo] {
    const DAMAGED: &str = "The file was damaged or its encoder is wrong: get or build it again, \
                           and compare the encoder with `docs/spec/class-format.md`, or for version \
                           1 with `docs/class-file-v1.md`.";
    macro_rules! code {
        ($code:literal, $title:literal, $text:literal) => {
            code!($code, $title, $text, DAMAGED)
        };
        ($code:literal, $title:literal, $text:literal, $remedy:expr) => {
            CodeInfo {
                code: $code,
                title: $title,
                text: $text,
                remedy: $remedy,
            }
        };
    }
    const CODES: &[CodeInfo] = &[
        code!(
            "C01",
            "not a class file",
            "A class file begins with the five bytes `IONBC`. This one does not, so it is \
             something else altogether. Only a single function of version 1 has no such beginning; \
             the message tells where the file stops to look like one.",
            "Look whether the right file was named."
        ),
        code!(
            "C02",
            "unknown version",
            "The sixth byte is the version of the layout. Each version is read by the reader made \
             for it, and no reader guesses at one it does not know. A class of version 1 is called \
             what its file is called, so it cannot be read where only its bytes are known.",
            "Use an IonVM that knows the version, or build the class again; read a class of version \
             1 as a file or as part of a package."
        ),
        code!(
            "C03",
            "wrong checksum",
            "The file carries a CRC-32 of its bytes from offset 12 on, and they give another one. \
             At least one byte is not what was written.",
            "Get or build the file again. Whoever edits class files has to compute the checksum \
             anew."
        ),
        code!(
            "C04",
            "cut off",
            "Something needs more bytes than the file or the section has. Nothing is read past \
             the end of a section."
        ),
        code!(
            "C05",
            "unknown feature",
            "A file can say by name what it needs of its reader. This reader does not know the \
             name, so it cannot know what the code means.",
            "Use a newer IonVM."
        ),
        code!(
            "C06",
            "section out of place",
            "The sections class, texts, constants, patterns, functions, exports and debug are all \
             there, each once, in this order, and only custom sections follow them. A section of \
             another number is refused: what tools attach goes into custom sections."
        ),
        code!(
            "C07",
            "bytes left over",
            "A section announces its length, and its content has to fill it exactly. A class of \
             version 1 ends with its last function."
        ),
        code!(
            "C08",
            "number in a wrong form",
            "Numbers are LEB128 in the shortest form, at most 32 bits, and registers at most \
             65,535. A longer form of the same number is refused, so that every class has one \
             encoding only. In version 1 numbers have four bytes, and registers and arities are \
             at most 65,535 there too."
        ),
        code!(
            "C09",
            "impossible count",
            "A list announces more items than could fit into the bytes that are left, each taking \
             at least one. It is refused before any memory is taken for it."
        ),
        code!(
            "C10",
            "text not UTF-8",
            "All texts of a class file are UTF-8: names, strings, atoms. Octets that are no text go \
             into bytes constants."
        ),
        code!(
            "C11",
            "unknown kind",
            "A byte says which of several things follows: a constant, a pattern, a condition, an \
             instruction, a set of bits. This value is not given to any.",
            "The file may be of a newer IonVM: use that. Otherwise its encoder is wrong; compare \
             it with `docs/spec/class-format.md`."
        ),
        code!(
            "C12",
            "reserved kind of constant",
            "Some numbers are kept for values that exist only while a program runs or that \
             belong to other nodes: processes, references, ports. No class file holds them.",
            "Make the value when the program runs, with `self_pid` or `make_ref` for example."
        ),
        code!(
            "C13",
            "index outside its pool",
            "An operand or a pool entry names a text, a constant or a pattern by a number that \
             the pool does not reach."
        ),
        code!(
            "C14",
            "pool not in order",
            "Pools hold every entry once and in order of first use, and nothing else. So equal \
             classes are equal files.",
            "Number entries when the encoder meets them for the first time; `docs/spec/class-format.md` \
             shows the three functions it takes."
        ),
        code!(
            "C15",
            "not the only form",
            "Some things could be written in several ways, and only one is allowed: a NaN has \
             fixed bits, integers are as short as they can be, magic methods ascend by name, \
             functions without debug information have no entry in the debug section.",
            "Correct the encoder; `docs/spec/class-format.md` names the form of each."
        ),
        code!(
            "C16",
            "limit passed",
            "A class may hold only so much, and a value may be nested only so deep; the message \
             names the limit. Limits keep a small file from taking much memory or time.",
            "Split the class, or build large data when the program runs, or read it from a \
             resource."
        ),
        code!(
            "C17",
            "wrong exports",
            "The exports section repeats which functions have a name and are not private, in \
             their order, for tools that want the interface alone. It has to agree with the \
             functions."
        ),
        code!(
            "C18",
            "not a constant",
            "Processes, references and closures exist only inside a running machine. A class that \
             holds one as a constant cannot be written.",
            "Make the value when the program runs: `self_pid`, `make_ref`, `make_closure`."
        ),
        code!(
            "C19",
            "no translation from version 1",
            "Constants of version 1 name functions, natives and the machine as atoms: \
             `__function_ref:Class:function`, `__stdlib:name`, `__vm:name`. They become what they \
             name when the class is read. This one names nothing that is there, or the function \
             needs more registers than there are.",
            "Correct the name, add what it names to the package, or build the class again for \
             version 2."
        ),
    ];
    CODES
}
