//! What a worker keeps for itself, and how it makes processes.

use std::sync::Arc;

use crate::heap::{FIRST_BLOCK_WORDS, Heap};
use crate::ids::Pid;
use crate::process::Process;
use crate::process::arrivals::Node;
use crate::process::contract::{NameRefused, SpawnRefused, SpawnRequest};
use crate::process::mailbox::Bounds;
use crate::process::signal::Watched;
use crate::sched::dying::Dying;
use crate::sched::magazine::{Depot, Magazines};
use crate::sched::memory::Account;
use crate::sched::nodes::{Arrival, Nodes};
use crate::sched::queue::{Order, Row, RunQueue};
use crate::sched::run::Shared;
use crate::sched::table::{FreeSlots, Tenant};
use crate::trace::Event;

/// Ended processes of a magazine, kept for their memory of some 700 bytes each.
const SPARES: usize = 256;

/// Magazines of them that all workers share.
const SPARE_MAGAZINES: usize = 16;

/// Where workers leave what they have too much of.
#[derive(Clone, Debug)]
pub struct Depots {
    tenants: Arc<Depot<Box<Tenant>>>,
    nodes: Arc<Depot<Box<Node<Arrival>>>>,
}

impl Default for Depots {
    fn default() -> Depots {
        Depots {
            tenants: Depot::new(SPARES, SPARE_MAGAZINES),
            nodes: Nodes::depot(),
        }
    }
}

/// What belongs to one worker alone.
#[derive(Debug)]
pub struct Local {
    pub(super) number: usize,
    pub(super) queue: RunQueue<Box<Tenant>>,
    /// Those of the queue who were told to end.
    pub(super) dying: Dying<Box<Tenant>>,
    pub(super) free: FreeSlots,
    pub(super) nodes: Nodes,
    pub(super) account: Account,
    /// Processes that have ended, for new ones to be made of; the last one first.
    spares: Magazines<Box<Tenant>>,
}

impl Default for Local {
    fn default() -> Local {
        Local::of(0, &Depots::default())
    }
}

impl Local {
    /// What a worker of that queue begins with.
    #[must_use]
    pub fn new(number: usize, queue: RunQueue<Box<Tenant>>, depots: &Depots) -> Local {
        Local {
            number,
            queue,
            dying: Dying::default(),
            free: FreeSlots::of(number),
            nodes: Nodes::new(depots.nodes.clone()),
            account: Account::default(),
            spares: Magazines::new(depots.tenants.clone()),
        }
    }

    /// What a worker begins with, whose children run first.
    #[must_use]
    pub fn of(number: usize, depots: &Depots) -> Local {
        let queue = RunQueue::new(Order::DepthFirst(Row::default()));
        Local::new(number, queue, depots)
    }

    /// Gives up what belongs to a run.
    pub fn clear(&mut self) {
        while self.queue.pick().is_some() {}
        self.dying.clear();
        self.account = Account::default();
        self.free.clear();
    }

    /// Lines one up that was woken, or whose turn was over.
    #[inline]
    pub(super) fn line_up(&mut self, tenant: Box<Tenant>) {
        let pid = tenant.process.pid;
        let place = self.queue.add(tenant);
        self.dying.stands(pid, place);
    }

    /// Lines one up that has worked for long without a wait.
    #[inline]
    pub(super) fn line_up_busy(&mut self, tenant: Box<Tenant>) {
        let pid = tenant.process.pid;
        let place = self.queue.add_busy(tenant);
        self.dying.stands(pid, place);
    }

    /// Takes a process that has ended, for its memory to be used again.
    pub(super) fn spare(&mut self, mut tenant: Box<Tenant>) {
        tenant.process.retire();
        self.spares.push(tenant);
    }

    /// Makes a process, with all that holds before it runs, and queues it.
    ///
    /// # Errors
    /// There are too many, or the name that it was to have is taken.
    pub(super) fn seat(
        &mut self,
        shared: &Shared,
        request: SpawnRequest,
        parent: Pid,
        main: bool,
    ) -> Result<Pid, SpawnRefused> {
        let SpawnRequest {
            function,
            call,
            options,
        } = request;
        let max_heap = shared.max_heap;
        let max_heap = options.max_heap.map_or(max_heap, |own| own.min(max_heap));
        if !main && self.account.left() == 0 && parent != Pid::HOST {
            return Err(SpawnRefused::NoMemory {
                limit: shared.memory.limit(),
            });
        }
        if let Some(name) = options.name
            && let Err(NameRefused::Taken(by)) = shared.names.keep(name)
        {
            return Err(SpawnRefused::NameTaken { by });
        }
        let spare = self.spares.pop();
        let make = |pid| {
            let mut tenant = match spare {
                Some(mut tenant) => {
                    tenant.process.renew(pid, function, max_heap, call);
                    tenant.timer = None;
                    tenant.unbroken = 0;
                    tenant.drawn = false;
                    tenant
                }
                None => {
                    let heap = Heap::new(FIRST_BLOCK_WORDS, max_heap, shared.gc_zeal);
                    Tenant::new(Process::new(pid, function, heap, call))
                }
            };
            let process = &mut tenant.process;
            process.parent = parent;
            if options.mailbox != Bounds::default() {
                process.mailbox.set_bounds(options.mailbox);
            }
            if let Some(most) = options.max_reductions {
                process.set_max_reductions(most);
            }
            process.set_rights(options.rights);
            if options.link {
                process.bonds_mut().linked(parent);
            }
            if options.keep {
                process.bonds_mut().kept_for = Some(parent);
            }
            if let Some(reference) = options.monitor {
                process
                    .bonds_mut()
                    .watched_by(reference, parent, Watched::Process(pid));
            }
            tenant
        };
        let seated = if main {
            shared.table.insert_main(&mut self.free, make)
        } else {
            shared.table.insert(&mut self.free, make)
        };
        if let Some(name) = options.name {
            let pid = seated.as_ref().ok().map(|tenant| tenant.process.pid);
            shared.names.settle(name, pid);
        }
        let mut tenant = seated.map_err(|full| SpawnRefused::TooMany { limit: full.max })?;
        let pid = tenant.process.pid;
        if let Some(slot) = shared.table.slot_of(pid) {
            slot.is_at(self.number);
            if options.mailbox != Bounds::default() {
                slot.tell(&mut tenant.process.mailbox);
            }
        }
        self.account.settle(&shared.memory, &mut tenant.process);
        let event = Event::Spawned {
            parent,
            pid,
            function,
        };
        shared.tracer.event(&event, None);
        let place = self.queue.add_child(tenant);
        self.dying.stands(pid, place);
        Ok(pid)
    }
}
