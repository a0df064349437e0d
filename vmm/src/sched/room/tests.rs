//! Places for processes, by one thread and by several.

use super::room::Room;

#[test]
fn a_worker_alone_has_exactly_so_many_places() {
    let room = Room::new(1000, 1);
    for round in 0..3 {
        for made in 0..1000 {
            assert_eq!(room.alive(), made, "round {round}");
            assert!(room.take(0));
        }
        assert!(!room.take(0) && room.alive() == 1000);
        for ended in 1..=1000 {
            room.give(0);
            assert_eq!(room.alive(), 1000 - ended);
        }
    }
    assert!(room.take(0));
    room.clear();
    assert_eq!(room.alive(), 0);
    assert!(!Room::new(0, 1).take(0));
}

#[test]
fn the_places_that_one_worker_keeps_are_found_by_another() {
    let room = Room::new(900, 3);
    assert!((0..900).all(|i| room.take(i % 3)));
    assert!((0..3).all(|worker| !room.take(worker)));
    // All end on one worker, which keeps places.
    (0..900).for_each(|_| room.give(1));
    assert_eq!(room.alive(), 0);
    assert!((0..900).all(|_| room.take(2)));
    assert!(!room.take(2) && !room.take(1));
    assert_eq!(room.alive(), 900);
    room.give(0);
    assert!(room.take(1) && !room.take(0));
}

#[test]
fn several_threads_never_have_more_than_all_places() {
    let room = Room::new(100, 4);
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let room = &room;
            scope.spawn(move || {
                let mut held = 0;
                for i in 0..20_000 {
                    if i % 64 < 40 {
                        held += usize::from(room.take(worker));
                    } else if held > 0 {
                        room.give(worker);
                        held -= 1;
                    }
                    assert!(room.alive() <= 100);
                    assert!(held <= 100);
                }
                (0..held).for_each(|_| room.give(worker));
            });
        }
    });
    assert_eq!(room.alive(), 0);
    assert!((0..100).all(|_| room.take(3)));
    assert!(!room.take(0));
}
