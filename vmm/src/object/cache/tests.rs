//! What sites learn, state by state, and from several threads at once.

use std::sync::Arc;

use super::*;
use crate::heap::shared::CommonLimits;
use crate::object;

const KEY: &str = "x";

struct World {
    common: Arc<Common>,
    heap: Heap,
    key: AtomId,
}

impl World {
    fn new() -> World {
        World::over(&Arc::new(Common::default()))
    }

    fn over(common: &Arc<Common>) -> World {
        World {
            key: common.atoms.intern(KEY).unwrap(),
            common: common.clone(),
            // Large enough that nothing is collected: words stay good.
            heap: Heap::new(1 << 12, 1 << 26, false),
        }
    }

    /// An object with `before` other properties, and `x` with that value if there is one.
    fn object(&mut self, before: usize, x: Option<f64>, prototype: Word) -> Word {
        let mut properties = Vec::new();
        for i in 0..before {
            let key = self.common.atoms.intern(&format!("p{i}")).unwrap();
            properties.push((Word::atom(key), object::OPEN, Word::UNIT));
        }
        if let Some(x) = x {
            properties.push((Word::atom(self.key), object::OPEN, Word::number(x)));
        }
        let words = object::size_of(properties.len());
        let [prototype] = self.heap.reserve_keeping(words, [prototype]).unwrap();
        object::new_with(&mut self.heap, &self.common, prototype, &properties)
    }

    fn view(&self) -> View<'_> {
        self.heap.view(&self.common)
    }

    /// Reads as an engine does: by the site, else by the rules, which the site learns.
    fn read(&self, site: &Site, object: Word) -> Word {
        let view = self.view();
        let near = site.get_near(view.words(), object.place());
        if let Some(word) = site.get(view, object) {
            assert!(near.is_none_or(|near| near == word), "both ways agree");
            return word;
        }
        assert_eq!(near, None);
        if site.has_room()
            && let Some(case) = Case::of_get(view, object, site.key())
        {
            site.learn(case);
        }
        object::get(view, object, Word::atom(site.key()))
            .unwrap()
            .unwrap_or(Word::UNDEFINED)
    }

    fn write(&mut self, site: &Site, object: Word, value: Word) -> bool {
        if site.set(&mut self.heap, &self.common, object, value) {
            return true;
        }
        if site.has_room()
            && let Some(case) = Case::of_set(self.view(), object, site.key())
        {
            site.learn(case);
        }
        let key = Word::atom(site.key());
        self.heap.reserve(64).unwrap();
        object::set(&mut self.heap, &self.common, object, key, value).is_ok()
    }
}

#[test]
fn a_site_goes_from_empty_over_one_and_few_to_many() {
    let mut world = World::new();
    let site = Site::new(world.key);
    let objects: Vec<Word> = (0..2 + FEW)
        .map(|i| world.object(i, Some(i as f64), Word::UNDEFINED))
        .collect();
    let mut states = vec![site.state()];
    for (i, object) in objects.iter().enumerate() {
        assert_eq!(site.get(world.view(), *object), None);
        for _ in 0..2 {
            assert_eq!(world.read(&site, *object), Word::number(i as f64));
        }
        states.push(site.state());
    }
    let few = vec![State::Few; FEW - 1];
    let expected = [vec![State::Empty, State::One], few, vec![State::Many; 2]].concat();
    assert_eq!(states, expected);
    // What was learned is known, the last one never was.
    let known = |object: &Word| site.get(world.view(), *object).is_some();
    assert_eq!(objects.iter().filter(|o| known(o)).count(), 1 + FEW);
}

#[test]
fn a_first_case_on_the_chain_is_one_too() {
    let mut world = World::new();
    let site = Site::new(world.key);
    let top = world.object(1, Some(5.0), Word::UNDEFINED);
    let middle = world.object(2, None, top);
    let object = world.object(3, None, middle);
    assert_eq!(world.read(&site, object), Word::number(5.0));
    assert_eq!(site.state(), State::One);
    assert_eq!(site.get(world.view(), object), Some(Word::number(5.0)));
    // The same shape over another chain is not taken for it.
    let other = world.object(2, None, Word::UNDEFINED);
    let stranger = world.object(3, None, other);
    assert_eq!(site.get(world.view(), stranger), None);
    assert_eq!(world.read(&site, stranger), Word::UNDEFINED);
    assert_eq!(site.get(world.view(), stranger), Some(Word::UNDEFINED));
    assert_eq!(site.get(world.view(), object), Some(Word::number(5.0)));
    // Nor is one whose chain goes on where the known one ended.
    object::set_prototype(&mut world.heap, &world.common, other, top).unwrap();
    assert_eq!(world.read(&site, stranger), Word::number(5.0));
}

