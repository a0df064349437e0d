//! Properties of an object on its way through a native: by name, in order.
//!
//! Only what data is crosses: own enumerable properties and the type name.
//! Prototype, descriptors and magic methods stay in the process; an object
//! that a native gives back is a plain one.
//!
//! # Cost
//! Set and get are O(1); removal keeps the order and is O(properties).

use indexmap::IndexMap;

use super::FfiValue;

/// An ordered set of named values with an optional type name.
///
/// Equality ignores the order of properties, as the language's own does.
///
/// ```
/// use vm_ffi::{FfiObject, FfiValue};
/// let mut point = FfiObject::new().with_type_name("Point");
/// point.set("y", FfiValue::Number(2.0));
/// point.set("x", FfiValue::Number(1.0));
/// assert_eq!(point.keys().collect::<Vec<_>>(), ["y", "x"]);
/// assert_eq!(point.get("x"), Some(&FfiValue::Number(1.0)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FfiObject {
    properties: IndexMap<String, FfiValue>,
    type_name: Option<Box<str>>,
}

impl FfiObject {
    /// An object with no properties.
    #[must_use]
    pub fn new() -> FfiObject {
        FfiObject::default()
    }

    /// The same object under a type name.
    #[must_use]
    pub fn with_type_name(mut self, name: &str) -> FfiObject {
        self.type_name = Some(name.into());
        self
    }

    /// The type name, if there is one.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.type_name.as_deref()
    }

    /// How many properties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.properties.len()
    }

    /// Whether there is no property.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.properties.is_empty()
    }

    /// The value of property `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&FfiValue> {
        self.properties.get(key)
    }

    /// The property at a place in the order, with its name.
    #[must_use]
    pub fn get_index(&self, index: usize) -> Option<(&str, &FfiValue)> {
        let (name, value) = self.properties.get_index(index)?;
        Some((name, value))
    }

    /// Sets a property: a new one goes last, an old one keeps its place and yields its old value.
    pub fn set(&mut self, key: impl Into<String>, value: FfiValue) -> Option<FfiValue> {
        self.properties.insert(key.into(), value)
    }

    /// Takes a property out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<FfiValue> {
        self.properties.shift_remove(key)
    }

    /// The names, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.properties.keys().map(String::as_str)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FfiValue)> {
        self.properties
            .iter()
            .map(|(key, value)| (key.as_str(), value))
    }
}

impl IntoIterator for FfiObject {
    type Item = (String, FfiValue);
    type IntoIter = indexmap::map::IntoIter<String, FfiValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.properties.into_iter()
    }
}

impl<K: Into<String>> FromIterator<(K, FfiValue)> for FfiObject {
    fn from_iter<I: IntoIterator<Item = (K, FfiValue)>>(entries: I) -> FfiObject {
        let properties = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect();
        FfiObject {
            properties,
            type_name: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(entries: &[(&str, f64)]) -> FfiObject {
        entries
            .iter()
            .map(|&(key, n)| (key, FfiValue::Number(n)))
            .collect()
    }

    #[test]
    fn a_property_set_again_keeps_its_place() {
        let mut object = numbers(&[("b", 1.0), ("a", 2.0)]);
        assert_eq!(object.set("b", FfiValue::Unit), Some(FfiValue::Number(1.0)));
        object.set("c", FfiValue::Unit);
        assert_eq!(object.keys().collect::<Vec<_>>(), ["b", "a", "c"]);
        object.remove("b");
        assert_eq!(object.keys().collect::<Vec<_>>(), ["a", "c"]);
    }

    #[test]
    fn equality_ignores_order_and_minds_the_type_name() {
        let one = numbers(&[("a", 1.0), ("b", 2.0)]);
        assert_eq!(one, numbers(&[("b", 2.0), ("a", 1.0)]));
        assert_ne!(one, numbers(&[("a", 1.0), ("b", 3.0)]));
        assert_ne!(one.clone(), one.with_type_name("T"));
    }
}
