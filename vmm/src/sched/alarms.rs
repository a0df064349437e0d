//! Messages that are to be sent later: who gets which, and until when.
//!
//! A timer is known by its reference, to everybody. When it is due stands on a wheel;
//! here stands what it is to send, so whoever takes that out has the timer:
//! it fires, is cancelled, or ends with the process it was for, and never two of these.
//!
//! # Invariants
//! A1. What stands here is on a wheel, or its moment has come and somebody is on the way.
//! A2. A timer for a process that is gone is not here: whoever sets one looks whether the
//!     process is alive after it has raised the process's counter, and the end of the
//!     process looks at the counter when it is gone; one of the two sees the other.
//! A3. Timers count for the process that made them, whether that has ended or not.
//! A4. Wheels are locked inside the lock here, never the other way round.
//!
//! # Cost
//! Setting and cancelling: a few look-ups under one lock. The end of a process for which
//! there is no timer looks at one counter.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::heap::parcel::Parcel;
use crate::ids::{AtomId, Pid, RefId};
use crate::process::contract::{Addressee, TimerRefused, TimerRequest};
use crate::process::mailbox::message_bytes;
use crate::process::signal::Signal;
use crate::sched::memory::Stored;
use crate::sched::wheels::{Alarm, Armed, Wheels};
use crate::sched::worker::Worker;
use crate::sync::{AtomicU32, Mutex, Ordering, fence, lock};
use crate::trace::Event;

/// Counters of timers; processes whose slots differ by a multiple share one.
const COUNTERS: usize = 1024;

/// What a timer takes beside its message, in bytes: its entries in the tables here and on a
/// wheel.
const TIMER_BYTES: usize = 256;

/// See the module documentation.
#[derive(Debug)]
pub struct Alarms {
    tables: Mutex<Tables>,
    counters: Box<[AtomicU32]>,
    max: usize,
    max_of_process: usize,
    stored: Stored,
}

#[derive(Debug, Default)]
struct Tables {
    timers: FxHashMap<RefId, Timer>,
    by_process: FxHashMap<Pid, FxHashSet<RefId>>,
    by_maker: FxHashMap<Pid, usize>,
    /// How many are for a name.
    by_name: FxHashMap<AtomId, usize>,
}

#[derive(Debug)]
struct Timer {
    armed: Armed,
    deadline_ns: u64,
    to: Addressee,
    message: Parcel,
}

impl Timer {
    fn bytes(&self) -> usize {
        TIMER_BYTES + message_bytes(&self.message)
    }
}

/// What is to be sent now.
#[derive(Debug)]
pub struct Due {
    /// Who made the timer.
    pub from: Pid,
    /// To whom.
    pub to: Addressee,
    /// What.
    pub message: Parcel,
}

impl Alarms {
    /// For at most `max` timers, of which a process may have made `max_of_process`; what
    /// they take is counted as stored.
    #[must_use]
    pub fn new(max: usize, max_of_process: usize, stored: Stored) -> Alarms {
        Alarms {
            stored,
            tables: Mutex::default(),
            counters: (0..COUNTERS).map(|_| AtomicU32::new(0)).collect(),
            max,
            max_of_process,
        }
    }

