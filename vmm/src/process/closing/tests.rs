//! What a process that ends tells, to whom, in which order and how much at once.

use super::*;
use crate::heap::parcel::Part;
use crate::heap::{FIRST_BLOCK_WORDS, Heap};
use crate::host::Stream;
use crate::ids::{FuncId, RefId};
use crate::process::about::Asked;
use crate::process::bonds::Monitor;
use crate::process::contract::{ExitClass, SpawnRefused, SpawnRequest};
use crate::process::signal::Watched;
use crate::trace::{Event, Topics};

/// Writes down what is sent. The process itself is gone.
#[derive(Default)]
struct Notes(Vec<(Pid, Signal)>);

impl Kernel for Notes {
    fn spawn(&mut self, _: SpawnRequest) -> Result<Pid, SpawnRefused> {
        Err(SpawnRefused::TooMany { limit: 0 })
    }
    fn signal(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        if to == pid(0) {
            return Err(signal);
        }
        self.0.push((to, signal));
        Ok(())
    }
    fn is_alive(&self, _: Pid) -> bool {
        false
    }
    fn arrivals(&mut self, _: &mut Process) {}
    fn now_ns(&mut self, _: u32) -> u64 {
        0
    }
    fn wall_ns(&mut self, _: u32) -> u64 {
        0
    }
    fn random(&mut self) -> u64 {
        0
    }
    fn print(&mut self, _: Stream, _: &str) {}
    fn processes(&self) -> usize {
        0
    }
    fn passes(&self) -> u64 {
        0
    }
    fn topics(&self) -> Topics {
        Topics::NONE
    }
    fn event(&mut self, _: Event, _: Option<&Parcel>) {}
}

fn pid(slot: u32) -> Pid {
    Pid::new(slot, 0)
}

fn reference(count: u64) -> RefId {
    RefId {
        owner: pid(1),
        count,
    }
}

fn process() -> Process {
    let heap = Heap::new(FIRST_BLOCK_WORDS, 1 << 20, false);
    Process::new(pid(0), FuncId(0), heap, Parcel::word(Word::UNIT))
}

fn exited(reason: Parcel) -> End {
    End::Exited {
        reason,
        class: ExitClass::Exit,
        trace: None,
    }
}

fn broken() -> Parcel {
    Parcel::word(Word::atom(known::ERROR))
}

/// Each signal as a word, with whom it goes to.
fn told(notes: &Notes) -> Vec<String> {
    let told = notes.0.iter().map(|(to, signal)| {
        let what = match signal {
            Signal::Exit { reason, linked, .. } => {
                format!("exit {linked} {}", reason.root() == broken().root())
            }
            Signal::Down {
                reference, reason, ..
            } => {
                format!(
                    "down {} {}",
                    reference.count,
                    reason.root() == broken().root()
                )
            }
            Signal::Settled { reference, .. } => format!("settled {}", reference.count),
            Signal::Demonitor { reference } => format!("demonitor {}", reference.count),
            Signal::Unlinked { id, .. } => format!("unlinked {id}"),
            Signal::Answer { reference, answer } => {
                format!("answer {} {}", reference.count, answer.is_some())
            }
            other => format!("{other:?}"),
        };
        format!("{}: {what}", to.slot())
    });
    told.collect()
}

#[test]
fn links_then_watchers_then_waiters_then_who_was_not_answered() {
    let mut process = process();
    let bonds = process.bonds_mut();
    bonds.watched_by(reference(1), pid(5), Watched::Process(pid(0)));
    bonds.link(pid(9));
    bonds.awaited_by(reference(2), pid(6));
    bonds.linked(pid(3));
    bonds.watched_by(reference(3), pid(5), Watched::Process(pid(0)));
    bonds.link(pid(4));
    // Given up and not acknowledged: nobody is told.
    bonds.link(pid(7));
    bonds.unlink(pid(7));
    let monitor = Monitor {
        target: Some(pid(8)),
        watched: Watched::Process(pid(8)),
    };
    bonds.monitor(reference(4), monitor);
    let mut notes = Notes::default();
    process.take_in(
        Signal::Exit {
            from: pid(2),
            reason: broken(),
            linked: false,
        },
        &mut notes,
    );
    let end = process.take_doom().expect("it is doomed");
    process.doom(exited(broken()));
    let from = pid(2);
    process.take_in(Signal::Unlink { from, id: 11 }, &mut notes);
    assert!(notes.0.is_empty(), "nobody is answered before it is gone");
    let left = vec![
        Signal::Message(broken()),
        Signal::Link { from },
        Signal::Monitor {
            from,
            reference: reference(12),
            watched: Watched::Process(pid(0)),
        },
        Signal::Ask {
            from,
            asked: Asked::Alive,
            reference: reference(13),
        },
    ];
    let mut closing = Closing::new(&mut process, &end, false, left);
    assert!(closing.step(&mut notes));
    assert_eq!(
        told(&notes),
        [
            "9: exit true true",
            "3: exit true true",
            "4: exit true true",
            "5: down 1 true",
            "5: down 3 true",
            "6: settled 2",
            "8: demonitor 4",
            "2: unlinked 11",
            "2: exit true false",
            "2: down 12 false",
            "2: answer 13 false",
        ]
    );
}

