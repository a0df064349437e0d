//! Random numbers that follow from a seed: a plain generator that the machine's builtins use.
//!
//! xoshiro256** (D. Blackman, S. Vigna, "Scrambled Linear Pseudorandom Number Generators",
//! 2021), seeded through SplitMix64 as its authors advise. The sequence of a seed is the same
//! on every machine, and part of what programs may rely on. It can be foretold, so it is
//! not for keys and tokens.

use num_bigint::BigInt;

/// A generator: 256 bits of state, not all 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    state: [u64; 4],
}

/// SplitMix64: the state goes on, the result is what it is mixed to.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Generator {
    /// The generator of a seed.
    ///
    /// ```
    /// use vm_ffi::stdlib::random::Generator;
    /// let mut generator = Generator::of_seed(42);
    /// assert_eq!(generator.next_u64(), 1546998764402558742);
    /// ```
    #[must_use]
    pub fn of_seed(mut seed: u64) -> Generator {
        Generator {
            state: std::array::from_fn(|_| split_mix(&mut seed)),
        }
    }

    /// The generator of a seed of any length: octets are mixed in eight by eight.
    #[must_use]
    pub fn of_octets(octets: &[u8]) -> Generator {
        let mut seed = octets.len() as u64;
        for chunk in octets.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            seed = split_mix(&mut seed) ^ u64::from_le_bytes(eight);
        }
        Generator::of_seed(split_mix(&mut seed))
    }

    /// The generator of a state that [`Generator::state`] gave; nothing for all zeros.
    #[must_use]
    pub fn of_state(state: [u64; 4]) -> Option<Generator> {
        (state != [0; 4]).then_some(Generator { state })
    }

    /// Where the generator is.
    #[must_use]
    pub fn state(&self) -> [u64; 4] {
        self.state
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number from 0 to below 1, a multiple of 2^-53, all alike.
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    pub fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A whole number from 0 to below `bound`, all alike; 0 for a bound of 0.
    ///
    /// D. Lemire, "Fast Random Integer Generation in an Interval", 2019: what would favour
    /// the low numbers is drawn again.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let draw = |next: u64| u128::from(next) * u128::from(bound);
        let mut product = draw(self.next_u64());
        let refused = bound.wrapping_neg() % bound;
        #[expect(clippy::cast_possible_truncation, reason = "the low half")]
        while (product as u64) < refused {
            product = draw(self.next_u64());
        }
        (product >> 64) as u64
    }

    /// As [`Generator::below`], of any size: bits are drawn until they are below the bound,
    /// twice on average. 0 for a bound that is not positive.
    pub fn below_big(&mut self, bound: &BigInt) -> BigInt {
        if bound.sign() != num_bigint::Sign::Plus {
            return BigInt::ZERO;
        }
        let bits = (bound - 1_u32).bits();
        let words = usize::try_from(bits.div_ceil(64)).unwrap_or(usize::MAX);
        let spare = 64 * bits.div_ceil(64) - bits;
        let mut octets = vec![0; words.saturating_mul(8)];
        loop {
            self.fill(&mut octets);
            let drawn = BigInt::from_bytes_le(num_bigint::Sign::Plus, &octets) >> spare;
            if drawn < *bound {
                return drawn;
            }
        }
    }

    /// A number of the normal distribution of mean 0 and deviation 1, by G. Marsaglia's
    /// polar method; the second one of each pair is not kept.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.next_f64() - 1.0, 2.0 * self.next_f64() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// Fills octets.
    pub fn fill(&mut self, octets: &mut [u8]) {
        for chunk in octets.chunks_mut(8) {
            let next = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        // Of the state 1, 2, 3, 4, as the reference implementation in C gives it.
        let mut generator = Generator::of_state([1, 2, 3, 4]).unwrap();
        let found: Vec<u64> = (0..5).map(|_| generator.next_u64()).collect();
        let published = [
            11520,
            0,
            1_509_978_240,
            1_215_971_899_390_074_240,
            1_216_172_134_540_287_360,
        ];
        assert_eq!(found, published);
        assert_eq!(Generator::of_state([0; 4]), None);
    }

    #[test]
    fn bounds_hold_and_every_number_comes() {
        let mut generator = Generator::of_seed(1);
        let mut counts = [0; 6];
        for _ in 0..60_000 {
            counts[usize::try_from(generator.below(6)).unwrap()] += 1;
        }
        // Five deviations of 91 on each side.
        assert!(
            counts.iter().all(|n| (9_544..10_456).contains(n)),
            "{counts:?}"
        );
        assert_eq!(generator.below(1), 0);
        assert_eq!(generator.below(0), 0);
        assert!((0..1000).all(|_| generator.below(u64::MAX) < u64::MAX));
        assert!((0..1000).all(|_| (0.0..1.0).contains(&generator.next_f64())));
        let bound: BigInt = (BigInt::from(1) << 100) + 1;
        let drawn: Vec<BigInt> = (0..100).map(|_| generator.below_big(&bound)).collect();
        assert!(
            drawn
                .iter()
                .all(|n| n < &bound && n.sign() != num_bigint::Sign::Minus)
        );
        assert!(drawn.iter().any(|n| n.bits() == 100));
        assert_eq!(generator.below_big(&BigInt::from(1)), BigInt::ZERO);
    }

    #[test]
    fn seeds_of_any_length_differ() {
        let first = |octets: &[u8]| Generator::of_octets(octets).next_u64();
        let seeds: [&[u8]; 6] = [b"", b"\0", b"\0\0", b"a", b"12345678", b"123456780"];
        let drawn: std::collections::BTreeSet<u64> = seeds.iter().map(|seed| first(seed)).collect();
        assert_eq!(drawn.len(), seeds.len());
    }

    #[test]
    fn normal_numbers_have_their_mean_and_deviation() {
        let mut generator = Generator::of_seed(7);
        let drawn: Vec<f64> = (0..40_000).map(|_| generator.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / 40_000.0;
        let variance = drawn.iter().map(|x| x * x).sum::<f64>() / 40_000.0;
        assert!(mean.abs() < 0.025, "{mean}");
        assert!((variance - 1.0).abs() < 0.036, "{variance}");
    }
}
