//! Objects against a simple model: lists of properties and nothing else.

use proptest::prelude::*;

use super::*;
use crate::heap::shared::CommonLimits;

/// Names: some are atoms from the start, some are only ever computed.
const NAMES: usize = 24;
const OBJECTS: usize = 4;

fn name(n: usize) -> String {
    match n % 3 {
        0 => format!("atom{n}"),
        1 => format!("computed {n}"),
        _ => n.to_string(),
    }
}

#[derive(Clone, Debug)]
enum Do {
    Set(usize, usize, u32),
    Define(usize, usize, u32, u8),
    Delete(usize, usize),
    Prototype(usize, Option<usize>),
    Freeze(usize),
    Magic(usize, usize, u32),
    Many(usize, usize),
}

fn action() -> impl Strategy<Value = Do> {
    let o = 0..OBJECTS;
    let n = || 0..NAMES;
    prop_oneof![
        8 => (o.clone(), n(), any::<u32>()).prop_map(|(o, n, v)| Do::Set(o, n, v)),
        3 => (o.clone(), n(), any::<u32>(), 0..8_u8).prop_map(|(o, n, v, f)| Do::Define(o, n, v, f)),
        2 => (o.clone(), n()).prop_map(|(o, n)| Do::Delete(o, n)),
        1 => (o.clone(), proptest::option::of(0..OBJECTS)).prop_map(|(o, p)| Do::Prototype(o, p)),
        1 => (o.clone(), n(), any::<u32>()).prop_map(|(o, n, v)| Do::Magic(o, n, v)),
        1 => (o.clone(), 1..60_usize).prop_map(|(o, n)| Do::Many(o, n)),
        1 => o.prop_map(Do::Freeze),
    ]
}

#[derive(Clone, Debug, Default)]
struct Model {
    properties: Vec<(String, u8, u32)>,
    magic: Vec<(usize, u32)>,
    prototype: Option<usize>,
    frozen: bool,
}

impl Model {
    fn find(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|(n, ..)| n == name)
    }
}

fn chain(models: &[Model], from: usize) -> Vec<usize> {
    let mut out = vec![from];
    while let Some(up) = models[out[out.len() - 1]].prototype {
        out.push(up);
    }
    out
}

/// Whether the model allows it; does it then.
fn step(models: &mut [Model], action: &Do) -> bool {
    match *action {
        Do::Set(o, n, v) => {
            let n = name(n);
            if models[o].frozen {
                return false;
            }
            let found = chain(models, o)
                .into_iter()
                .find_map(|at| Some((at, models[at].find(&n)?)));
            match found {
                Some((at, i)) if models[at].properties[i].1 & WRITABLE == 0 => return false,
                Some((at, i)) if at == o => models[o].properties[i].2 = v,
                _ => models[o].properties.push((n, OPEN, v)),
            }
        }
        Do::Define(o, n, v, flags) => {
            let n = name(n);
            if models[o].frozen {
                return false;
            }
            match models[o].find(&n) {
                Some(i) if models[o].properties[i].1 & CONFIGURABLE == 0 => return false,
                Some(i) => models[o].properties[i] = (n, flags, v),
                None => models[o].properties.push((n, flags, v)),
            }
        }
        Do::Delete(o, n) => {
            if models[o].frozen {
                return false;
            }
            if let Some(i) = models[o].find(&name(n)) {
                if models[o].properties[i].1 & CONFIGURABLE == 0 {
                    return false;
                }
                models[o].properties.remove(i);
            }
        }
        Do::Prototype(o, p) => {
            let cycle = p.is_some_and(|p| chain(models, p).contains(&o));
            if models[o].frozen || cycle {
                return false;
            }
            models[o].prototype = p;
        }
        Do::Freeze(o) => models[o].frozen = true,
        Do::Magic(o, n, v) => {
            if models[o].frozen {
                return false;
            }
            match models[o].magic.iter().position(|(m, _)| *m == n) {
                Some(i) => models[o].magic[i].1 = v,
                None => models[o].magic.push((n, v)),
            }
        }
        Do::Many(o, count) => {
            // All of them, whatever becomes of one.
            let refused = |i: &usize| !step(models, &Do::Set(o, NAMES + 3 * i, *i as u32));
            return (0..count).filter(refused).count() == 0;
        }
    }
    true
}

