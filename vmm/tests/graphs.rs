//! Walks over random graphs, with sharing and cycles, against a simple model.
//!
//! A graph is built in a heap that collects at every chance; each walk is run
//! in pieces of random size and must tell what a naive computation on the
//! description of the graph tells.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cmp::Ordering;
use std::collections::HashMap;

use proptest::prelude::*;
use vmm::convert::Nameless;
use vmm::heap::Heap;
use vmm::heap::layout::Kind;
use vmm::heap::pack::Packer;
use vmm::heap::parcel::Parcel;
use vmm::heap::shared::Common;
use vmm::heap::view::View;
use vmm::map;
use vmm::object;
use vmm::term::{Comparison, Equality, Writing, hash, show, text};
use vmm::word::Word;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Tuple,
    Array,
    Pair,
    Cell,
    Map,
    Object,
}

/// A part of a node: a number, or another node.
#[derive(Clone, Copy, Debug)]
enum Part {
    Leaf(u8),
    Node(usize),
}

#[derive(Clone, Debug)]
struct Graph {
    nodes: Vec<(Shape, Vec<Part>)>,
}

/// Graphs of fewer than `most` nodes of those shapes.
fn graphs(shapes: &'static [Shape], most: usize) -> impl Strategy<Value = Graph> {
    let part = prop_oneof![
        1 => (0..3_u8).prop_map(Part::Leaf),
        3 => (0..1000_usize).prop_map(Part::Node),
    ];
    let node = (
        prop::sample::select(shapes),
        prop::collection::vec(part, 0..4),
    );
    prop::collection::vec(node, 1..most).prop_map(|mut nodes| {
        let count = nodes.len();
        for (shape, parts) in &mut nodes {
            for part in parts.iter_mut() {
                if let Part::Node(n) = part {
                    *n %= count;
                }
            }
            match shape {
                Shape::Pair => parts.resize(2, Part::Leaf(0)),
                Shape::Cell => parts.resize(1, Part::Leaf(0)),
                _ => {}
            }
        }
        Graph { nodes }
    })
}

const ALL: &[Shape] = &[
    Shape::Tuple,
    Shape::Array,
    Shape::Pair,
    Shape::Cell,
    Shape::Map,
    Shape::Object,
];
const STRUCTURAL: &[Shape] = &[
    Shape::Tuple,
    Shape::Array,
    Shape::Pair,
    Shape::Map,
    Shape::Object,
];
const WRITTEN: &[Shape] = &[Shape::Tuple, Shape::Array, Shape::Map, Shape::Object];
const SEQUENCES: &[Shape] = &[Shape::Tuple, Shape::Array];

const NAMES: [&str; 3] = ["a", "b", "c"];

/// A graph in a heap: node `i` is under root `i`.
struct Built {
    common: Common,
    heap: Heap,
}

impl Built {
    fn new(graph: &Graph) -> Built {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 22, true);
        for (shape, parts) in &graph.nodes {
            let blank = vec![Word::UNIT; parts.len()];
            heap.reserve(Heap::size_of_array(parts.len()) + 2).unwrap();
            let word = match shape {
                Shape::Tuple => heap.tuple(&blank),
                Shape::Array => heap.array(&blank),
                Shape::Pair => heap.pair(Word::UNIT, Word::UNIT),
                Shape::Cell => heap.cell(Word::UNIT),
                Shape::Map => map::new(&mut heap, &common, &[]).unwrap(),
                Shape::Object => {
                    heap.reserve(object::size_of(3)).unwrap();
                    object::new(&mut heap, &common, &[])
                }
            };
            heap.push_root(word);
        }
        let mut built = Built { common, heap };
        for (i, (shape, parts)) in graph.nodes.iter().enumerate() {
            for (j, part) in parts.iter().enumerate() {
                built.connect(i, *shape, j, *part);
            }
        }
        built
    }

    fn connect(&mut self, i: usize, shape: Shape, j: usize, part: Part) {
        let (heap, common) = (&mut self.heap, &self.common);
        let value = |heap: &Heap| match part {
            Part::Leaf(n) => Word::number(f64::from(n)),
            Part::Node(n) => heap.root(n),
        };
        match shape {
            Shape::Map => {
                let (map, value) = (heap.root(i), value(heap));
                map::set(heap, common, map, Word::number(j as f64), value).unwrap();
            }
            Shape::Object => {
                let key = common.atoms.intern(NAMES[j]).unwrap();
                let (object, value) = (heap.root(i), value(heap));
                object::set(heap, common, object, Word::atom(key), value).unwrap();
            }
            Shape::Array => {
                let word = value(heap);
                heap.array_set(heap.root(i).place(), j, word);
            }
            Shape::Tuple | Shape::Pair | Shape::Cell => {
                let word = value(heap);
                heap.store(heap.root(i).place(), j, word);
            }
        }
    }

    fn view(&self) -> View<'_> {
        self.heap.view(&self.common)
    }
}

