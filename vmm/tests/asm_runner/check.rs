//! A file held against what it expects.

use std::collections::BTreeMap;

use vmm::asm::{self, Assembly, Options as AsmOptions};
use vmm::program::Module;
use vmm::verify::{Verified, verify};
use vmm::vm::VmMode;

use crate::bless::Edits;
use crate::literal;
use crate::machine::{Configuration, Machine, Observed};
use crate::recorder::Recorder;
use crate::refusals;
use crate::script::{Call, Complaint, Kind, Outcome, Script};
use crate::variants::{self, Variant};

/// Everything that is not as the file says.
pub(crate) fn check(script: &Script, edits: &mut Edits) -> Vec<Complaint> {
    let is = |kind| script.kinds.contains(&kind);
    let assembled = asm::parse_with_map("test", &script.text, AsmOptions::default());
    let mut wrong = Vec::new();
    if is(Kind::Verify) || is(Kind::Load) {
        wrong.extend(refusals::check(script, &assembled, is(Kind::Load), edits));
        return wrong;
    }
    let assembly = match assembled {
        Ok(assembly) => assembly,
        Err(problems) => return refusals::complaints(&problems),
    };
    wrong.extend(refusals::complaints(&assembly.warnings));
    wrong.extend(round_trips(&assembly.modules));
    if is(Kind::Print) {
        wrong.extend(printed(script, &assembly, edits));
    }
    let mut classes = Vec::new();
    for module in &assembly.modules {
        match verify(module.clone()) {
            Ok(class) => classes.push(class),
            Err(problems) => {
                let problems: Vec<_> = problems
                    .into_iter()
                    .map(|p| assembly.map.locate(p))
                    .collect();
                wrong.extend(refusals::complaints(&problems));
            }
        }
    }
    if wrong.is_empty() && is(Kind::Run) {
        wrong.extend(run(script, &assembly.modules, &classes, edits));
    }
    if wrong.is_empty() && is(Kind::Trace) {
        wrong.extend(trace(script, &classes, edits));
    }
    wrong
}

/// Text and class file give every class back.
fn round_trips(modules: &[Module]) -> Vec<Complaint> {
    let mut wrong = Vec::new();
    for module in modules {
        match asm::parse("printed", &asm::print(module)) {
            Ok(again) if again == [module.clone()] => {}
            Ok(_) => wrong.push((
                1,
                format!("class {} is another one once printed", module.name),
            )),
            Err(problems) => {
                wrong.push((
                    1,
                    format!("class {} as printed: {}", module.name, problems[0]),
                ));
            }
        }
        match module.to_bytes().map(|bytes| Module::from_bytes(&bytes)) {
            Ok(Ok(again)) if again == *module => {}
            Ok(Ok(_)) => {
                wrong.push((
                    1,
                    format!("class {} is another one once written", module.name),
                ));
            }
            Ok(Err(error)) => wrong.push((1, format!("class {} as written: {error}", module.name))),
            Err(error) => wrong.push((
                1,
                format!("class {} cannot be written: {error}", module.name),
            )),
        }
    }
    wrong
}

