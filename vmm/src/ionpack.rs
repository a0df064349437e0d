//! ionpack
