//! What the modules of natives are about.

/// Name and manual text of every module, in the order of the names.
pub const MODULES: &[(&str, &str)] = &[
    (
        "array",
        "Growable sequences. What only reads takes tuples, too, and what takes a function walks whatever can be walked.",
    ),
    ("atom", "Atoms and their texts."),
    (
        "bytes",
        "Sequences of octets: as text, as digits, as numbers, and octets in octets.",
    ),
    ("code", "Classes while the program runs."),
    (
        "env",
        "The variables of the environment. Each takes a right, which names it.",
    ),
    (
        "error",
        "What a handler is told beside the value that it caught.",
    ),
    (
        "fs",
        "Files and folders, each by its real path, which takes a right. The calling process waits for the disk, others do not.",
    ),
    ("function", "What a function tells about itself."),
    (
        "handle",
        "Things outside that natives hold for a process: files, sockets. One process owns each, and its end closes it.",
    ),
    (
        "integer",
        "Exact whole numbers of any size: from numbers, from text, and as text in every base from 2 to 36.",
    ),
    (
        "io",
        "Printing. One call writes its text in one piece; objects are asked for theirs by `__str__`.",
    ),
    ("json", "Values as JSON text (RFC 8259) and back."),
    (
        "list",
        "Lists of pairs that end in `nil`, as Lisp, ML and Erlang have them.",
    ),
    (
        "map",
        "Values by key, in the order in which the keys came. A key is any value that cannot change.",
    ),
    (
        "math",
        "Doubles, complex numbers, and whole numbers of any size. Out of its domain a function of doubles yields NaN and at a pole an infinity; angles are radians; of a complex argument the result is complex.",
    ),
    (
        "object",
        "Objects as a whole. What there is an instruction for has no native.",
    ),
    (
        "options",
        "Options, which are given as a map or as an object.",
    ),
    (
        "process",
        "Processes: their dictionary, names, flags, and what can be known of them.",
    ),
    (
        "random",
        "Random numbers that follow from a seed, with generators as values or one for each process; and entropy, which takes a right.",
    ),
    (
        "registry",
        "Processes by key, several under one key, gone from it when they end.",
    ),
    (
        "resource",
        "The files under `resources/` of the program's package.",
    ),
    ("server", "Processes that answer requests, with callbacks."),
    (
        "string",
        "Text. Lengths, positions and widths count code points; case and white space are those of Unicode, for no language in particular.",
    ),
    (
        "supervisor",
        "Processes that start others and start them again when they end.",
    ),
    ("system", "The run as a whole."),
    (
        "task",
        "Calls in processes of their own, and their results.",
    ),
    (
        "term",
        "Values of every type as a whole: order, hash, copies, bytes.",
    ),
    (
        "time",
        "Clocks in milliseconds, and moments as text and by the parts of the Gregorian calendar, in UTC.",
    ),
    ("timer", "Messages that are sent later."),
    ("tuple", "Fixed sequences."),
    ("vm", "The machine, for curiosity."),
];

/// The manual text of a module.
#[must_use]
pub fn about(module: &str) -> Option<&'static str> {
    let found = MODULES.iter().find(|(name, _)| *name == module);
    found.map(|(_, text)| *text)
}
