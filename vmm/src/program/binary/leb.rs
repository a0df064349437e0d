//! Writing of numbers: LEB128 in shortest form, doubles, counted bytes.
//!
//! The reading half is `cursor`, which refuses every other form.

/// Most bytes of a LEB128 number of 32 bits.
pub(super) const MAX_BYTES: usize = 5;

/// An unsigned number.
pub(super) fn uint(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0]);
}

/// A signed number.
pub(super) fn sint(out: &mut Vec<u8>, mut n: i32) {
    // Done when what is left is nothing but copies of the sign bit, bit 6.
    while !(-0x40..0x40).contains(&n) {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0] & 0x7F);
}

/// An optional number: 0, or the number plus 1. Numbers written so are
/// registers, arities and indices below 2^21.
pub(super) fn opt(out: &mut Vec<u8>, n: Option<u32>) {
    uint(out, n.map_or(0, |n| n.saturating_add(1)));
}

/// A count. One past 32 bits makes a file too large for its limit anyway.
pub(super) fn count(out: &mut Vec<u8>, n: usize) {
    uint(out, u32::try_from(n).unwrap_or(u32::MAX));
}

/// Bytes with their length.
pub(super) fn raw(out: &mut Vec<u8>, bytes: &[u8]) {
    count(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// The bits of a double.
pub(super) fn double(out: &mut Vec<u8>, bits: u64) {
    out.extend_from_slice(&bits.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_as_few_bytes_as_they_can() {
        for (n, bytes) in [
            (0, vec![0]),
            (127, vec![0x7F]),
            (128, vec![0x80, 1]),
            (16_384, vec![0x80, 0x80, 1]),
            (u32::MAX, vec![0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
        ] {
            let mut out = Vec::new();
            uint(&mut out, n);
            assert_eq!(out, bytes, "{n}");
        }
        for (n, bytes) in [
            (0, vec![0]),
            (63, vec![0x3F]),
            (64, vec![0xC0, 0]),
            (-1, vec![0x7F]),
            (-64, vec![0x40]),
            (-65, vec![0xBF, 0x7F]),
            (i32::MAX, vec![0xFF, 0xFF, 0xFF, 0xFF, 0x07]),
            (i32::MIN, vec![0x80, 0x80, 0x80, 0x80, 0x78]),
        ] {
            let mut out = Vec::new();
            sint(&mut out, n);
            assert_eq!(out, bytes, "{n}");
        }
    }
}
