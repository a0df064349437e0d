//! The native function interface of IonVM.