struct Real {
    common: Common,
    heap: Heap,
}

impl Real {
    fn key(&mut self, n: usize) -> Word {
        match n % 3 {
            2 => Word::number(n as f64),
            0 => Word::atom(self.common.atoms.intern(&name(n)).unwrap()),
            _ => self.heap.new_string(&name(n)).unwrap(),
        }
    }

    fn step(&mut self, action: &Do) -> bool {
        let value = |v: u32| Word::number(f64::from(v));
        match *action {
            Do::Set(o, n, v) => {
                let key = self.key(n);
                let object = self.heap.root(o);
                set(&mut self.heap, &self.common, object, key, value(v)).is_ok()
            }
            Do::Define(o, n, v, flags) => {
                let key = self.key(n);
                let object = self.heap.root(o);
                define(&mut self.heap, &self.common, object, key, flags, value(v)).is_ok()
            }
            Do::Delete(o, n) => {
                let key = self.key(n);
                let object = self.heap.root(o);
                delete(&mut self.heap, &self.common, object, key).is_ok()
            }
            Do::Prototype(o, p) => {
                let above = p.map_or(Word::UNDEFINED, |p| self.heap.root(p));
                let object = self.heap.root(o);
                set_prototype(&mut self.heap, &self.common, object, above).is_ok()
            }
            Do::Freeze(o) => {
                let object = self.heap.root(o);
                freeze(&mut self.heap, object);
                true
            }
            Do::Magic(o, n, v) => {
                let name = self.common.atoms.intern(&name(n)).unwrap();
                let object = self.heap.root(o);
                set_magic(&mut self.heap, &self.common, object, name, value(v)).is_ok()
            }
            Do::Many(o, count) => {
                let refused = |i: &usize| !self.step(&Do::Set(o, NAMES + 3 * i, *i as u32));
                (0..count).filter(refused).count() == 0
            }
        }
    }