    /// Sets a timer, on the wheel of a worker; yields what it takes in bytes. One for a
    /// process that is gone is no timer, and no error.
    ///
    /// # Errors
    /// There are too many.
    pub fn set(
        &self,
        (wheels, worker): (&Wheels, usize),
        request: TimerRequest,
        is_alive: impl FnOnce(Pid) -> bool,
    ) -> Result<usize, TimerRefused> {
        let TimerRequest {
            reference,
            to,
            deadline_ns,
            message,
        } = request;
        let mut tables = lock(&self.tables);
        if tables.timers.len() >= self.max {
            return Err(TimerRefused::OfMachine { limit: self.max });
        }
        let made = tables.by_maker.get(&reference.owner).copied().unwrap_or(0);
        if made >= self.max_of_process {
            let limit = self.max_of_process;
            return Err(TimerRefused::OfMaker { limit });
        }
        if let Addressee::Process(pid) = to {
            self.counter(pid).fetch_add(1, Ordering::SeqCst);
            fence(Ordering::SeqCst);
            if !is_alive(pid) {
                self.counter(pid).fetch_sub(1, Ordering::SeqCst);
                return Ok(0);
            }
            tables.by_process.entry(pid).or_default().insert(reference);
        }
        if let Addressee::Name(name) = to {
            *tables.by_name.entry(name).or_default() += 1;
        }
        tables.by_maker.insert(reference.owner, made + 1);
        let armed = wheels.insert(worker, deadline_ns, Alarm::Send(reference));
        let timer = Timer {
            armed,
            deadline_ns,
            to,
            message,
        };
        let bytes = timer.bytes();
        self.stored.add(bytes);
        tables.timers.insert(reference, timer);
        Ok(bytes)
    }

    /// When a timer is due, if there is one of that reference.
    #[must_use]
    pub fn deadline_ns(&self, reference: RefId) -> Option<u64> {
        let tables = lock(&self.tables);
        Some(tables.timers.get(&reference)?.deadline_ns)
    }

    /// Takes a timer away; when it was due.
    pub fn cancel(&self, wheels: &Wheels, reference: RefId) -> Option<u64> {
        let mut tables = lock(&self.tables);
        let timer = self.remove(&mut tables, reference)?;
        wheels.cancel(timer.armed);
        Some(timer.deadline_ns)
    }

    /// The moment of a timer has come: what is to be sent, unless the timer is gone.
    #[must_use]
    pub fn fire(&self, reference: RefId) -> Option<Due> {
        let mut tables = lock(&self.tables);
        let Timer { to, message, .. } = self.remove(&mut tables, reference)?;
        Some(Due {
            from: reference.owner,
            to,
            message,
        })
    }

    /// A process is gone, and so are the timers for it.
    #[inline]
    pub fn end(&self, wheels: &Wheels, process: Pid) {
        if self.counter(process).load(Ordering::SeqCst) != 0 {
            self.end_all(wheels, process);
        }
    }

    #[cold]
    #[inline(never)]
    fn end_all(&self, wheels: &Wheels, process: Pid) {
        let mut tables = lock(&self.tables);
        let timers = tables.by_process.remove(&process).unwrap_or_default();
        for reference in timers {
            if let Some(timer) = self.remove(&mut tables, reference) {
                wheels.cancel(timer.armed);
            }
        }
    }

    /// How many timers are for names that nobody has, of which `is_there` is asked.
    #[must_use]
    pub fn for_nobody(&self, mut is_there: impl FnMut(AtomId) -> bool) -> usize {
        let tables = lock(&self.tables);
        let names = tables.by_name.iter().filter(|(name, _)| !is_there(**name));
        names.map(|(_, count)| count).sum()
    }

    /// How many timers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.tables).timers.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets every timer; the wheels are empty already.
    pub fn clear(&mut self) {
        *self = Alarms::new(self.max, self.max_of_process, self.stored.clone());
    }

    fn remove(&self, tables: &mut Tables, reference: RefId) -> Option<Timer> {
        let timer = tables.timers.remove(&reference)?;
        self.stored.sub(timer.bytes());
        if let Addressee::Process(pid) = timer.to {
            self.counter(pid).fetch_sub(1, Ordering::SeqCst);
            if let Some(timers) = tables.by_process.get_mut(&pid) {
                timers.remove(&reference);
                if timers.is_empty() {
                    tables.by_process.remove(&pid);
                }
            }
        }
        if let Addressee::Name(name) = timer.to {
            one_less(&mut tables.by_name, name);
        }
        one_less(&mut tables.by_maker, reference.owner);
        Some(timer)
    }

