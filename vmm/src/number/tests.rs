//! Arithmetic held against its definition: by examples, and by the laws of
//! whole numbers on arbitrary operands.

use super::*;
use num_traits::Zero;
use proptest::prelude::*;

fn run(op: Arith, a: Numeric, b: Numeric) -> Result<Numeric, Fault> {
    let common = Common::default();
    let mut heap = Heap::new(0, 1 << 24, true);
    let put = |heap: &mut Heap, n: &Numeric| match n {
        Numeric::Number(n) => Word::number(*n),
        Numeric::Small(n) => Word::small_integer(*n).unwrap(),
        Numeric::Big(n) => heap.new_big_integer(n).unwrap(),
        Numeric::Complex(z) => heap.new_complex(*z).unwrap(),
    };
    let a = put(&mut heap, &a);
    let a = heap.push_root(a);
    let b = put(&mut heap, &b);
    let a = heap.root(a);
    let word = binary(&mut heap, &common, op, a, b)?;
    Ok(Numeric::of(heap.view(&common), word).unwrap())
}

fn int(n: i64) -> Numeric {
    Numeric::Small(n)
}

fn num(n: f64) -> Numeric {
    Numeric::Number(n)
}

#[test]
fn integers_stay_exact_and_mix_with_numbers() {
    let big = |text: &str| Numeric::Big(text.parse().unwrap());
    for (op, a, b, expected) in [
        (Arith::Add, int(2), int(3), int(5)),
        (Arith::Mul, int(1 << 46), int(4), big("281474976710656")),
        (
            Arith::Sub,
            big("281474976710656"),
            int(140_737_488_355_000),
            big("140737488355656"),
        ),
        (Arith::Div, int(1), int(4), num(0.25)),
        (Arith::Div, int(6), int(3), num(2.0)),
        (Arith::Div, int(1), int(0), num(f64::INFINITY)),
        (
            Arith::Pow,
            int(2),
            int(100),
            big("1267650600228229401496703205376"),
        ),
        (Arith::Pow, int(2), int(-1), num(0.5)),
        (Arith::Pow, int(-1), big("281474976710657"), int(-1)),
        (Arith::Pow, int(0), int(0), int(1)),
        (Arith::Mod, int(-7), int(3), int(2)),
        (Arith::Rem, int(-7), int(3), int(-1)),
        (Arith::IntDiv, int(-7), int(3), int(-3)),
        (Arith::Quot, int(-7), int(3), int(-2)),
        (Arith::Add, int(1), num(0.5), num(1.5)),
        (Arith::Mod, num(-7.5), int(2), num(0.5)),
        (Arith::Rem, num(-7.5), int(2), num(-1.5)),
        (Arith::IntDiv, num(-7.5), int(2), num(-4.0)),
        (Arith::IntDiv, num(1.0), num(0.1), num(9.0)),
        (Arith::IntDiv, num(1.0), num(0.0), num(f64::INFINITY)),
        (Arith::Quot, num(-7.5), int(2), num(-3.0)),
    ] {
        assert_eq!(
            run(op, a.clone(), b.clone()),
            Ok(expected),
            "{a:?} {op:?} {b:?}"
        );
    }
}

#[test]
fn complex_results_stay_complex() {
    let c = |re, im| Numeric::Complex(Complex64::new(re, im));
    assert_eq!(run(Arith::Pow, c(0.0, 1.0), int(2)), Ok(c(-1.0, 0.0)));
    assert_eq!(run(Arith::Sub, c(1.0, 1.0), c(0.0, 1.0)), Ok(c(1.0, 0.0)));
    assert_eq!(run(Arith::Mul, int(2), c(1.0, -1.0)), Ok(c(2.0, -2.0)));
    let fault = run(Arith::Mod, c(1.0, 1.0), int(2)).unwrap_err();
    assert_eq!(fault.kind, FaultKind::BadType);
}

#[test]
fn what_cannot_be_computed_is_an_error_of_its_kind() {
    for op in [Arith::IntDiv, Arith::Quot, Arith::Mod, Arith::Rem] {
        let fault = run(op, int(1), int(0)).unwrap_err();
        assert_eq!(fault.kind, FaultKind::BadNumber, "{op:?}");
        assert!(run(op, num(1.0), int(0)).is_ok());
    }
    let huge = 1 << 40;
    for (op, a, b) in [
        (Arith::Pow, int(3), int(huge)),
        (Arith::Shl, int(1), int(huge)),
        (Arith::Shl, int(1), Numeric::Big(BigInt::from(1) << 70)),
        (Arith::Shr, int(1), int(-huge)),
    ] {
        assert_eq!(run(op, a, b).unwrap_err().kind, FaultKind::Limit, "{op:?}");
    }
    let common = Common::default();
    let mut heap = Heap::new(0, 1 << 20, true);
    let fault = binary(&mut heap, &common, Arith::Sub, Word::TRUE, Word::NIL).unwrap_err();
    assert_eq!(
        fault.to_string(),
        ":bad_type: sub takes two numbers, not boolean and nil"
    );
    assert!(neg(&mut heap, &common, Word::UNIT).is_err());
}

