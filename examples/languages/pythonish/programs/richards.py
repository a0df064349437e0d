"""Richards: the scheduler of a small operating system, simulated.

Tasks of four kinds (an idle one, a worker, two handlers, two devices) send packets to each
other; the scheduler runs the ready one of highest priority. What it exercises is prototype
classes and calls of methods that many classes have. The benchmark is by Martin Richards; that
the counts at the end are right is part of it.
"""

IDLE = 0
WORKER = 1
HANDLER_A = 2
HANDLER_B = 3
DEVICE_A = 4
DEVICE_B = 5
TASKS = 6

KIND_DEVICE = 0
KIND_WORK = 1

COUNT = 10000
QUEUED = 23246
HELD = 9297
BUFFER = 4


class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.data = [0, 0, 0, 0]

    def append_to(self, queue):
        """Puts this packet at the end of a queue; returns the queue."""
        self.link = None
        if queue is None:
            return self
        at = queue
        while at.link is not None:
            at = at.link
        at.link = self
        return queue


class Task:
    """A task and its state: packets wait, it is held, it waits for a packet."""

    def __init__(self, scheduler, ident, priority, queue, pending, waiting):
        self.scheduler = scheduler
        self.ident = ident
        self.priority = priority
        self.queue = queue
        self.pending = pending
        self.waiting = waiting
        self.held = False
        scheduler.add(self)

    def is_stopped(self):
        return self.held or (not self.pending and self.waiting)

    def run_once(self):
        """Runs with the first packet if it waits for one; returns the task to go on with."""
        packet = None
        if self.waiting and self.pending:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
            self.pending = self.queue is not None
        return self.step(packet)

    def accept(self, packet, running):
        """Takes a packet; returns the task to go on with."""
        if self.queue is None:
            self.queue = packet
            self.pending = True
            if self.priority > running.priority:
                return self
        else:
            packet.append_to(self.queue)
        return running

    def step(self, packet):
        raise "a task without a step"


class IdleTask(Task):
    def __init__(self, scheduler, count):
        super().__init__(scheduler, IDLE, 0, None, False, False)
        self.seed = 1
        self.count = count

    def step(self, packet):
        self.count = self.count - 1
        if self.count == 0:
            return self.scheduler.hold()
        if self.seed & 1 == 0:
            self.seed = self.seed >> 1
            return self.scheduler.release(DEVICE_A)
        self.seed = (self.seed >> 1) ^ 53256
        return self.scheduler.release(DEVICE_B)


class WorkerTask(Task):
    def __init__(self, scheduler, queue):
        super().__init__(scheduler, WORKER, 1000, queue, True, True)
        self.to = HANDLER_A
        self.letter = 0

    def step(self, packet):
        if packet is None:
            return self.scheduler.wait()
        if self.to == HANDLER_A:
            self.to = HANDLER_B
        else:
            self.to = HANDLER_A
        packet.ident = self.to
        packet.datum = 0
        for i in range(BUFFER):
            self.letter += 1
            if self.letter > 26:
                self.letter = 1
            packet.data[i] = self.letter
        return self.scheduler.send(packet)


class HandlerTask(Task):
    def __init__(self, scheduler, ident, priority, queue):
        super().__init__(scheduler, ident, priority, queue, True, True)
        self.work = None
        self.devices = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == KIND_WORK:
                self.work = packet.append_to(self.work)
            else:
                self.devices = packet.append_to(self.devices)
        work = self.work
        if work is not None:
            at = work.datum
            if at >= BUFFER:
                self.work = work.link
                return self.scheduler.send(work)
            if self.devices is not None:
                device = self.devices
                self.devices = device.link
                device.datum = work.data[at]
                work.datum = at + 1
                return self.scheduler.send(device)
        return self.scheduler.wait()


class DeviceTask(Task):
    def __init__(self, scheduler, ident, priority):
        super().__init__(scheduler, ident, priority, None, False, True)
        self.kept = None

    def step(self, packet):
        if packet is None:
            if self.kept is None:
                return self.scheduler.wait()
            packet = self.kept
            self.kept = None
            return self.scheduler.send(packet)
        self.kept = packet
        return self.scheduler.hold()


class Scheduler:
    def __init__(self):
        self.tasks = [None, None, None, None, None, None]
        self.order = []
        self.running = None
        self.queued = 0
        self.holds = 0

    def add(self, task):
        self.tasks[task.ident] = task
        self.order.append(task)

    def run(self):
        """Runs until every task is stopped: always the first that is not, newest first."""
        at = len(self.order) - 1
        task = self.order[at]
        while task is not None:
            if task.is_stopped():
                at = at - 1
                task = None if at < 0 else self.order[at]
            else:
                self.running = task
                task = task.run_once()
                at = self.position(task)

    def position(self, task):
        at = len(self.order) - 1
        while at >= 0 and self.order[at] is not task:
            at = at - 1
        return at

    def next_of(self, task):
        at = self.position(task) - 1
        return None if at < 0 else self.order[at]

    def wait(self):
        """The running task waits for a packet."""
        self.running.waiting = True
        return self.running

    def hold(self):
        """The running task is held until it is released."""
        self.holds += 1
        self.running.held = True
        return self.next_of(self.running)

    def release(self, ident):
        task = self.tasks[ident]
        task.held = False
        if task.priority > self.running.priority:
            return task
        return self.running

    def send(self, packet):
        """The running task sends a packet to the task that it names."""
        task = self.tasks[packet.ident]
        self.queued += 1
        packet.link = None
        packet.ident = self.running.ident
        return task.accept(packet, self.running)


def simulate(count):
    scheduler = Scheduler()
    IdleTask(scheduler, count)
    queue = Packet(None, WORKER, KIND_WORK)
    queue = Packet(queue, WORKER, KIND_WORK)
    WorkerTask(scheduler, queue)
    queue = Packet(None, DEVICE_A, KIND_DEVICE)
    queue = Packet(queue, DEVICE_A, KIND_DEVICE)
    queue = Packet(queue, DEVICE_A, KIND_DEVICE)
    HandlerTask(scheduler, HANDLER_A, 2000, queue)
    queue = Packet(None, DEVICE_B, KIND_DEVICE)
    queue = Packet(queue, DEVICE_B, KIND_DEVICE)
    queue = Packet(queue, DEVICE_B, KIND_DEVICE)
    HandlerTask(scheduler, HANDLER_B, 3000, queue)
    DeviceTask(scheduler, DEVICE_A, 4000)
    DeviceTask(scheduler, DEVICE_B, 5000)
    scheduler.run()
    return (scheduler.queued, scheduler.holds)


def main():
    """One simulation of the usual length; its counts are known."""
    queued, holds = simulate(COUNT)
    assert queued == QUEUED and holds == HELD
    return (queued, holds)


if __name__ == "__main__":
    print(main())