#[test]
fn what_shapes_do_not_tell_is_never_learned() {
    let mut world = World::new();
    let common = world.common.clone();
    let plain = world.object(0, Some(1.0), Word::UNDEFINED);
    let dictionary = world.object(0, Some(1.0), Word::UNDEFINED);
    let text = world.heap.new_string("no atom at all").unwrap();
    let [plain, dictionary] = world.heap.reserve_keeping(99, [plain, dictionary]).unwrap();
    object::set(&mut world.heap, &common, dictionary, text, Word::UNIT).unwrap();
    assert!(properties::shape(world.view(), dictionary).is_none());
    assert_eq!(Case::of_get(world.view(), dictionary, world.key), None);
    assert_eq!(Case::of_set(world.view(), dictionary, world.key), None);
    let below = world.object(1, None, dictionary);
    assert_eq!(Case::of_get(world.view(), below, world.key), None);
    assert_eq!(Case::of_set(world.view(), below, world.key), None);
    // A magic method that answers for what is missing, but not what is there.
    for (name, get, set) in [
        (known::MAGIC_GET, false, true),
        (known::MAGIC_SET, true, false),
        (known::MAGIC_ADD, true, true),
    ] {
        let magic = world.object(0, None, Word::UNDEFINED);
        world.heap.reserve(64).unwrap();
        object::set_magic(&mut world.heap, &common, magic, name, Word::UNIT).unwrap();
        let below = world.object(1, None, magic);
        let view = world.view();
        assert_eq!(Case::of_get(view, below, world.key).is_some(), get);
        assert_eq!(Case::of_set(view, below, world.key).is_some(), set);
    }
    // A chain that is too long for a case.
    let mut at = plain;
    for _ in 0..=HOPS_MAX {
        at = world.object(0, None, at);
    }
    assert_eq!(Case::of_get(world.view(), at, world.key), None);
}

#[test]
fn writes_see_frozen_objects_and_read_only_ancestors() {
    let mut world = World::new();
    let common = world.common.clone();
    let site = Site::new(world.key);
    let object = world.object(1, Some(0.0), Word::UNDEFINED);
    for i in 0..3 {
        assert!(world.write(&site, object, Word::number(f64::from(i))));
    }
    assert_eq!(site.state(), State::One);
    object::freeze(&mut world.heap, object);
    assert!(!world.write(&site, object, Word::TRUE));
    assert_eq!(world.read(&site, object), Word::number(2.0));
    let object = world.object(1, Some(0.0), Word::UNDEFINED);
    let key = Word::atom(world.key);
    object::define(&mut world.heap, &common, object, key, 6, Word::UNIT).unwrap();
    assert!(!world.write(&site, object, Word::TRUE));
    // Added below a plain prototype; no longer once it has a read-only one.
    let site = Site::new(world.key);
    let above = world.object(2, None, Word::UNDEFINED);
    for _ in 0..3 {
        let below = world.object(0, None, above);
        assert!(world.write(&site, below, Word::TRUE));
        assert_eq!(world.read(&Site::new(world.key), below), Word::TRUE);
    }
    assert_eq!(site.state(), State::One);
    world.heap.reserve(64).unwrap();
    object::define(&mut world.heap, &common, above, key, 6, Word::UNIT).unwrap();
    let below = world.object(0, None, above);
    assert!(!world.write(&site, below, Word::TRUE));
}

#[test]
fn two_threads_may_teach_one_site() {
    let common = Arc::new(Common::new(CommonLimits::default()));
    let key = common.atoms.intern(KEY).unwrap();
    for layouts in [1, 4, 100] {
        let (reads, writes) = (Site::new(key), Site::new(key));
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let (common, reads, writes) = (&common, &reads, &writes);
                scope.spawn(move || {
                    let mut world = World::over(common);
                    for round in 0..2000 {
                        let i = (round * (thread + 1)) % layouts;
                        let value = f64::from(round as u32);
                        let top = world.object(i / 2, Some(value), Word::UNDEFINED);
                        let object = match i % 2 {
                            0 => top,
                            _ => world.object(i, None, top),
                        };
                        assert_eq!(world.read(reads, object), Word::number(value));
                        assert!(world.write(writes, object, Word::number(-value)));
                        assert_eq!(world.read(reads, object), Word::number(-value));
                        world.heap = Heap::new(1 << 12, 1 << 26, false);
                    }
                });
            }
        });
        match layouts {
            1 => assert_eq!(reads.state(), State::One),
            100 => assert_eq!(reads.state(), State::Many),
            _ => assert_ne!(reads.state(), State::Empty),
        }
    }
}