    fn counter(&self, pid: Pid) -> &AtomicU32 {
        &self.counters[pid.slot() as usize % COUNTERS]
    }
}

fn one_less<K: std::hash::Hash + Eq>(counts: &mut FxHashMap<K, usize>, key: K) {
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

impl Worker<'_, '_> {
    /// The moment of a timer has come.
    pub(super) fn fire(&mut self, timer: RefId) {
        let shared = self.shared();
        let Some(Due { from, to, message }) = shared.alarms.fire(timer) else {
            return;
        };
        let to = match to {
            Addressee::Process(pid) => Some(pid),
            Addressee::Name(name) => shared.names.whereis(name),
        };
        // To a process that is gone, and to a name that nobody has: dropped.
        if let Some(to) = to {
            let event = Event::Sent { from, to };
            shared.tracer.event(&event, Some(&message));
            let _dropped = self.deliver(to, Signal::Message(message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sched::fake::{number, parcel};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn pid(n: u32) -> Pid {
        Pid::new(n, 0)
    }

    fn reference(maker: u32, count: u64) -> RefId {
        let owner = pid(maker);
        RefId { owner, count }
    }

    fn request(maker: u32, count: u64, to: Addressee, deadline_ns: u64) -> TimerRequest {
        TimerRequest {
            reference: reference(maker, count),
            to,
            deadline_ns,
            message: parcel(count),
        }
    }

    struct Bench {
        alarms: Alarms,
        wheels: Wheels,
    }

    fn bench(max: usize, max_of_process: usize) -> Bench {
        Bench {
            alarms: Alarms::new(max, max_of_process, Stored::default()),
            wheels: Wheels::new(1, false, 0),
        }
    }

    impl Bench {
        fn set(&self, request: TimerRequest) -> Result<usize, TimerRefused> {
            self.alarms.set((&self.wheels, 0), request, |_| true)
        }

        /// What is sent up to a moment: the numbers of the messages.
        fn pass(&self, now: u64) -> Vec<u64> {
            let mut due = Vec::new();
            self.wheels.take_due(0, now, &mut due);
            let fired = due.into_iter().filter_map(|due| match due.load {
                Alarm::Send(reference) => self.alarms.fire(reference),
                other => panic!("{other:?}"),
            });
            fired.map(|due| number(&due.message)).collect()
        }

        fn is_clean(&self) -> bool {
            let tables = lock(&self.alarms.tables);
            let counters = &self.alarms.counters;
            tables.timers.is_empty()
                && tables.by_process.is_empty()
                && tables.by_maker.is_empty()
                && tables.by_name.is_empty()
                && counters.iter().all(|n| n.load(Ordering::SeqCst) == 0)
                && self.wheels.armed() == 0
                && self.alarms.stored.bytes() == 0
        }
    }

    #[test]
    fn a_timer_fires_once_and_is_gone() {
        let bench = bench(9, 9);
        bench
            .set(request(1, 5, Addressee::Process(pid(2)), 100))
            .unwrap();
        bench
            .set(request(1, 6, Addressee::Name(AtomId(3)), 100))
            .unwrap();
        assert_eq!(bench.alarms.deadline_ns(reference(1, 5)), Some(100));
        assert_eq!(bench.pass(99), []);
        assert_eq!(bench.pass(100), [5, 6]);
        assert!(
            bench
                .alarms
                .cancel(&bench.wheels, reference(1, 5))
                .is_none()
        );
        assert!(bench.is_clean());
    }

    #[test]
    fn a_cancelled_timer_does_not_fire() {
        let bench = bench(9, 9);
        bench
            .set(request(1, 5, Addressee::Process(pid(2)), 100))
            .unwrap();
        assert_eq!(
            bench.alarms.cancel(&bench.wheels, reference(1, 5)),
            Some(100)
        );
        assert_eq!(bench.alarms.cancel(&bench.wheels, reference(1, 5)), None);
        assert_eq!((bench.pass(200), bench.is_clean()), (vec![], true));
    }

    #[test]
    fn timers_end_with_the_process_they_are_for_and_not_with_their_maker() {
        let bench = bench(9, 9);
        let neighbour = 2 + COUNTERS as u32;
        bench
            .set(request(1, 1, Addressee::Process(pid(2)), 100))
            .unwrap();
        bench
            .set(request(1, 2, Addressee::Process(pid(neighbour)), 100))
            .unwrap();
        bench
            .set(request(1, 3, Addressee::Name(AtomId(3)), 100))
            .unwrap();
        bench.alarms.end(&bench.wheels, pid(1));
        bench.alarms.end(&bench.wheels, pid(2));
        assert_eq!((bench.wheels.armed(), bench.pass(100)), (2, vec![2, 3]));
        assert!(bench.is_clean());
    }

    #[test]
    fn a_timer_for_who_is_gone_is_none() {
        let bench = bench(9, 9);
        let gone = request(1, 1, Addressee::Process(pid(2)), 100);
        bench
            .alarms
            .set((&bench.wheels, 0), gone, |_| false)
            .unwrap();
        assert!(bench.is_clean());
    }

    #[test]
    fn there_is_room_for_as_many_as_may_be() {
        let bench = bench(3, 2);
        let to = Addressee::Name(AtomId(3));
        bench.set(request(1, 1, to, 10)).unwrap();
        bench.set(request(1, 2, to, 20)).unwrap();
        let refused = bench.set(request(1, 3, to, 30));
        assert_eq!(refused, Err(TimerRefused::OfMaker { limit: 2 }));
        let one = TIMER_BYTES + message_bytes(&parcel(1));
        assert_eq!(bench.alarms.stored.bytes(), 2 * one as u64);
        bench.set(request(2, 1, to, 30)).unwrap();
        let refused = bench.set(request(3, 1, to, 30));
        assert_eq!(refused, Err(TimerRefused::OfMachine { limit: 3 }));
        bench.pass(10);
        bench.set(request(1, 3, to, 30)).unwrap();
    }

    proptest! {
        #[test]
        fn alarms_are_a_list(acts in proptest::collection::vec((0..4, 0..8_u64, 0..4_u32, 1..50_u64), 1..60)) {
            let bench = bench(1000, 1000);
            let mut list: BTreeMap<u64, (Addressee, u64, usize)> = BTreeMap::new();
            let (mut now, mut made) = (0, 0);
            for (act, count, to, span) in acts {
                let to = if to == 0 { Addressee::Name(AtomId(0)) } else { Addressee::Process(pid(to)) };
                match act {
                    0 if !list.contains_key(&count) => {
                        bench.set(request(1, count, to, now + span)).unwrap();
                        made += 1;
                        list.insert(count, (to, now + span, made));
                    }
                    1 => {
                        let cancelled = bench.alarms.cancel(&bench.wheels, reference(1, count));
                        prop_assert_eq!(cancelled, list.remove(&count).map(|(_, deadline, _)| deadline));
                    }
                    2 => {
                        if let Addressee::Process(pid) = to {
                            bench.alarms.end(&bench.wheels, pid);
                            list.retain(|_, (other, ..)| *other != to);
                        }
                    }
                    _ => {
                        now += span;
                        let mut due: Vec<_> = list
                            .iter()
                            .filter(|(_, (_, deadline, _))| *deadline <= now)
                            .map(|(count, (_, deadline, made))| (*deadline, *made, *count))
                            .collect();
                        due.sort_unstable();
                        list.retain(|_, (_, deadline, _)| *deadline > now);
                        let due: Vec<u64> = due.into_iter().map(|(.., count)| count).collect();
                        prop_assert_eq!(bench.pass(now), due);
                    }
                }
                prop_assert_eq!((bench.alarms.len(), bench.wheels.armed()), (list.len(), list.len()));
            }
        }
    }
}