/// The program of a `print` test is its own printed form.
fn printed(script: &Script, assembly: &Assembly, edits: &mut Edits) -> Option<Complaint> {
    let head = script
        .text
        .lines()
        .take_while(|line| line.starts_with(';'))
        .count();
    let program: String = script.text.split_inclusive('\n').skip(head).collect();
    let printed: Vec<String> = assembly.modules.iter().map(asm::print).collect();
    let printed = printed.join("\n");
    if program == printed {
        return None;
    }
    let same = program
        .lines()
        .zip(printed.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let line = printed.lines().nth(same).unwrap_or("the end").to_owned();
    edits.replace_program(printed);
    Some((
        head + same + 1,
        format!("is not in its printed form: `{line}` is"),
    ))
}

/// Runs every call under every configuration, and the variants under some.
fn run(
    script: &Script,
    modules: &[Module],
    classes: &[Verified<Module>],
    edits: &mut Edits,
) -> Vec<Complaint> {
    let class = &*modules[0].name;
    let mut wrong = Findings::default();
    for (nth, configuration) in Configuration::all(&script.options).into_iter().enumerate() {
        let mut machine = Machine::new(configuration, &script.options, None);
        if let Err(error) = machine.load(classes) {
            return vec![(1, error)];
        }
        for call in &script.calls {
            let observed = machine.call(class, call);
            if nth == 0 {
                bless(script, call, &observed, edits);
            }
            for what in differences(call, &observed) {
                wrong.add(call, &what, &configuration.to_string());
            }
        }
    }
    if script.options.variants {
        run_variants(script, modules, classes, &mut wrong);
    }
    wrong.complaints
}

fn run_variants(
    script: &Script,
    modules: &[Module],
    classes: &[Verified<Module>],
    wrong: &mut Findings,
) {
    let mut first = modules[0].clone();
    let mut all: Vec<(&Call, Variant)> = Vec::new();
    for call in &script.calls {
        all.extend(
            variants::add(&mut first, call)
                .into_iter()
                .map(|variant| (call, variant)),
        );
    }
    if all.is_empty() {
        return;
    }
    let class = first.name.clone();
    let mut with_variants = match verify(first) {
        Ok(class) => vec![class],
        Err(problems) => {
            wrong
                .complaints
                .push((1, format!("the variants do not verify: {}", problems[0])));
            return;
        }
    };
    with_variants.extend_from_slice(&classes[1..]);
    for configuration in Configuration::all(&script.options) {
        let usual = configuration.timeslice == script.options.timeslice;
        if !usual || configuration.zeal {
            continue;
        }
        let mut machine = Machine::new(configuration, &script.options, None);
        if let Err(error) = machine.load(&with_variants) {
            wrong.complaints.push((1, error));
            return;
        }
        for (call, variant) in &all {
            // Only in parallel mode does it matter what is a constant.
            if variant.kind == variants::Kind::Constants && configuration.mode == VmMode::Stepped {
                continue;
            }
            let observed = machine.call(&class, &variant.call);
            for what in differences(&variant.call, &observed) {
                wrong.add(call, &what, &format!("{:?} {configuration}", variant.kind));
            }
        }
    }
}

/// What went wrong, with all the configurations in which it did.
#[derive(Default)]
struct Findings {
    complaints: Vec<Complaint>,
    places: BTreeMap<(usize, String), usize>,
}

impl Findings {
    fn add(&mut self, call: &Call, what: &str, place: &str) {
        let key = (call.line, what.to_owned());
        if let Some(at) = self.places.get(&key) {
            let text = &mut self.complaints[*at].1;
            text.truncate(text.len() - 1);
            text.push_str(&format!("; {place})"));
            return;
        }
        self.places.insert(key, self.complaints.len());
        let name = if call.text.is_empty() {
            "main()"
        } else {
            &call.text
        };
        self.complaints
            .push((call.line, format!("{name} {what} ({place})")));
    }
}

/// How what happened differs from what is expected.
pub(crate) fn differences(call: &Call, observed: &Observed) -> Vec<String> {
    let mut all = Vec::new();
    let expected = call.outcome.written();
    match &observed.outcome {
        Err(what) => all.push(format!("{what}, expected `{expected}`")),
        Ok(actual) if fits(&call.outcome, actual) => {}
        Ok(actual) => all.push(format!("{}, expected `{expected}`", actual.written())),
    }
    for (name, wanted, written) in [
        ("out", &call.out, &observed.out),
        ("err", &call.err, &observed.err),
    ] {
        if let Some(wanted) = wanted
            && wanted.text != *written
        {
            let (wanted, written) = (literal::quoted(&wanted.text), literal::quoted(written));
            all.push(format!("{name} {written}, expected {wanted}"));
        }
    }
    all
}

fn fits(expected: &Outcome, actual: &Outcome) -> bool {
    match (expected, actual) {
        (Outcome::Shows(text), Outcome::Returns(value)) => *text == asm::show_value(value),
        (Outcome::Raises(kind, part), Outcome::Raises(found, message)) => {
            let part = part.as_deref().unwrap_or_default();
            kind == found && message.as_ref().is_none_or(|m| m.contains(part))
        }
        _ => expected == actual,
    }
}

/// Writes down what a call came to, where that is not what is expected.
fn bless(script: &Script, call: &Call, observed: &Observed, edits: &mut Edits) {
    let Ok(actual) = &observed.outcome else {
        return;
    };
    if !fits(&call.outcome, actual) {
        let written = match (&call.outcome, actual) {
            (Outcome::Shows(_), Outcome::Returns(value)) => {
                Outcome::Shows(asm::show_value(value)).written()
            }
            // Kinds are stable, messages are not.
            (_, Outcome::Raises(kind, _)) => Outcome::Raises(kind.clone(), None).written(),
            (_, actual) => actual.written(),
        };
        edits.replace(call.line, vec![format!(";= {} {written}", call.text)]);
    }
    for (name, wanted, written) in [
        ("out", &call.out, &observed.out),
        ("err", &call.err, &observed.err),
    ] {
        if let Some(wanted) = wanted
            && wanted.text != *written
        {
            for line in &wanted.lines {
                edits.replace(*line, Vec::new());
            }
            let mut lines: Vec<String> = written
                .split_inclusive('\n')
                .map(|part| format!(";= {name} {}", literal::quoted(part)))
                .collect();
            if lines.is_empty() {
                lines.push(format!(";= {name} \"\""));
            }
            let text = script.text.lines().nth(call.line - 1).unwrap_or_default();
            edits.after(call.line, text, lines);
        }
    }
}

/// The events of `main()` in stepped mode.
fn trace(script: &Script, classes: &[Verified<Module>], edits: &mut Edits) -> Vec<Complaint> {
    let configuration = Configuration {
        mode: VmMode::Stepped,
        timeslice: script.options.timeslice,
        zeal: false,
        workers: 1,
    };
    let (recorder, lines) = Recorder::new(&script.options.topics);
    let mut machine = Machine::new(configuration, &script.options, Some(Box::new(recorder)));
    if let Err(error) = machine.load(classes) {
        return vec![(1, error)];
    }
    let class = classes[0].name.clone();
    let entry = match machine.vm().code().find(&class, "main", Some(0)) {
        Ok(entry) => entry,
        Err(error) => return vec![(1, error.to_string())],
    };
    if let Err(error) = machine.vm().run(entry, &[]) {
        return vec![(1, error.to_string())];
    }
    let found = lines.lock().map(|lines| lines.clone()).unwrap_or_default();
    let expected: Vec<&String> = script.events.iter().map(|(_, text)| text).collect();
    if found.iter().collect::<Vec<_>>() == expected {
        return Vec::new();
    }
    for (line, _) in &script.events {
        edits.replace(*line, Vec::new());
    }
    let last = script.text.lines().count();
    let at = script.events.first().map_or(last, |(line, _)| *line);
    let blessed: Vec<String> = found.iter().map(|event| format!(";> {event}")).collect();
    if script.events.is_empty() {
        let text = script.text.lines().last().unwrap_or_default();
        edits.after(last, text, blessed);
    } else {
        edits.replace(at, blessed);
    }
    let same = found
        .iter()
        .zip(&expected)
        .take_while(|(a, b)| a == *b)
        .count();
    let line = script.events.get(same).map_or(last, |(line, _)| *line);
    let happened = found.get(same).map_or("nothing more", String::as_str);
    let wanted = expected
        .get(same)
        .map_or("nothing more", |text| text.as_str());
    vec![(
        line,
        format!("event {same} is `{happened}`, expected `{wanted}`"),
    )]
}
