//! Every native of the machine against values that nobody expects.
//!
//! The table is that of the natives themselves, so a new one is in it by itself: each is
//! called with every count of arguments that it takes, and at each place in turn with each
//! of the special values: numbers that are no sizes, sizes that are too large, values that hold
//! themselves, long ones, and values of every other type. It answers or raises an error of
//! the machine, within a small heap and a bounded number of turns, and the same on a
//! second machine; that it returns at all shows that nothing was made before it was
//! measured.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use vmm::asm;
use vmm::builtin::modules::MODULES;
use vmm::fault::FaultKind;
use vmm::host::{Console, Stream, VirtualClock};
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, Vm, VmBuilder, VmConfig};

/// Modules whose natives act on other processes and on the machine; all others act on values.
const OTHERS: &[&str] = &[
    "code",
    "process",
    "registry",
    "resource",
    "server",
    "supervisor",
    "system",
    "task",
    "timer",
    "vm",
];

/// Cells that there must be at least.
const CELLS_LEAST: usize = 20_000;

/// Turns, of 4000 reductions each, that a cell may take.
const TURNS_MOST: f64 = 2000.0;

/// Atoms in place of which a probe takes a value that holds itself.
const CYCLIC: [&str; 4] = ["cyclic array", "cyclic map", "cyclic object", "cyclic pair"];

/// What makes such a value of its atom, and leaves any other value as it is.
const TWIST: &str = "\
.function twist arity=1
    match r0, :\"cyclic array\" -> array, :\"cyclic map\" -> map, \
:\"cyclic object\" -> object, :\"cyclic pair\" -> pair
    return r0
array:
    array_init r1, r0
    array_push r1, r1
    return r1
map:
    map_init r1
    set_index r1, r0, r1
    return r1
object:
    load_const r1, {a: 1}
    set_prop r1, r0, r1
    return r1
pair:
    array_init r1
    load_const r2, nil
    pair_init r2, r1, r2
    array_push r1, r2
    return r2
";

/// Takes what is written and drops it.
#[derive(Debug)]
struct Nowhere;

