//! Plain functions as natives: arity, arguments, results.

use super::*;
use crate::FakeContext;

fn numbers(numbers: &[f64]) -> Vec<FfiValue> {
    numbers.iter().copied().map(FfiValue::Number).collect()
}

#[test]
fn arity_follows_from_the_parameters() {
    type Opt = Option<f64>;
    let cases = [
        (Native::new("t.a", || 1.0), Arity::exactly(0)),
        (Native::new("t.b", f64::atan2), Arity::exactly(2)),
        (
            Native::new("t.c", |_: f64, _: Opt, _: Opt| ()),
            Arity::between(1, 3),
        ),
        (Native::new("t.d", |_: Opt, _: f64| ()), Arity::exactly(2)),
        (
            Native::new("t.e", |_: f64, _: Rest<f64>| ()),
            Arity::at_least(1),
        ),
        (
            Native::with_context("t.f", |_: &mut dyn FfiContext, _: f64| ()),
            Arity::exactly(1),
        ),
    ];
    for (native, arity) in cases {
        assert_eq!(native.variadic(), arity, "{}", native.name());
        assert_eq!(native.arity(), arity.min);
    }
}

#[test]
fn errors_name_the_argument() {
    let pick = Native::new("t.pick", |index: usize, Rest(items): Rest<String>| {
        items.get(index).cloned()
    });
    let mut args = vec![FfiValue::Number(0.0), FfiValue::String("x".to_string())];
    assert_eq!(pick.call(args.clone()), Ok(args[1].clone()));
    args.push(FfiValue::Unit);
    let error = pick.call(args).unwrap_err().in_function("t.pick");
    assert_eq!(
        error.to_string(),
        "argument 3 of t.pick must be a string, found unit"
    );
    let error = pick.call(vec![]).unwrap_err();
    assert_eq!(error.to_string(), "t.pick takes 1 argument or more, got 0");
}

#[test]
fn numbers_alone_give_what_values_of_them_give() {
    let natives = [
        Native::new("t.none", || 1.0),
        Native::new("t.two", f64::atan2),
        Native::new("t.whole", |n: usize, text: Option<String>| (text, n).1),
        Native::new("t.least", |first: f64, Rest(rest): Rest<i32>| {
            rest.into_iter().map(f64::from).fold(first, f64::min)
        }),
        Native::new("t.fails", |_: FfiValue| Err::<(), _>("never")),
    ];
    let lists: [&[f64]; 7] = [
        &[],
        &[1.0],
        &[-0.0],
        &[-1.0],
        &[0.5, 2.0],
        &[1.0, 2.0, 3.0],
        &[1.0, f64::NAN, 3.0],
    ];
    let mut answered = 0;
    for native in &natives {
        for list in lists {
            let long = native.call(numbers(list));
            match native.call_numbers(list) {
                Some(short) => assert_eq!(short, long, "{} {list:?}", native.name()),
                None => assert!(long.is_err(), "{} {list:?}", native.name()),
            }
            answered += usize::from(native.call_numbers(list).is_some());
        }
    }
    assert_eq!(answered, 12);
    let guarded = Native::new("t.guarded", f64::sqrt).needs("env");
    assert_eq!(guarded.call_numbers(&[4.0]), None);
}

#[test]
fn results_may_fail() {
    let half = Native::new("t.half", |n: i64| {
        if n % 2 == 0 {
            Ok(n / 2)
        } else {
            Err("an odd number has no half")
        }
    });
    assert_eq!(half.call(numbers(&[4.0])), Ok(FfiValue::Integer(2.into())));
    let error = half.call(numbers(&[3.0])).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        ("ffi", "an odd number has no half")
    );
}

#[test]
fn a_native_that_needs_a_context_says_so() {
    let now = Native::with_context("t.now", |context: &mut dyn FfiContext| {
        context.monotonic_nanos()
    });
    assert_eq!(now.call(vec![]).unwrap_err().kind(), "ffi");
    let mut context = FakeContext {
        monotonic: 7,
        ..FakeContext::new()
    };
    assert_eq!(
        now.call_with(&mut context, vec![]),
        Ok(FfiValue::Integer(7.into()))
    );
}
