//! Objects that code makes: everything about them that is known at load.
//!
//! # Invariants
//! Y1. There are as many sources as the shape has slots, and no more than fit
//!     inside the object.

use crate::heap::layout::Header;
use crate::heap::properties::SLOTS;
use crate::heap::shape::{ShapeId, Shapes};
use crate::ids::AtomId;

/// The layout of an object that an operation makes.
#[derive(Clone, Debug)]
pub struct ObjectLayout {
    /// Its header.
    pub header: Header,
    /// Where the values of its slots come from.
    pub sources: Box<[Source]>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A register.
    Register(u16),
    /// A constant of the function.
    Constant(u16),
}

impl ObjectLayout {
    /// The layout of an object with those names, flags and values; none if it
    /// gets no shape, is too large, or has a name twice.
    #[must_use]
    pub fn of(shapes: &Shapes, properties: &[(AtomId, u8, Source)]) -> Option<ObjectLayout> {
        let inside = Shapes::capacity_for(properties.len());
        if properties.len() > inside {
            return None;
        }
        let mut shape: ShapeId = shapes.root(properties.len());
        for (name, flags, _) in properties {
            if shapes.get(shape)?.find(*name, 0).is_some() {
                return None;
            }
            shape = shapes.add(shape, *name, *flags)?;
        }
        Some(ObjectLayout {
            header: Header::object(shape, 0, SLOTS + inside),
            sources: properties.iter().map(|(_, _, source)| *source).collect(),
        })
    }

    /// Words of the object.
    #[must_use]
    #[inline]
    pub fn words(&self) -> usize {
        1 + self.header.len()
    }
}