/// Pairs of nodes that no finite look can tell apart.
fn bisimilar(graph: &Graph) -> Vec<Vec<bool>> {
    let count = graph.nodes.len();
    let mut equal = vec![vec![true; count]; count];
    loop {
        let mut changed = false;
        for i in 0..count {
            for j in 0..count {
                let ((a, x), (b, y)) = (&graph.nodes[i], &graph.nodes[j]);
                let alike = a == b
                    && x.len() == y.len()
                    && x.iter().zip(y).all(|pair| match pair {
                        (Part::Leaf(m), Part::Leaf(n)) => m == n,
                        (Part::Node(m), Part::Node(n)) => equal[*m][*n],
                        _ => false,
                    });
                if equal[i][j] && !alike && i != j {
                    equal[i][j] = false;
                    changed = true;
                }
            }
        }
        if !changed {
            return equal;
        }
    }
}

/// The text of a node, naively.
fn model_text(graph: &Graph, node: usize, open: &mut Vec<usize>) -> String {
    if open.contains(&node) {
        return "...".into();
    }
    open.push(node);
    let (shape, parts) = &graph.nodes[node];
    let mut texts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Leaf(n) => n.to_string(),
            Part::Node(n) => model_text(graph, *n, open),
        })
        .collect();
    open.pop();
    let (begin, end) = match shape {
        Shape::Tuple if texts.len() == 1 => ("(", ",)"),
        Shape::Tuple => ("(", ")"),
        Shape::Array => ("[", "]"),
        _ => ("{", "}"),
    };
    for (i, text) in texts.iter_mut().enumerate() {
        match shape {
            Shape::Map => *text = format!("{i}: {text}"),
            Shape::Object => *text = format!("{}: {text}", NAMES[i]),
            _ => {}
        }
    }
    format!("{begin}{}{end}", texts.join(", "))
}

/// Whether a value is built as the graph says, every node once.
fn is_copy(graph: &Graph, view: View<'_>, root: Word) -> bool {
    let mut known: HashMap<u64, usize> = HashMap::new();
    let mut places: HashMap<usize, u64> = HashMap::new();
    let mut todo = vec![(0_usize, root)];
    while let Some((node, word)) = todo.pop() {
        match (known.insert(word.0, node), places.insert(node, word.0)) {
            (None, None) => {}
            (Some(before), Some(place)) if before == node && place == word.0 => continue,
            _ => return false,
        }
        let (shape, parts) = &graph.nodes[node];
        let (kind, words): (Kind, Vec<Word>) = match shape {
            Shape::Tuple => (Kind::Tuple, words(view.tuple_items(word))),
            Shape::Array => (Kind::Array, words(view.array_items(word))),
            Shape::Pair => (Kind::Pair, words(Some(view.payload(word)))),
            Shape::Cell => (Kind::Cell, words(Some(view.payload(word)))),
            Shape::Map => (Kind::Map, map::entries(view, word).map(|e| e.1).collect()),
            Shape::Object => (
                Kind::Object,
                object::entries(view, word).map(|e| e.2).collect(),
            ),
        };
        if view.kind(word) != Some(kind) || words.len() != parts.len() {
            return false;
        }
        for (part, word) in parts.iter().zip(words) {
            match part {
                Part::Leaf(n) if word == Word::number(f64::from(*n)) => {}
                Part::Leaf(_) => return false,
                Part::Node(n) => todo.push((*n, word)),
            }
        }
    }
    true
}

fn words(payload: Option<&[u64]>) -> Vec<Word> {
    payload.unwrap().iter().map(|w| Word(*w)).collect()
}

/// Runs a walk in pieces until it is done.
fn in_pieces<T>(piece: usize, mut run: impl FnMut(usize) -> Option<T>) -> T {
    (0..1_000_000).find_map(|_| run(piece)).unwrap()
}

fn equal_in_pieces(a: View<'_>, x: Word, b: View<'_>, y: Word, piece: usize) -> bool {
    let mut walk = Equality::equal(x, y);
    in_pieces(piece, |words| walk.run(a, b, words))
}

