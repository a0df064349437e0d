//! Classes of every kind, right and wrong, and classes that are made to be slow.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// Parts that are shared are walked once, and cannot be unfolded without bound.
/// Rule: C-CODE-26
#[test]
fn sharing_makes_nothing_slow() {
    let doubled =
        |levels: usize, first: Value| (0..levels).fold(first, |v, _| Value::tuple([v.clone(), v]));
    refused("V26", &load(doubled(60, Value::nil())));

    // A large constant, key and text, each used by very many instructions.
    let large = doubled(16, Value::nil());
    let key = Value::map([(large.clone(), Value::unit())]);
    let pattern = Pattern::Map(vec![(large.clone(), Pattern::Wildcard)]);
    let text: Arc<str> = "x".repeat(limits::NAME_BYTES_MAX).into();
    let long = Value::string("y".repeat(limits::STRING_BYTES_MAX));
    let blob = Value::bytes(vec![7; limits::STRING_BYTES_MAX]);
    let arms = vec![
        Arm {
            pattern,
            target: Offset(0),
        };
        50_000
    ];
    let mut code = vec![Instruction::r#match(0, arms)];
    for _ in 0..50_000 {
        code.push(Instruction::load_const(0, large.clone()));
        code.push(Instruction::load_const(0, key.clone()));
        code.push(Instruction::load_const(0, long.clone()));
        code.push(Instruction::load_const(0, blob.clone()));
        code.push(Instruction::get_global(0, Arc::clone(&text)));
        let extern_function = Value::Function(FunctionRef::Extern {
            class: "M".into(),
            name: Arc::clone(&text),
            arity: None,
        });
        code.push(Instruction::load_const(0, extern_function));
    }
    accepted(&class(code));
}

proptest! {
    #[test]
    fn sound_classes_are_accepted_and_can_be_written(bytes in vec(any::<u8>(), 0..3000)) {
        let class = arbitrary::module(&bytes, Sense::Sound);
        prop_assert_eq!(problems(&class), []);
        prop_assert!(class.to_bytes().is_ok());
    }

    #[test]
    fn every_instruction_has_a_sound_form(bytes in vec(any::<u8>(), 0..3000)) {
        let class = arbitrary::module_of_every_instruction(&bytes, Sense::Sound);
        prop_assert_eq!(problems(&class), []);
    }

    /// Nothing panics, and what is accepted all the same can be written and
    /// read back.
    #[test]
    fn wild_classes_are_judged(bytes in vec(any::<u8>(), 0..2000)) {
        let class = arbitrary::module(&bytes, Sense::Wild);
        if problems(&class).is_empty() {
            let file = class.to_bytes().unwrap();
            prop_assert_eq!(Module::from_bytes(&file), Ok(class));
        }
    }
}
