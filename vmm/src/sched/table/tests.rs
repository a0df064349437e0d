//! The process table, by one thread.

use super::*;
use crate::process::arrivals::{Node, Push};
use crate::process::signal::Signal;
use crate::sched::fake::{number, parcel, tenant};
use crate::sched::nodes::{Load, Nodes};

fn insert(table: &Table, free: &mut FreeSlots) -> Box<Tenant> {
    table.insert(free, tenant).unwrap()
}

fn message(to: Pid, n: u64) -> Box<Node<Arrival>> {
    Nodes::default().filled(Arrival {
        to,
        load: Signal::Message(parcel(n)).into(),
        counted: false,
    })
}

fn messages(taken: Option<Taken<Arrival>>) -> Vec<(Pid, u64)> {
    let nodes = taken.into_iter().flatten();
    let arrivals = nodes.filter_map(|node| node.load);
    let messages = arrivals.map(|arrival| match arrival.load {
        Load::Message(message) => (arrival.to, number(&message)),
        Load::Other(signal) => panic!("{signal:?}"),
    });
    messages.collect()
}

fn post(table: &Table, to: Pid, n: u64) -> Option<Push<Arrival, Tenant>> {
    let slot = table.slot_of(to)?;
    Some(slot.arrivals.push(message(to, n)))
}

fn arrivals(table: &Table, pid: Pid) -> Option<Taken<Arrival>> {
    table.slot_of(pid).map(Slot::take)
}

fn park(table: &Table, tenant: Box<Tenant>) -> Result<(), Box<Tenant>> {
    let slot = table.slot_of(tenant.process.pid).unwrap();
    slot.arrivals.park(tenant)
}

fn is_gone(posted: Option<Push<Arrival, Tenant>>) -> bool {
    matches!(posted, None | Some(Push::Closed(_)))
}

#[test]
fn the_main_process_is_number_1_and_the_host_owns_no_slot() {
    let (table, mut free) = (Table::new(10, 1), FreeSlots::default());
    let first = insert(&table, &mut free);
    assert_eq!(first.process.pid.to_string(), "#process<2>");
    let main = table.insert_main(&mut free, tenant).unwrap().process.pid;
    assert_eq!(
        (main, main.to_string().as_str()),
        (Pid::MAIN, "#process<1>")
    );
    assert!(!table.is_alive(Pid::HOST));
    assert!(is_gone(post(&table, Pid::HOST, 1)));
    let pids: Vec<_> = table.pids().collect();
    assert_eq!(pids, [main, first.process.pid]);
}

#[test]
fn a_slot_is_used_again_by_another_generation() {
    let (table, mut free) = (Table::new(1, 1), FreeSlots::default());
    let first = insert(&table, &mut free).process.pid;
    assert!(table.remove(&mut free, first).is_some());
    assert!(!table.is_alive(first));
    let second = insert(&table, &mut free).process.pid;
    assert_eq!((second.slot(), second.generation()), (first.slot(), 1));
    assert!(is_gone(post(&table, first, 1)));
    assert!(matches!(post(&table, second, 1), Some(Push::Kept)));
    assert!(table.remove(&mut free, first).is_none());
    assert!(table.is_alive(second));
    assert_eq!(table.alive(), 1);
}

#[test]
fn what_reaches_the_next_tenant_says_for_whom_it_was() {
    let (table, mut free) = (Table::new(1, 1), FreeSlots::default());
    let first = insert(&table, &mut free).process.pid;
    // A sender has looked at the generation, and is slow.
    let slot = table.slot_of(first).unwrap();
    table.remove(&mut free, first);
    assert!(matches!(
        slot.arrivals.push(message(first, 1)),
        Push::Closed(_)
    ));
    let second = insert(&table, &mut free).process.pid;
    assert!(matches!(slot.arrivals.push(message(first, 2)), Push::Kept));
    assert_eq!(messages(arrivals(&table, second)), [(first, 2)]);
}

#[test]
fn a_slot_whose_generations_are_used_up_retires() {
    let (table, mut free) = (
        Table::with_generations(Room::new(1, 1), 2),
        FreeSlots::default(),
    );
    let pids: Vec<_> = (0..4)
        .map(|_| {
            let pid = insert(&table, &mut free).process.pid;
            table.remove(&mut free, pid);
            (pid.slot(), pid.generation())
        })
        .collect();
    assert_eq!(pids, [(2, 0), (2, 1), (3, 0), (3, 1)]);
}

#[test]
fn there_is_room_for_as_many_as_may_be() {
    let (table, mut free) = (Table::new(2, 1), FreeSlots::default());
    let first = insert(&table, &mut free).process.pid;
    insert(&table, &mut free);
    assert_eq!(
        table.insert(&mut free, tenant).map(|_| ()),
        Err(NoSlot { max: 2 })
    );
    table.remove(&mut free, first);
    insert(&table, &mut free);
}

#[test]
fn slots_that_one_worker_has_too_many_of_are_used_by_others() {
    let table = Table::new(1 << 20, 1);
    let (mut one, mut other) = (FreeSlots::default(), FreeSlots::default());
    let pids: Vec<_> = (0..2 * OWN_FREE)
        .map(|_| insert(&table, &mut one).process.pid)
        .collect();
    for pid in pids {
        table.remove(&mut one, pid);
    }
    let pid = insert(&table, &mut other).process.pid;
    assert_eq!(pid.generation(), 1, "{pid}");
}

#[test]
fn whatever_comes_wakes_who_waits_and_keeps_from_waiting_who_runs() {
    let (mut table, mut free) = (Table::new(2, 1), FreeSlots::default());
    let tenant = insert(&table, &mut free);
    let pid = tenant.process.pid;
    assert!(park(&table, tenant).is_ok());
    assert_eq!(table.waiting().map(|p| p.pid).collect::<Vec<_>>(), [pid]);
    let Some(Push::Woke(tenant)) = post(&table, pid, 1) else {
        panic!("it waited");
    };
    assert!(matches!(post(&table, pid, 2), Some(Push::Kept)));
    let tenant = park(&table, tenant).expect_err("something came");
    assert_eq!(messages(arrivals(&table, pid)), [(pid, 1), (pid, 2)]);
    assert!(park(&table, tenant).is_ok());
    assert!(table.wake(pid).is_some() && table.wake(pid).is_none());
}

#[test]
fn a_table_begins_anew() {
    let (mut table, mut free) = (Table::new(2, 1), FreeSlots::default());
    let first = insert(&table, &mut free);
    let pid = first.process.pid;
    table.remove(&mut free, pid);
    let second = insert(&table, &mut free);
    assert!(park(&table, second).is_ok());
    table.clear();
    free.clear();
    assert_eq!((table.alive(), table.pids().count()), (0, 0));
    assert_eq!(insert(&table, &mut free).process.pid, pid);
}
