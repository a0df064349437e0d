//! Two processes that link, unlink, watch and end in any order, over two queues.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::Monitor;
use crate::heap::parcel::Parcel;
use crate::heap::{FIRST_BLOCK_WORDS, Heap};
use crate::host::Stream;
use crate::ids::{FuncId, Pid, RefId};
use crate::process::Process;
use crate::process::closing::Closing;
use crate::process::contract::{End, ExitClass, Kernel, SpawnRefused, SpawnRequest};
use crate::process::signal::{Signal, Watched};
use crate::trace::{Event, Topics};
use crate::word::Word;

/// What the two have sent each other and not taken in.
struct Wire {
    queues: [VecDeque<Signal>; 2],
    alive: [bool; 2],
}

fn pid(side: usize) -> Pid {
    Pid::new(10 + side as u32, 0)
}

fn side(pid: Pid) -> usize {
    pid.slot() as usize - 10
}

impl Kernel for Wire {
    fn spawn(&mut self, _: SpawnRequest) -> Result<Pid, SpawnRefused> {
        Err(SpawnRefused::TooMany { limit: 2 })
    }
    fn signal(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        if !self.alive[side(to)] {
            return Err(signal);
        }
        self.queues[side(to)].push_back(signal);
        Ok(())
    }
    fn is_alive(&self, pid: Pid) -> bool {
        self.alive[side(pid)]
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
        2
    }
    fn passes(&self) -> u64 {
        0
    }
    fn topics(&self) -> Topics {
        Topics::NONE
    }
    fn event(&mut self, _: Event, _: Option<&Parcel>) {}
}

/// One process and what it has seen.
struct Side {
    process: Option<Process>,
    /// It has given the link up, and no new one was made since.
    free: bool,
    /// Messages of links that it got.
    exits: usize,
    /// Monitors that it has made and not given up, and whether they were told.
    monitors: Vec<(RefId, bool)>,
}

struct Pair {
    wire: Wire,
    sides: [Side; 2],
}

/// What one of the two does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Link,
    Unlink,
    Monitor,
    /// Gives up its latest monitor.
    Demonitor,
    /// Takes in one signal.
    Take,
    End,
}

impl Pair {
    fn new() -> Pair {
        let sides = [0, 1].map(|side| {
            let heap = Heap::new(FIRST_BLOCK_WORDS, 1 << 20, false);
            let call = Parcel::word(Word::UNIT);
            let mut process = Process::new(pid(side), FuncId(0), heap, call);
            process.set_traps_exits(true);
            Side {
                process: Some(process),
                free: false,
                exits: 0,
                monitors: Vec::new(),
            }
        });
        Pair {
            wire: Wire {
                queues: Default::default(),
                alive: [true; 2],
            },
            sides,
        }
    }

    fn is_linked(&self, who: usize) -> bool {
        let process = self.sides[who].process.as_ref();
        let bonds = process.and_then(|process| process.bonds());
        bonds.is_some_and(|bonds| bonds.is_linked(pid(1 - who)))
    }

