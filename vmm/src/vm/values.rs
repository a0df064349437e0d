//! Values between the host and the machine, and what the scheduler asks about them.

use std::sync::Arc;

use crate::atom::known;
use crate::code::CodeSpace;
use crate::convert::to_value::to_value;
use crate::convert::{ConvertError, Resolve, Resolved, Unlinked};
use crate::heap::parcel::Parcel;
use crate::ids::{FuncId, RefId};
use crate::process::Process;
use crate::process::contract::ExitClass;
use crate::sched::Knowledge;
use crate::term::show;
use crate::value::{FunctionRef, Value};
use crate::vm::control::{function_name, instruction_text};
use crate::vm::outcome::Failure;
use crate::vm::wanted::wanted;
use crate::word::Word;

/// Turns values over; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Values {
    code: Arc<CodeSpace>,
}

impl Values {
    pub(super) fn new(code: Arc<CodeSpace>) -> Values {
        Values { code }
    }

    /// A host value as the machine takes it.
    pub(super) fn parcel(&self, value: &Value) -> Result<Parcel, ConvertError> {
        Parcel::from_value(self.code.common(), value, &FromHost(&self.code))
    }

    /// A value of the machine as the host takes it.
    pub(super) fn value(&self, parcel: &Parcel) -> Result<Value, ConvertError> {
        to_value(parcel.view(self.code.common()), parcel.root(), &*self.code)
    }
}

/// What a value of the host may name: natives, and functions by class and
/// name. A place in a class means nothing outside of it.
struct FromHost<'a>(&'a CodeSpace);

impl Resolve for FromHost<'_> {
    fn function(&self, reference: &FunctionRef) -> Option<Resolved> {
        Unlinked.function(reference)
    }

    fn native(&self, name: &str) -> Option<Resolved> {
        let native = self.0.natives().find(name)?;
        let library = native.library.as_ref();
        let function = library.and_then(|(class, name)| self.0.find(class, name, None).ok());
        Some(match function {
            Some(id) => Resolved::Function(id),
            None => Resolved::Native(native.number.into()),
        })
    }
}

impl Knowledge for Values {
    fn function(&self, function: FuncId) -> String {
        function_name(&self.code, function)
    }

    fn instruction(&self, function: FuncId, index: u32) -> String {
        instruction_text(&self.code, function, index)
    }

    fn show(&self, value: &Parcel) -> String {
        show(value.view(self.code.common()), value.root(), &*self.code)
    }

    fn crash(&self, reason: &Parcel, class: ExitClass, trace: Option<&Parcel>) -> String {
        let Ok(value) = self.value(reason) else {
            return self.show(reason);
        };
        let failure = Failure::new(value, class, trace.and_then(|trace| self.value(trace).ok()));
        format!("{failure}\n{}", failure.trace_text())
    }

    fn wanted(&self, process: &Process) -> Vec<RefId> {
        wanted(&self.code, process)
    }

    fn is_clean(&self, reason: &Parcel) -> bool {
        let root = reason.root();
        let items = reason.view(self.code.common()).tuple_items(root);
        match (root.to_atom(), items) {
            (Some(known::NORMAL | known::SHUTDOWN), _) => true,
            (_, Some([first, _])) => Word(*first).to_atom() == Some(known::SHUTDOWN),
            _ => false,
        }
    }
}
