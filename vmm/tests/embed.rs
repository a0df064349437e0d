//! The example of `docs/embedding.md` does what it says.

#[path = "../examples/embed.rs"]
mod example;

#[test]
fn the_embedded_guest_talks_with_its_host() {
    let report = example::embed().expect("it runs");
    assert_eq!(
        report,
        [
            "the listener says: are you there?",
            "the guest printed: 145",
            "the result is 145",
            "the second run: Stopped(Terminate)",
        ]
    );
}
