//! Native module `ionvm._native`.