    fn step(&mut self, who: usize, step: Step) {
        let (me, other) = (pid(who), pid(1 - who));
        let Some(mut process) = self.sides[who].process.take() else {
            return;
        };
        let (wire, side) = (&mut self.wire, &mut self.sides[who]);
        match step {
            Step::Link => {
                side.free = false;
                if process.bonds_mut().link(other) {
                    wire.tell(other, Signal::Link { from: me });
                }
            }
            Step::Unlink => {
                side.free = true;
                if let Some(id) = process.bonds_mut().unlink(other) {
                    wire.tell(other, Signal::Unlink { from: me, id });
                }
            }
            Step::Monitor => {
                let reference = process.fresh_reference();
                side.monitors.push((reference, false));
                let watched = Watched::Process(other);
                let monitor = Monitor {
                    target: Some(other),
                    watched,
                };
                process.bonds_mut().monitor(reference, monitor);
                let signal = Signal::Monitor {
                    from: me,
                    reference,
                    watched,
                };
                wire.tell(other, signal);
            }
            Step::Demonitor => {
                if let Some((reference, told)) = side.monitors.pop() {
                    let live = process.bonds_mut().demonitor(reference);
                    assert_eq!(live.is_some(), !told);
                    if live.is_some() {
                        wire.tell(other, Signal::Demonitor { reference });
                    }
                }
            }
            Step::Take => side.take_in(&mut process, wire),
            Step::End => {
                wire.alive[who] = false;
                let left = wire.queues[who].drain(..).collect();
                let end = End::Exited {
                    reason: Parcel::word(Word::TRUE),
                    class: ExitClass::Exit,
                    trace: None,
                };
                let mut closing = Closing::new(&mut process, &end, false, left);
                while !closing.step(wire) {}
                return;
            }
        }
        self.sides[who].process = Some(process);
    }

    /// Both take in all that is on its way.
    fn settle(&mut self) {
        while self.wire.queues.iter().any(|queue| !queue.is_empty()) {
            self.step(0, Step::Take);
            self.step(1, Step::Take);
        }
    }
}

impl Side {
    fn take_in(&mut self, process: &mut Process, wire: &mut Wire) {
        let other = pid(1 - side(process.pid));
        let Some(signal) = wire.queues[side(process.pid)].pop_front() else {
            return;
        };
        let exit = matches!(signal, Signal::Exit { .. });
        if matches!(signal, Signal::Link { .. }) {
            // A link that the other has made anew counts, unless this side's own
            // unlink is still on its way to it.
            let bonds = process.bonds_mut();
            let pending = bonds.links.get(other).is_some_and(|link| !link.is_active());
            self.free &= pending;
        }
        if let Signal::Down { reference, .. } = &signal {
            let mut monitors = self.monitors.iter_mut();
            if let Some(monitor) = monitors.find(|(own, _)| own == reference) {
                assert!(!monitor.1, "told twice");
                monitor.1 = true;
            }
        }
        let before = process.mailbox.len();
        process.take_in(signal, wire);
        let came = process.mailbox.len() - before;
        if exit {
            assert!(!(self.free && came > 0), "an exit after unlink");
            self.exits += came;
        }
        let bonds = process.bonds_mut();
        assert!(bonds.links.len() <= 1, "two links");
    }
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        3 => Just(Step::Link),
        3 => Just(Step::Unlink),
        1 => Just(Step::Monitor),
        1 => Just(Step::Demonitor),
        8 => Just(Step::Take),
    ];
    prop::collection::vec((0..2_usize, step), 0..60)
}

proptest! {
    #[test]
    fn both_sides_agree_and_each_is_told_once(
        before in steps(),
        ends in 0..2_usize,
        drained in any::<bool>(),
        after in steps(),
    ) {
        let mut pair = Pair::new();
        for (who, step) in before {
            pair.step(who, step);
        }
        let other = 1 - ends;
        if drained {
            pair.settle();
            prop_assert_eq!(pair.is_linked(0), pair.is_linked(1));
            prop_assert_eq!(pair.sides[other].exits, 0);
        }
        let linked = pair.is_linked(other);
        let certain = drained && linked;
        pair.step(ends, Step::End);
        if certain {
            pair.settle();
            prop_assert_eq!(pair.sides[other].exits, 1);
        }
        for (_, step) in after {
            pair.step(other, step);
        }
        pair.settle();
        prop_assert!(!pair.is_linked(other));
        let side = &pair.sides[other];
        prop_assert!(side.monitors.iter().all(|(_, told)| *told), "a monitor was not told");
        // Nothing is left of what was made and given up.
        let bonds = side.process.as_ref().and_then(|process| process.bonds());
        prop_assert!(bonds.is_none_or(|bonds| bonds.links.is_empty() && bonds.monitors.is_empty()));
    }
}