#[test]
fn a_million_are_told_a_turn_at_a_time() {
    const MANY: u32 = 100_000;
    let mut process = process();
    let bonds = process.bonds_mut();
    for i in 1..=MANY {
        bonds.linked(pid(i));
        bonds.watched_by(reference(u64::from(i)), pid(i), Watched::Process(pid(0)));
    }
    let left = (1..=MANY).map(|i| Signal::Unlink {
        from: pid(i),
        id: 1,
    });
    let left: Vec<Signal> = left.collect();
    for _ in 0..MANY {
        process.mailbox.push(broken());
    }
    let mut closing = Closing::new(&mut process, &exited(broken()), false, left);
    let mut notes = Notes::default();
    let mut steps = 1;
    while !closing.step(&mut notes) {
        steps += 1;
        assert!(notes.0.len() <= steps * CLOSING_STEP, "too much at once");
    }
    assert_eq!(notes.0.len(), 3 * MANY as usize);
    let least = 4 * MANY as usize / CLOSING_STEP;
    assert!((least..least + 4).contains(&steps), "{steps} steps");
    let links = notes.0[..MANY as usize].iter().map(|(to, _)| to.slot());
    assert!(links.eq(1..=MANY));
}

#[test]
fn a_large_reason_is_told_as_fast_as_a_small_one() {
    let mut process = process();
    for i in 1..=100 {
        process.bonds_mut().linked(pid(i));
    }
    let text = vec![crate::heap::parcel::Part::Word(Word::UNIT); 16 * CLOSING_STEP / 10];
    let reason = Parcel::tuple(&text);
    let mut closing = Closing::new(&mut process, &exited(reason), false, Vec::new());
    let mut notes = Notes::default();
    let mut most = 0;
    loop {
        let before = notes.0.len();
        let done = closing.step(&mut notes);
        most = most.max(notes.0.len() - before);
        if done {
            break;
        }
    }
    assert_eq!((notes.0.len(), most), (100, 100));
}

#[test]
fn who_returns_ends_normally() {
    let mut process = process();
    process.bonds_mut().linked(pid(1));
    let end = End::Returned(broken());
    let mut notes = Notes::default();
    assert!(Closing::new(&mut process, &end, false, Vec::new()).step(&mut notes));
    let [(_, Signal::Exit { reason, .. })] = &notes.0[..] else {
        panic!("{:?}", notes.0);
    };
    assert_eq!(reason.root(), Word::atom(known::NORMAL));
}

#[test]
fn a_large_reason_is_one_parcel_however_many_are_told_and_end_with_it() {
    let text = "why ".repeat(50);
    let parts: Vec<_> = (0..100).map(|_| Part::Text(&text)).collect();
    let reason = Parcel::tuple(&parts);
    let mut process = process();
    let bonds = process.bonds_mut();
    for i in 1..=300 {
        bonds.linked(pid(i));
        bonds.watched_by(reference(u64::from(i)), pid(i), Watched::Process(pid(0)));
        bonds.awaited_by(reference(u64::from(i)), pid(i));
    }
    let mut closing = Closing::new(&mut process, &exited(reason), false, Vec::new());
    let mut notes = Notes::default();
    while !closing.step(&mut notes) {}
    let reasons = |notes: &Notes| -> Vec<Parcel> {
        let reasons = notes.0.iter().map(|(_, signal)| match signal {
            Signal::Exit { reason, .. } | Signal::Down { reason, .. } => reason.clone(),
            Signal::Settled {
                outcome: Settled::Failed(reason),
                ..
            } => reason.clone(),
            other => panic!("{other:?}"),
        });
        reasons.collect()
    };
    let told = reasons(&notes);
    assert_eq!(told.len(), 900);
    assert!(told.iter().all(|reason| reason.is_shared_with(&told[0])));
    // One of those that are linked ends with it, and tells the next.
    let mut next = self::process();
    next.bonds_mut().linked(pid(2));
    next.bonds_mut().linked(pid(0));
    let (_, signal) = notes.0.swap_remove(0);
    let mut notes = Notes::default();
    let from_first = match signal {
        Signal::Exit { reason, linked, .. } => Signal::Exit {
            from: pid(2),
            reason,
            linked,
        },
        other => panic!("{other:?}"),
    };
    next.bonds_mut().linked(pid(5));
    next.take_in(from_first, &mut notes);
    let end = next.take_doom().expect("it is doomed");
    let mut closing = Closing::new(&mut next, &end, false, Vec::new());
    while !closing.step(&mut notes) {}
    let next_told = reasons(&notes);
    assert!(!next_told.is_empty());
    assert!(
        next_told
            .iter()
            .any(|reason| reason.is_shared_with(&told[0]))
    );
}