fn packed(view: View<'_>, word: Word, piece: usize) -> Parcel {
    let mut packer = Packer::one(view, word).unwrap();
    in_pieces(piece, |words| {
        packer.run(view, words).unwrap().then_some(())
    });
    packer.parcel()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn copies_are_the_same_graph(graph in graphs(ALL, 12), piece in 1..40_usize) {
        let built = Built::new(&graph);
        let parcel = packed(built.view(), built.heap.root(0), piece);
        prop_assert!(is_copy(&graph, parcel.view(&built.common), parcel.root()));
        let whole = Parcel::pack(built.view(), built.heap.root(0)).unwrap();
        prop_assert_eq!(parcel.words(), whole.words());
        let mut other = Heap::new(0, 1 << 22, true);
        let mut unpacking = other.begin_unpacking(&parcel).unwrap();
        let word = in_pieces(piece, |words| other.go_on_unpacking(&parcel, &mut unpacking, words));
        let root = other.push_root(word);
        other.reserve(1).unwrap();
        prop_assert!(is_copy(&graph, other.view(&built.common), other.root(root)));
    }

    #[test]
    fn shared_data_is_the_same_graph(graph in graphs(STRUCTURAL, 12), piece in 1..40_usize) {
        let built = Built::new(&graph);
        let mut parcel = packed(built.view(), built.heap.root(0), piece);
        parcel.freeze().unwrap();
        let shared = built.common.publish(parcel).unwrap();
        let view = built.view();
        prop_assert!(is_copy(&graph, view, shared));
        prop_assert!(equal_in_pieces(view, shared, view, built.heap.root(0), piece));
        prop_assert_eq!(hash(view, shared, 3), hash(view, built.heap.root(0), 3));
    }

    #[test]
    fn equality_is_what_no_look_can_tell_apart(graph in graphs(STRUCTURAL, 12), piece in 1..40_usize) {
        let built = Built::new(&graph);
        let view = built.view();
        let expected = bisimilar(&graph);
        let parcels: Vec<Parcel> = (0..graph.nodes.len())
            .map(|i| packed(view, built.heap.root(i), piece))
            .collect();
        for (i, row) in expected.iter().enumerate() {
            for (j, alike) in row.iter().enumerate() {
                let (a, b) = (built.heap.root(i), built.heap.root(j));
                prop_assert_eq!(equal_in_pieces(view, a, view, b, piece), *alike, "{} {}", i, j);
                let (there, word) = (parcels[j].view(&built.common), parcels[j].root());
                prop_assert_eq!(equal_in_pieces(view, a, there, word, piece), *alike);
                if *alike {
                    prop_assert_eq!(hash(view, a, 5), hash(there, word, 5));
                }
            }
        }
    }

    #[test]
    fn order_is_that_of_the_unfolded_sequences(graph in graphs(SEQUENCES, 12), piece in 1..40_usize) {
        let built = Built::new(&graph);
        let view = built.view();
        let expected = bisimilar(&graph);
        let order = |a: Word, b: Word| {
            let mut walk = Comparison::new(a, b);
            in_pieces(piece, |words| walk.run(view, view, words)).map_err(|fault| fault.kind)
        };
        for (i, row) in expected.iter().enumerate() {
            for (j, alike) in row.iter().enumerate() {
                let (a, b) = (built.heap.root(i), built.heap.root(j));
                match (order(a, b), order(b, a)) {
                    (Ok(there), Ok(back)) => {
                        prop_assert_eq!(there, back.map(Ordering::reverse));
                        prop_assert_eq!(there == Some(Ordering::Equal), *alike);
                    }
                    (there, back) => prop_assert_eq!(there, back),
                }
            }
        }
    }

    #[test]
    fn texts_are_those_of_a_naive_writer(
        graph in graphs(WRITTEN, 7),
        piece in 1..40_usize,
    ) {
        let built = Built::new(&graph);
        let view = built.view();
        let roots: Vec<Word> = (0..graph.nodes.len()).map(|i| built.heap.root(i)).collect();
        let models: Vec<String> = (0..roots.len())
            .map(|i| model_text(&graph, i, &mut Vec::new()))
            .collect();
        for (root, model) in roots.iter().zip(&models) {
            prop_assert_eq!(&text(view, *root, &Nameless).unwrap(), model);
            let shown = show(view, *root, &Nameless);
            let shown = shown.replace('%', "");
            let shown = shown.strip_suffix("...").unwrap_or(&shown);
            prop_assert!(model.starts_with(shown) && shown.len() + 3 >= model.len().min(4000));
        }
        let mut writing = Writing::text(view, &roots, " & ", &Nameless);
        in_pieces(piece, |words| writing.run(view, &Nameless, words).then_some(()));
        prop_assert_eq!(writing.finish().unwrap(), models.join(" & "));
    }

    #[test]
    fn what_belongs_to_a_process_is_refused(graph in graphs(ALL, 12)) {
        // What cannot leave its process is refused wherever it hangs.
        let mut built = Built::new(&graph);
        built.heap.reserve(2).unwrap();
        let iterator = Word::heap(built.heap.alloc(Kind::Iterator, 0, 0, 1));
        let cell = graph.nodes.iter().position(|(shape, _)| *shape == Shape::Cell);
        if let Some(cell) = cell {
            built.heap.store(built.heap.root(cell).place(), 0, iterator);
            let refused = Parcel::pack(built.view(), built.heap.root(cell)).unwrap_err();
            prop_assert_eq!(refused.found, "iterator");
        }
    }
}