#[test]
fn bits_act_on_integers_and_on_whole_numbers() {
    for (op, a, b, expected) in [
        (Arith::BitAnd, int(6), int(3), int(2)),
        (Arith::BitOr, num(6.0), num(3.0), num(7.0)),
        (Arith::BitXor, int(-1), int(5), int(-6)),
        (Arith::BitAnd, num(-1.0), int(255), num(255.0)),
        (
            Arith::Shl,
            int(1),
            int(47),
            Numeric::Big(BigInt::from(1_i64 << 47)),
        ),
        (Arith::Shr, int(-5), int(1), int(-3)),
        (Arith::Shr, int(5), int(1 << 40), int(0)),
        (Arith::Shr, int(-5), int(1 << 40), int(-1)),
        (Arith::Shl, num(1.0), num(52.0), num((1_i64 << 52) as f64)),
        (Arith::Shl, int(8), int(-2), int(2)),
        (Arith::Shr, num(-1.0), num(100.0), num(-1.0)),
    ] {
        assert_eq!(
            run(op, a.clone(), b.clone()),
            Ok(expected),
            "{a:?} {op:?} {b:?}"
        );
    }
    for (a, b) in [
        (num(0.5), num(1.0)),
        (num(f64::NAN), int(1)),
        (num(1e30), int(1)),
    ] {
        let fault = run(Arith::BitOr, a, b).unwrap_err();
        assert_eq!(fault.kind, FaultKind::BadNumber);
    }
    let past = run(Arith::Shl, num(1.0), num(60.0)).unwrap_err();
    assert_eq!(past.kind, FaultKind::BadNumber);
}

fn integers() -> impl Strategy<Value = BigInt> {
    let small = any::<i64>().prop_map(|n| BigInt::from(n >> 20));
    let edge = (-2_i64..3, 40_u32..70, any::<bool>())
        .prop_map(|(n, bits, neg)| (BigInt::from(if neg { -1 } else { 1 }) << bits) + n);
    let wide = prop::collection::vec(any::<u32>(), 0..8)
        .prop_map(|d| BigInt::from_biguint(num_bigint::Sign::Minus, num_bigint::BigUint::new(d)));
    prop_oneof![small, edge, wide, (-5_i64..6).prop_map(BigInt::from)]
}

fn put(n: &BigInt) -> Numeric {
    match n.to_i64().filter(|n| Word::small_integer(*n).is_some()) {
        Some(n) => Numeric::Small(n),
        None => Numeric::Big(n.clone()),
    }
}

proptest! {
    #[test]
    fn integer_operations_are_those_of_mathematics(a in integers(), b in integers()) {
        use num_integer_laws::{floor, trunc};
        let go = |op| run(op, put(&a), put(&b));
        prop_assert_eq!(go(Arith::Add), Ok(put(&(&a + &b))));
        prop_assert_eq!(go(Arith::Sub), Ok(put(&(&a - &b))));
        prop_assert_eq!(go(Arith::Mul), Ok(put(&(&a * &b))));
        prop_assert_eq!(go(Arith::BitAnd), Ok(put(&(&a & &b))));
        prop_assert_eq!(go(Arith::BitOr), Ok(put(&(&a | &b))));
        prop_assert_eq!(go(Arith::BitXor), Ok(put(&(&a ^ &b))));
        if !b.is_zero() {
            let (q, r) = floor(&a, &b);
            prop_assert_eq!(go(Arith::IntDiv), Ok(put(&q)));
            prop_assert_eq!(go(Arith::Mod), Ok(put(&r)));
            let (q, r) = trunc(&a, &b);
            prop_assert_eq!(go(Arith::Quot), Ok(put(&q)));
            prop_assert_eq!(go(Arith::Rem), Ok(put(&r)));
        }
        prop_assert_eq!(compare(&put(&a), &put(&b)), Some(a.cmp(&b)));
        let x = big_to_f64(&a);
        let order = compare(&Numeric::Number(x), &put(&b));
        prop_assert_eq!(order, Some(BigInt::from_f64(x).unwrap().cmp(&b)));
    }

    #[test]
    fn powers_and_shifts_agree_with_products(a in integers(), n in 0_u32..20) {
        let expected = (0..n).fold(BigInt::from(1), |p, _| p * &a);
        prop_assert_eq!(run(Arith::Pow, put(&a), int(n.into())), Ok(put(&expected)));
        prop_assert_eq!(run(Arith::Shl, put(&a), int(n.into())), Ok(put(&(&a << n))));
        prop_assert_eq!(run(Arith::Shr, put(&a), int(n.into())), Ok(put(&(&a >> n))));
    }

    #[test]
    fn floor_and_remainder_of_numbers_fit_together(a in -1e6..1e6, b in -1e3..1e3) {
        let (q, r) = (number(Arith::IntDiv, a, b), number(Arith::Mod, a, b));
        prop_assert!(q.fract() == 0.0 && (r == 0.0 || (r < 0.0) == (b < 0.0)));
        prop_assert!((q * b + r - a).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0));
    }
}

/// Division written out from its definition, to hold the operators against.
mod num_integer_laws {
    use super::*;

    pub(super) fn trunc(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
        let q = a.abs() / b.abs();
        let q = if a.is_negative() == b.is_negative() {
            q
        } else {
            -q
        };
        let r = a - &q * b;
        (q, r)
    }

    pub(super) fn floor(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
        let (q, r) = trunc(a, b);
        if !r.is_zero() && r.is_negative() != b.is_negative() {
            (q - 1, r + b)
        } else {
            (q, r)
        }
    }
}