impl Console for Nowhere {
    fn write(&self, _: Stream, _: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is put at each place.
fn specials() -> Vec<Value> {
    let texts = [
        "NaN",
        "inf",
        "-inf",
        "-0",
        "-1",
        "0.5",
        "2147483648",
        "4294967296",
        "9007199254740993n",
        "18446744073709551616",
        "-9223372036854775809n",
        "340282366920938463463374607431768211456n",
        "1e300",
        "1e9",
        "5e-324",
        "1+2i",
        "true",
        "unit",
        "undefined",
        "nil",
        ":atom",
        "\"\"",
        "\"text é\"",
        "b\"\\xff\"",
        "()",
        "(1, (2,))",
        "[]",
        "[3, \"a\", [NaN]]",
        "[1 | 2]",
        "%{1: 2}",
        "{a: 1}",
    ];
    let texts = texts.iter().map(|text| literal(text));
    let cyclic = CYCLIC.iter().map(|name| Value::atom(*name));
    let long = [
        Value::string("long ß, ".repeat(10_000)),
        Value::bytes(vec![0x61; 50_000]),
        Value::array(
            (0..5000)
                .map(|n| Value::number(f64::from(n % 7)))
                .collect::<Vec<_>>(),
        ),
    ];
    texts.chain(cyclic).chain(long).collect()
}

fn literal(text: &str) -> Value {
    let source = format!(".class L\n.function main arity=0\n    load_const r0, {text}\n");
    let classes = asm::parse("literal", &source).unwrap_or_else(|p| panic!("{text}: {}", p[0]));
    match &classes[0].functions[0].instructions[0] {
        vmm::Instruction::LoadConst(_, value) => value.clone(),
        other => panic!("{other:?}"),
    }
}

/// A native with so many arguments, and the function that calls it.
struct Probe {
    native: String,
    count: usize,
}

/// A class with a function for each probe, which yields a tuple: `:ok` or the kind of the error,
/// how many turns it took, and how its answer shows.
fn machine() -> (Vm, Vec<Probe>) {
    let config = VmConfig {
        max_heap: 4 << 20,
        seed: Some(0),
        schedulers: Some(1),
        ..VmConfig::default()
    };
    let builder = VmBuilder::new()
        .config(config)
        .console(Arc::new(Nowhere))
        .clock(Arc::new(VirtualClock::default()));
    let mut vm = builder.build().expect("a machine");
    let mut probes = Vec::new();
    let mut text = format!(".class Main\n{TWIST}");
    for native in vm.natives().list() {
        let module = native.name.split('.').next().unwrap_or_default();
        if OTHERS.contains(&module) {
            continue;
        }
        let least = usize::from(native.least);
        for count in least..=usize::from(native.most).min(least + 3).min(5) {
            write_probe(&mut text, probes.len(), &native.name, count);
            probes.push(Probe {
                native: native.name.to_string(),
                count,
            });
        }
    }
    let classes = asm::parse("probes", &text).unwrap_or_else(|p| panic!("{}", p[0]));
    for class in classes {
        let class = verify(class).unwrap_or_else(|p| panic!("{}", p[0]));
        vm.load(&class).unwrap_or_else(|e| panic!("{e}"));
    }
    (vm, probes)
}

/// The function of a probe.
fn write_probe(text: &mut String, number: usize, native: &str, count: usize) {
    let registers: Vec<String> = (0..count).map(|i| format!("r{i}")).collect();
    let comma = if count > 0 { ", " } else { "" };
    let arguments = registers.join(", ");
    let [kind, before, answer, twist, name] = [0, 1, 2, 3, 4].map(|i| count + i);
    let _ = writeln!(
        text,
        ".function probe_{number} arity={count}\n    .handler begin, end, caught, r{answer}\n    \
         load_const r{kind}, :ok\n    load_const r{twist}, &twist/1"
    );
    for register in &registers {
        let _ = writeln!(text, "    call {register}, r{twist}, {register}");
    }
    let _ = writeln!(
        text,
        "    call_native r{before}, vm.scheduler_passes\nbegin:\n    \
         call_native r{answer}, {native}{comma}{arguments}\nend:\n    jump told\ncaught:\n    \
         load_const r{name}, :kind\n    get_prop r{kind}, r{answer}, r{name}\n    \
         load_const r{name}, :message\n    get_prop r{answer}, r{answer}, r{name}\ntold:\n    \
         call_native r{name}, vm.scheduler_passes\n    sub r{before}, r{name}, r{before}\n    \
         call_native r{answer}, term.show, r{answer}\n    \
         tuple_init r{kind}, r{kind}, r{before}, r{answer}\n    return r{kind}"
    );
}

/// What a probe yields.
#[derive(Debug, PartialEq)]
struct Answer {
    kind: String,
    turns: f64,
    shown: String,
}

/// Calls a probe.
fn ask(vm: &mut Vm, number: usize, probe: &Probe, arguments: &[Value]) -> Answer {
    let arity = u16::try_from(probe.count).ok();
    let function = vm.code().find("Main", &format!("probe_{number}"), arity);
    let function = function.expect("the probe is there");
    let outcome = vm.run(function, arguments);
    let Ok(RunOutcome::Finished(Value::Tuple(told))) = &outcome else {
        panic!("{}{arguments:?}: {outcome:?}", probe.native);
    };
    let [kind, turns, shown] = &told[..] else {
        panic!("{}{arguments:?}: {told:?}", probe.native);
    };
    Answer {
        kind: kind.as_atom().unwrap_or("no atom").to_owned(),
        turns: turns.as_number().unwrap_or(f64::NAN),
        shown: shown.as_str().unwrap_or_default().to_owned(),
    }
}

/// What stands at the other places: what the module is about, then numbers or
/// something of every kind.
fn fillers(native: &str) -> Vec<[Value; 2]> {
    let first = match native.split('.').next().unwrap_or_default() {
        "array" => "[2, 1]",
        "bytes" => "b\"abc\"",
        "list" => "[1, 2 | nil]",
        "map" => "%{\"k\": 1}",
        "object" => "{k: 1}",
        "tuple" => "(1, 2)",
        "string" | "atom" | "json" => "\"abc\"",
        "integer" => "12n",
        _ => "1",
    };
    ["1", first]
        .iter()
        .map(|other| [literal(first), literal(other)])
        .collect()
}

#[test]
fn natives_answer_or_raise_whatever_they_are_given() {
    let (mut vm, probes) = machine();
    let (mut second, _) = machine();
    let specials = specials();
    let kinds: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.atom()).collect();
    let (mut cells, mut answers) = (0, BTreeMap::new());
    for (number, probe) in probes.iter().enumerate() {
        let mut lists = Vec::new();
        for place in 0..probe.count {
            for filler in fillers(&probe.native) {
                for special in &specials {
                    let argument = |i: usize| match i {
                        _ if i == place => special.clone(),
                        0 => filler[0].clone(),
                        _ => filler[1].clone(),
                    };
                    let arguments: Vec<Value> = (0..probe.count).map(argument).collect();
                    lists.push(arguments);
                }
            }
        }
        if probe.count == 0 {
            lists.push(Vec::new());
        }
        for arguments in lists {
            let answer = ask(&mut vm, number, probe, &arguments);
            let told = || format!("{}{arguments:?}: {answer:?}", probe.native);
            assert!(
                answer.kind == "ok" || kinds.contains(&answer.kind.as_str()),
                "{}",
                told()
            );
            assert!(answer.turns <= TURNS_MOST, "{}", told());
            assert!(!answer.shown.contains("panick"), "{}", told());
            // Of every call, since clocks and chance go on with each.
            let again = ask(&mut second, number, probe, &arguments);
            assert_eq!(answer, again, "{}{arguments:?}", probe.native);
            *answers.entry(answer.kind).or_insert(0_usize) += 1;
            cells += 1;
        }
    }
    println!("{cells} cells: {answers:?}");
    assert!(cells >= CELLS_LEAST, "only {cells} cells");
    // Were all refused at the door, nothing would have been tried.
    for kind in ["ok", "bad_type", "bad_number", "bad_index", "limit"] {
        assert!(answers.contains_key(kind), "no cell is {kind}: {answers:?}");
    }
}

/// Flat and case-free spellings are those of the list in `vm-ffi`, so every native has to stand in it.
#[test]
fn every_native_is_named_and_told_about() {
    let (vm, _) = machine();
    let natives = vm.natives().list();
    let have: Vec<&str> = natives.iter().map(|native| &*native.name).collect();
    assert_eq!(have, vm_ffi::stdlib::names());
    let modules: Vec<&str> = MODULES.iter().map(|(name, _)| *name).collect();
    assert!(modules.is_sorted());
    for module in &modules {
        let has = |name: &&str| name.split('.').next() == Some(module);
        assert!(have.iter().any(has), "module {module} has no natives");
    }
    for native in natives {
        let module = native.name.split('.').next().unwrap_or_default();
        assert!(modules.contains(&module), "{} is in no module", native.name);
        let doc = native.doc.as_deref().unwrap_or_default();
        assert!(doc.ends_with('.'), "{}: {doc}", native.name);
        assert!(native.least <= native.most, "{}", native.name);
        let spelling = native.name.to_uppercase();
        assert_eq!(
            vm_ffi::stdlib::canonical_name(&spelling),
            Some(&*native.name)
        );
    }
}

/// A size beyond every bound is refused as one, by every native that makes something of that size.
#[test]
fn sizes_beyond_every_bound_are_refused_before_anything_is_made() {
    let (mut vm, probes) = machine();
    let huge = [
        "1e9",
        "1e300",
        "9007199254740993n",
        "340282366920938463463374607431768211456n",
    ];
    let makers = [
        ("array.new", 1, 0),
        ("array.range", 1, 0),
        ("array.flat", 2, 1),
        ("bytes.new", 1, 0),
    ];
    for (native, count, place) in makers {
        let is = |probe: &Probe| probe.native == native && probe.count == count;
        let number = probes.iter().position(is).expect("the native is there");
        for text in huge {
            let mut arguments = vec![literal("[[1], [[2]]]"); count];
            arguments[place] = literal(text);
            let answer = ask(&mut vm, number, &probes[number], &arguments);
            // As deep as that an array is flat anyway.
            let expected = if native == "array.flat" {
                "ok"
            } else {
                "limit"
            };
            assert_eq!(answer.kind, expected, "{native}({text})");
        }
    }
}
