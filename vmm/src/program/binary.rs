//! Class file version 2: reader and writer.
