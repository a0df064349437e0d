//! The library that is written in bytecode: its classes and its functions.
//!
//! Made by `cargo xtask gen` from `vmm/lib/*.ionasm`; do not edit.

/// Name and class file of every class.
#[rustfmt::skip]
pub const CLASSES: &[(&str, &[u8])] = &[
    ("ion.array", include_bytes!("../../lib/array.ionc")),
    ("ion.list", include_bytes!("../../lib/list.ionc")),
    ("ion.map", include_bytes!("../../lib/map.ionc")),
    ("ion.call", include_bytes!("../../lib/call.ionc")),
    ("ion.text", include_bytes!("../../lib/text.ionc")),
];

/// Name, fewest and most arguments (`u16::MAX`: any number), and manual text
/// of every function.
#[rustfmt::skip]
pub(super) const FUNCTIONS: &[(&str, u16, u16, &str)] = &[
    ("array.from", 1, 1, "`from(source)` is the array of the items of anything that can be walked: an iterator, a list, the values of a map or object, the characters of a string."),
    ("array.each", 2, 2, "`each(items, f)` calls `f(item)` with every item of what can be walked, in order; yields unit."),
    ("array.map", 2, 2, "`map(items, f)` is the array of `f(item)` for every item of what can be walked."),
    ("array.filter", 2, 2, "`filter(items, f)` is the array of the items for which `f(item)` is truthy."),
    ("array.flat_map", 2, 2, "`flat_map(items, f)` is the array of the items of all that `f(item)` yields, each of which can be walked."),
    ("array.fold", 3, 3, "`fold(items, start, f)` is `f(... f(f(start, first), second) ..., last)`."),
    ("array.find", 2, 2, "`find(items, f)` is the first item for which `f(item)` is truthy; `undefined` if there is none."),
    ("array.find_index", 2, 2, "`find_index(items, f)` is the index of the first item for which `f(item)` is truthy; `undefined` if there is none."),
    ("array.any", 2, 2, "`any(items, f)` tells whether `f(item)` is truthy for an item; the rest is not asked."),
    ("array.all", 2, 2, "`all(items, f)` tells whether `f(item)` is truthy for every item; the rest is not asked after one for which it is not."),
    ("array.partition", 2, 2, "`partition(items, f)` is the tuple of two arrays: the items for which `f(item)` is truthy, and the others."),
    ("array.group_by", 2, 2, "`group_by(items, f)` is the map from each key `f(item)` to the array of the items that have it, keys and items in the order in which they came."),
    ("array.zip", 2, 2, "`zip(a, b)` is the array of the `(item of a, item of b)` tuples, as many as the shorter one has."),
    ("array.zip_with", 3, 3, "`zip_with(a, b, f)` is the array of `f(item of a, item of b)`, as many as the shorter one has."),
    ("array.take", 2, 2, "`take(items, count)` is the array of the first items, at most `count`; of an iterator the rest is still to come."),
    ("array.sort", 1, 2, "`sort(items, compare)` is the sorted array of the items of what can be walked. `compare(a, b)` yields a negative number if `a` comes first and a positive one if `b` does; equal ones keep their order. Without it they are sorted by the order of `less_than`. About n log2 n comparisons. Raises `:bad_type` for what has no order, `:bad_number` for NaN."),
    ("array.sort_by", 2, 2, "`sort_by(items, f)` is the array of the items sorted by `f(item)`, which is called once for each; those with equal keys keep their order. Raises as `array.sort`."),
    ("list.each", 2, 2, "`each(list, f)` calls `f(item)` with every item, in order; yields unit."),
    ("list.map", 2, 2, "`map(list, f)` is the list of `f(item)` for every item."),
    ("list.filter", 2, 2, "`filter(list, f)` is the list of the items for which `f(item)` is truthy."),
    ("list.fold", 3, 3, "`fold(list, start, f)` is `f(... f(f(start, first), second) ..., last)`."),
    ("map.each", 2, 2, "`each(map, f)` calls `f(key, value)` with every entry, in order; yields unit."),
    ("map.map", 2, 2, "`map(map, f)` is the map of the same keys in which each value is `f(key, value)`."),
    ("map.filter", 2, 2, "`filter(map, f)` is the map of the entries for which `f(key, value)` is truthy."),
    ("map.fold", 3, 3, "`fold(map, start, f)` is the last of `f(accumulator, key, value)` over the entries, in order."),
    ("map.update", 3, 4, "`update(map, key, f, default)` sets the value of a key to `f(value)`, or to `f(default)` if it is not there, and yields it."),
];
