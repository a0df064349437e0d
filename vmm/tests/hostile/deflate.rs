//! Deflate streams written by hand: as dense as the format allows, or broken.
//!
//! *Source*: RFC 1951.

/// Bits, first to last, into bytes from the lowest bit up.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    count: usize,
}

impl Bits {
    /// A number, lowest bit first.
    fn number(&mut self, value: u32, bits: u32) {
        for bit in 0..bits {
            self.bit(value >> bit & 1 == 1);
        }
    }

    /// A code word, written as text, first bit first.
    fn code(&mut self, word: &str) {
        word.chars().for_each(|bit| self.bit(bit == '1'));
    }

    fn bit(&mut self, bit: bool) {
        if self.count.is_multiple_of(8) {
            self.out.push(0);
        }
        if let Some(last) = self.out.last_mut() {
            *last |= u8::from(bit) << (self.count % 8);
        }
        self.count += 1;
    }
}

/// A stream of `length` zeros that takes two bits for every 258 of them, the densest there is.
pub(super) fn zeros(length: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with codes of its own: 286 literals and lengths, 1 distance, 18 code
    // lengths of code lengths.
    bits.number(1, 1);
    bits.number(2, 2);
    bits.number(286 - 257, 5);
    bits.number(0, 5);
    bits.number(18 - 4, 4);
    // In the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1: the run of zeros (18) gets one
    // bit, the lengths 2 and 1 two.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.number(length, 3);
    }
    let (one, two, run) = ("10", "11", "0");
    // Literal 0 has two bits, 256 (end) two, 285 (a copy of 258) one; distance 1 has one.
    bits.code(two);
    for zeros in [138, 117] {
        bits.code(run);
        bits.number(zeros - 11, 7);
    }
    bits.code(two);
    bits.code(run);
    bits.number(28 - 11, 7);
    bits.code(one);
    bits.code(one);
    let (copy, literal, end) = ("00", "10", "11");
    let copies = length.saturating_sub(1) / 258;
    for _ in 0..length - copies * 258 {
        bits.code(literal);
    }
    for _ in 0..copies {
        bits.code(copy);
    }
    bits.code(end);
    bits.out
}

/// A stream of blocks that are not compressed, of at most `piece` bytes each.
pub(super) fn plain(data: &[u8], piece: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut blocks = data.chunks(piece).peekable();
    if data.is_empty() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        out.extend((block.len() as u16).to_le_bytes());
        out.extend((!(block.len() as u16)).to_le_bytes());
        out.extend(block);
    }
    out
}