    fn check(&mut self, models: &[Model]) {
        for (o, model) in models.iter().enumerate() {
            let view = self.heap.view(&self.common);
            let object = self.heap.root(o);
            let own: Vec<(String, u8, u32)> = entries(view, object)
                .map(|(key, flags, v)| (key.into(), flags.0, v.to_number().unwrap() as u32))
                .collect();
            assert_eq!(own, model.properties);
            assert_eq!(len(view, object), own.len());
            let listed = keys(view, object).count();
            let enumerable = own.iter().filter(|(_, f, _)| f & ENUMERABLE != 0);
            assert_eq!(listed, enumerable.count());
            let above = model.prototype.map(|p| self.heap.root(p));
            assert_eq!(prototype(view, object), above);
            assert_eq!(view.is_frozen(object), model.frozen);
            let up = chain(models, o);
            for n in 0..NAMES {
                let find = |at: usize| {
                    let i = models[at].find(&name(n))?;
                    Some(models[at].properties[i].2)
                };
                let expected = up.iter().find_map(|at| find(*at));
                let key = self.key(n);
                let view = self.heap.view(&self.common);
                let object = self.heap.root(o);
                let found = get(view, object, key).unwrap();
                assert_eq!(found.map(|w| w.to_number().unwrap() as u32), expected);
                let own = models[o].find(&name(n)).is_some();
                assert_eq!(has(view, object, key, true), Ok(own));
                let Some(atom) = self.common.atoms.find(&name(n)) else {
                    continue;
                };
                let method = up.iter().find_map(|at| {
                    let mut all = models[*at].magic.iter();
                    all.find(|(m, _)| *m == n).map(|(_, v)| *v)
                });
                let found = magic(view, object, atom).map(|w| w.to_number().unwrap() as u32);
                assert_eq!(found, method);
            }
            let view = self.heap.view(&self.common);
            let object = self.heap.root(o);
            let any = up.iter().any(|at| !models[*at].magic.is_empty());
            assert_eq!(has_magic(view, object), any);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With shapes, with few shapes, so that objects become dictionaries at
    /// every step, and with a collection at every chance.
    #[test]
    fn objects_behave_as_lists_of_properties(
        actions in proptest::collection::vec(action(), 1..50),
        few in any::<bool>(),
        zeal in any::<bool>(),
    ) {
        let shapes = if few { 20 } else { 100_000 };
        let common = Common::new(CommonLimits { shapes, ..CommonLimits::default() });
        let mut real = Real { common, heap: Heap::new(0, 1 << 26, zeal) };
        for _ in 0..OBJECTS {
            real.heap.reserve(size_of(0)).unwrap();
            let object = new(&mut real.heap, &real.common, &[]);
            real.heap.push_root(object);
        }
        let mut models = vec![Model::default(); OBJECTS];
        for action in &actions {
            let allowed = step(&mut models, action);
            prop_assert_eq!(real.step(action), allowed, "{:?}", action);
        }
        real.check(&models);
        prop_assert!(real.common.shapes.len() <= shapes);
    }
}

/// How many names and orders; checked builds are ten times slower.
const COMPUTED: u32 = if cfg!(debug_assertions) {
    30_000
} else {
    1_000_000
};

/// Names and orders that a program makes up at run time fill no table: neither
/// small ones nor those that a machine has.
#[test]
fn computed_names_and_orders_stay_within_the_bounds() {
    let small = CommonLimits {
        atoms: 1000,
        shapes: 5000,
        ..CommonLimits::default()
    };
    for limits in [small, CommonLimits::default()] {
        computed(limits);
    }
}

fn computed(limits: CommonLimits) {
    let mut real = Real {
        common: Common::new(limits),
        heap: Heap::new(0, 1 << 30, false),
    };
    real.heap.reserve(size_of(0)).unwrap();
    let object = new(&mut real.heap, &real.common, &[]);
    real.heap.push_root(object);
    let (atoms, shapes) = (real.common.atoms.len(), real.common.shapes.len());
    for i in 0..COMPUTED {
        let key = real.heap.new_string(&format!("computed name {i}")).unwrap();
        let object = real.heap.root(0);
        let value = Word::number(f64::from(i));
        set(&mut real.heap, &real.common, object, key, value).unwrap();
    }
    assert_eq!(real.common.atoms.len(), atoms);
    let view = real.heap.view(&real.common);
    assert_eq!(len(view, real.heap.root(0)), COMPUTED as usize);
    let named = real.common.shapes.len();
    println!("{COMPUTED} names: {} shapes", named - shapes);
    // As many orders of ten names that are atoms.
    let names: Vec<Word> = (0..10)
        .map(|i| Word::atom(real.common.atoms.intern(&format!("n{i}")).unwrap()))
        .collect();
    let atoms = real.common.atoms.len();
    for order in 0..u64::from(COMPUTED) {
        let mut left = names.clone();
        let mut choice = order;
        let mut properties = Vec::with_capacity(10);
        while !left.is_empty() {
            let name = left.swap_remove(choice as usize % left.len());
            choice /= left.len() as u64 + 1;
            properties.push((name, OPEN, Word::number(properties.len() as f64)));
        }
        real.heap.reserve(size_of(10)).unwrap();
        let object = new(&mut real.heap, &real.common, &properties);
        let view = real.heap.view(&real.common);
        assert_eq!(
            get(view, object, properties[9].0),
            Ok(Some(Word::number(9.0)))
        );
    }
    assert_eq!(real.common.atoms.len(), atoms);
    let ordered = real.common.shapes.len();
    println!(
        "{COMPUTED} orders: {} shapes, at most {}",
        ordered - named,
        limits.shapes
    );
    assert!(ordered <= limits.shapes);
}
