//! Places for processes: never too many, and none lost on its way between workers.

use loom::sync::Arc;
use loom::thread;

use crate::check;
use crate::room::Room;
use crate::sync::{AtomicUsize, Ordering};

/// A room whose places were all used and given back by the first worker, which keeps them.
fn kept(max: usize) -> Arc<Room> {
    let room = Arc::new(Room::new(max, 2));
    (0..max).for_each(|_| assert!(room.take(0)));
    (0..max).for_each(|_| room.give(0));
    room
}

#[test]
fn a_place_that_another_worker_keeps_is_found_while_it_uses_its_own() {
    check(3, || {
        let room = kept(2);
        let other = {
            let room = room.clone();
            thread::spawn(move || assert!(room.take(1), "one of two places is free"))
        };
        assert!(room.take(0), "one of two places is free");
        other.join().expect("it does not panic");
        assert_eq!(room.alive(), 2);
        assert!(!room.take(0) && !room.take(1));
    });
}

#[test]
fn one_place_is_taken_by_one_at_a_time() {
    check(3, || {
        let room = kept(1);
        let alive = Arc::new(AtomicUsize::new(0));
        let use_it = |room: &Room, alive: &AtomicUsize, worker: usize| {
            if room.take(worker) {
                assert_eq!(alive.fetch_add(1, Ordering::Relaxed), 0);
                alive.fetch_sub(1, Ordering::Relaxed);
                room.give(worker);
            }
        };
        let other = {
            let (room, alive) = (room.clone(), alive.clone());
            thread::spawn(move || use_it(&room, &alive, 1))
        };
        use_it(&room, &alive, 0);
        other.join().expect("it does not panic");
        assert_eq!(room.alive(), 0);
        assert!(room.take(1) && !room.take(0));
    });
}
