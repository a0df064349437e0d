//! What a handle stands for: a file, a socket, anything that lives outside of all processes.
//!
//! A native makes a handle of a [`Resource`]; programs carry the handle about and hand it to
//! other natives, which borrow the resource again. One process owns it. The resource is
//! closed when that process ends, when a native closes it, or when the run ends, once;
//! whoever has borrowed it then still holds it, so it has to say for itself that it is closed.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::bridge::HandleId;
use crate::context::FfiContext;
use crate::error::{FfiError, Place};

/// Something that a handle stands for.
///
/// Natives of several threads may use it at once.
pub trait Resource: Any + Send + Sync {
    /// What it is, with its article: `a file`.
    fn describe(&self) -> &str;

    /// Lets go of what it holds outside; called once, from any thread. It must not wait. What is
    /// let go of when the value is dropped needs nothing here.
    fn close(&self) {}
}

/// The resource behind a handle, which is argument `number` (from 1) of a native and has to be `T`;
/// `expected` says so in words, with an article.
///
/// ```
/// use std::sync::Arc;
/// use vm_ffi::{FakeContext, FfiContext, Resource, borrow};
///
/// struct Counter(u32);
/// impl Resource for Counter {
///     fn describe(&self) -> &str {
///         "a counter"
///     }
/// }
///
/// let mut context = FakeContext::new();
/// let handle = context.open_handle(Arc::new(Counter(3)))?;
/// assert_eq!(borrow::<Counter>(&context, handle, 1, "a counter")?.0, 3);
/// context.close_handle(handle)?;
/// assert!(borrow::<Counter>(&context, handle, 1, "a counter").is_err());
/// # Ok::<(), vm_ffi::FfiError>(())
/// ```
///
/// # Errors
/// `:not_found` if it is closed, `:denied` if another process owns it, `:bad_type` if it
/// is something else.
pub fn borrow<T: Resource>(
    context: &dyn FfiContext,
    handle: HandleId,
    number: usize,
    expected: &str,
) -> Result<Arc<T>, FfiError> {
    let resource = context.resource(handle)?;
    let found = resource.describe().to_string();
    let any: Arc<dyn Any + Send + Sync> = resource;
    any.downcast::<T>().map_err(|_| FfiError::BadType {
        place: Place::argument(number),
        expected: expected.to_string(),
        found,
    })
}

/// The error of a handle that is closed.
#[must_use]
pub fn closed(handle: HandleId) -> FfiError {
    FfiError::NotFound {
        what: format!("open handle {}; it was closed", handle.0),
    }
}

/// Resources of a context without a machine; nobody else owns any.
#[derive(Clone, Default)]
pub struct FakeHandles(Vec<Option<Arc<dyn Resource>>>);

impl FakeHandles {
    pub(crate) fn open(&mut self, resource: Arc<dyn Resource>) -> HandleId {
        self.0.push(Some(resource));
        HandleId(self.0.len() as u64)
    }

    pub(crate) fn get(&self, handle: HandleId) -> Result<Arc<dyn Resource>, FfiError> {
        let at = usize::try_from(handle.0).unwrap_or_default().checked_sub(1);
        let resource = at.and_then(|at| self.0.get(at)?.clone());
        resource.ok_or_else(|| closed(handle))
    }

    pub(crate) fn close(&mut self, handle: HandleId) -> Result<(), FfiError> {
        let resource = self.get(handle)?;
        if let Some(slot) = self.0.get_mut(handle.0 as usize - 1) {
            *slot = None;
        }
        resource.close();
        Ok(())
    }
}

impl PartialEq for FakeHandles {
    fn eq(&self, other: &FakeHandles) -> bool {
        let open = |all: &FakeHandles| -> Vec<bool> { all.0.iter().map(Option::is_some).collect() };
        open(self) == open(other)
    }
}

impl Eq for FakeHandles {}

impl fmt::Debug for FakeHandles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let describe = |slot: &Option<Arc<dyn Resource>>| {
            slot.as_ref()
                .map(|resource| resource.describe().to_string())
        };
        f.debug_list().entries(self.0.iter().map(describe)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FakeContext;

    struct One;
    impl Resource for One {
        fn describe(&self) -> &str {
            "a one"
        }
    }
    struct Two;
    impl Resource for Two {
        fn describe(&self) -> &str {
            "a two"
        }
    }

    #[test]
    fn a_handle_is_borrowed_as_what_it_is() {
        let mut context = FakeContext::new();
        let handle = context.open_handle(Arc::new(Two)).unwrap();
        assert!(borrow::<Two>(&context, handle, 1, "a two").is_ok());
        let error = borrow::<One>(&context, handle, 1, "a one").err().unwrap();
        let error = error.in_function("t.use").to_string();
        assert_eq!(error, "argument 1 of t.use must be a one, found a two");
        context.close_handle(handle).unwrap();
        let error = context.close_handle(handle).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no open handle 1; it was closed"
        );
        assert!(context.resource(HandleId(0)).is_err());
        assert!(context.resource(HandleId(u64::MAX)).is_err());
    }
}
