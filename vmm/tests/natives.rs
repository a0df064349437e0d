//! Every native of the machine against values that nobody expects.
//!
//! The table is that of the natives themselves: each is called with every
//! count of arguments that it takes, and at each place in turn with each of
//! the special values: numbers that are no sizes, sizes that are too large,
//! and values of every other type. It answers or raises an error of the
//! machine, within a small heap; that it returns at all shows that nothing
//! was made before it was measured.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use vmm::asm;
use vmm::fault::FaultKind;
use vmm::host::{Console, Stream, VirtualClock};
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, Vm, VmBuilder, VmConfig};

/// Modules whose natives act on values alone; others act on the world.
const MODULES: &[&str] = &[
    "array", "atom", "bytes", "complex", "list", "map", "math", "object", "string", "term", "tuple",
];

/// Cells that there must be at least.
const CELLS_LEAST: usize = 2000;

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
    texts.iter().map(|text| literal(text)).collect()
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

/// A class with a function for each probe, which yields `:ok` or the kind of the error.
fn machine() -> (Vm, Vec<Probe>) {
    let config = VmConfig {
        max_heap: 4 << 20,
        seed: Some(0),
        ..VmConfig::default()
    };
    let builder = VmBuilder::new()
        .config(config)
        .console(Arc::new(Nowhere))
        .clock(Arc::new(VirtualClock::default()));
    let mut vm = builder.build().expect("a machine");
    let mut probes = Vec::new();
    let mut text = String::from(".class Main\n");
    for native in vm.natives().list() {
        let module = native.name.split('.').next().unwrap_or_default();
        if !MODULES.contains(&module) {
            continue;
        }
        let least = usize::from(native.least);
        for count in least..=usize::from(native.most).min(least + 3).min(5) {
            let registers: Vec<String> = (0..count).map(|i| format!("r{i}")).collect();
            let arguments = registers.join(", ");
            let comma = if count > 0 { ", " } else { "" };
            let _ = writeln!(
                text,
                ".function probe_{number} arity={count}\n    \
                 .handler begin, end, caught, r{count}\nbegin:\n    \
                 call_native r{count}, {name}{comma}{arguments}\nend:\n    \
                 load_const r{count}, :ok\n    return r{count}\ncaught:\n    \
                 load_const r{kind}, :kind\n    get_prop r{count}, r{count}, r{kind}\n    \
                 return r{count}",
                number = probes.len(),
                name = native.name,
                kind = count + 1,
            );
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
        "string" | "atom" => "\"abc\"",
        _ => "1",
    };
    ["1", "undefined", first]
        .iter()
        .map(|other| [literal(first), literal(other)])
        .collect()
}

#[test]
fn natives_answer_or_raise_whatever_they_are_given() {
    let (mut vm, probes) = machine();
    let specials = specials();
    let kinds: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.atom()).collect();
    let (mut cells, mut answers) = (0, BTreeMap::new());
    for (number, probe) in probes.iter().enumerate() {
        let arity = u16::try_from(probe.count).ok();
        let function = vm.code().find("Main", &format!("probe_{number}"), arity);
        let function = function.expect("the probe is there");
        for place in 0..probe.count {
            for filler in fillers(&probe.native) {
                for special in &specials {
                    let arguments: Vec<Value> = (0..probe.count)
                        .map(|i| match i {
                            _ if i == place => special.clone(),
                            0 => filler[0].clone(),
                            _ => filler[1].clone(),
                        })
                        .collect();
                    let outcome = vm.run(function, &arguments);
                    let Ok(RunOutcome::Finished(kind)) = &outcome else {
                        panic!("{}{arguments:?}: {outcome:?}", probe.native);
                    };
                    let kind = kind.as_atom().unwrap_or("no atom");
                    assert!(
                        kind == "ok" || kinds.contains(&kind),
                        "{}{arguments:?} raises {kind}",
                        probe.native
                    );
                    *answers.entry(kind.to_owned()).or_insert(0_usize) += 1;
                    cells += 1;
                }
            }
        }
    }
    assert!(cells >= CELLS_LEAST, "only {cells} cells");
    // Were all refused at the door, nothing would have been tried.
    for kind in ["ok", "bad_type", "bad_number", "bad_index", "limit"] {
        assert!(answers.contains_key(kind), "no cell is {kind}: {answers:?}");
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
        let function = vm
            .code()
            .find(
                "Main",
                &format!("probe_{number}"),
                u16::try_from(count).ok(),
            )
            .expect("the probe is there");
        for text in huge {
            let mut arguments = vec![literal("[[1], [[2]]]"); count];
            arguments[place] = literal(text);
            let outcome = vm.run(function, &arguments);
            let Ok(RunOutcome::Finished(kind)) = &outcome else {
                panic!("{native} {text}: {outcome:?}");
            };
            // As deep as that an array is flat anyway.
            let expected = if native == "array.flat" {
                "ok"
            } else {
                "limit"
            };
            assert_eq!(kind.as_atom(), Some(expected), "{native}({text})");
        }
    }
}
