%% Order and delivery of messages, aliases, questions; receiving.
-module(delivery).
-export([main/0]).
-import(rows, [subject/2, heard/1, wait/0, mailbox/0]).

main() ->
    rows:run([
        {"D-1", fun() -> in_order() end},
        {"D-2", fun() -> monitor_before_exit() end},
        {"D-4", fun() -> busy() end},
        {"D-5", fun() -> rows:dead() ! lost end},
        {"D-6", fun() -> rows:raised(fun() -> nobody ! lost end) end},
        {"D-8", fun() -> mailbox_order() end},
        {"D-9", fun() -> scans_first() end},
        {"D-10", fun() -> clock_starts_once() end},
        {"D-11", fun() -> fresh_reference() end},
        {"D-12", fun() -> aliases() end},
        {"D-13", fun() -> alias_ends() end},
        {"D-14", fun() -> asks() end},
        {"D-15", fun() -> own_monitor() end},
        {"D-16", fun() -> left_in_place() end},
        {"D-19", fun() -> asked_too_late() end}
    ]).

%% Signals of all kinds from one to one.
in_order() ->
    {Pid, _} = Subject = subject(true, fun rows:nothing/1),
    Pid ! one,
    exit(Pid, two),
    Pid ! three,
    link(Pid),
    unlink(Pid),
    exit(Pid, four),
    Pid ! five,
    heard(Subject).

%% A monitor that was made before an exit signal tells of it.
monitor_before_exit() ->
    {Pid, _} = Subject = subject(false, fun rows:nothing/1),
    Ref = monitor(process, Pid),
    Pid ! one,
    exit(Pid, over),
    Pid ! lost,
    Met = heard(Subject),
    {lists:last(Met), rows:down_of(Ref)}.

%% One that never receives can be ended.
busy() ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() -> Me ! runs, spin() end),
    receive runs -> ok end,
    exit(Pid, stop),
    rows:ended({Pid, Ref}).

spin() -> spin().

%% The oldest message that any pattern fits, whatever the order of patterns.
mailbox_order() ->
    [self() ! M || M <- [none, {b, 1}, {a, 2}, {b, 3}]],
    First = receive {a, N} -> {a, N}; {b, N} -> {b, N} end,
    [First, mailbox()].

%% A time-out of zero looks at everything first.
scans_first() ->
    [self() ! M || M <- [1, 2, 3]],
    Found = receive 3 -> found after 0 -> missed end,
    Missed = receive 4 -> found after 0 -> missed end,
    [Found, Missed, mailbox()].

%% Messages that do not fit do not prolong the wait.
clock_starts_once() ->
    Me = self(),
    Pid = spawn(fun() -> knock(Me) end),
    Result = receive never -> found after 60 -> timed_out end,
    exit(Pid, kill),
    Result.

knock(To) -> To ! knock, timer:sleep(10), knock(To).

%% A reply that carries a fresh reference is found behind older messages.
fresh_reference() ->
    [self() ! M || M <- [1, 2, 3]],
    Ref = make_ref(),
    self() ! {other, answer},
    self() ! {Ref, answer},
    Answer = receive {Ref, A} -> A end,
    [Answer, mailbox()].

%% A message that came through an alias survives its end; a later one is dropped.
aliases() ->
    Me = self(),
    Alias = alias(),
    Alias ! mine,
    spawn(fun() -> Alias ! early, Me ! sent end),
    wait(),
    Was = unalias(Alias),
    Again = unalias(Alias),
    spawn(fun() -> Alias ! late, Me ! sent_again end),
    wait(),
    {Was, Again, mailbox()}.

%% How long aliases live: until given up, one reply, the end of the monitor.
alias_ends() ->
    Reply = alias([reply]),
    Reply ! first,
    Reply ! second,
    Pid = spawn(fun() -> receive never -> ok end end),
    WithMonitor = monitor(process, Pid, [{alias, demonitor}]),
    WithMonitor ! live,
    wait(),
    demonitor(WithMonitor),
    WithMonitor ! after_demonitor,
    Explicit = monitor(process, Pid, [{alias, explicit_unalias}]),
    demonitor(Explicit),
    Explicit ! still,
    Fired = monitor(process, Pid, [{alias, demonitor}]),
    OneReply = monitor(process, Pid, [{alias, reply_demonitor}]),
    OneReply ! reply,
    OneReply ! too_late,
    exit(Pid, over),
    over = rows:down_of(Fired),
    Fired ! after_down,
    wait(),
    mailbox().

%% A question about a process comes behind the signals that were sent to it before.
asks() ->
    [begin
         Pid = spawn(fun() -> receive never -> ok end end),
         Before = is_process_alive(Pid),
         exit(Pid, kill),
         {Before, is_process_alive(Pid)}
     end || _ <- [1, 2, 3]].

%% A monitor on oneself never fires.
own_monitor() ->
    Me = self(),
    Pid = spawn(fun() ->
        Ref = monitor(process, self()),
        receive after 0 -> ok end,
        Me ! {is_reference(Ref), mailbox()}
    end),
    _ = Pid,
    receive Seen -> Seen end.

%% A message stays where it is until it is taken.
left_in_place() ->
    [self() ! M || M <- [1, 2, 3, 4]],
    Three = receive 3 -> 3 end,
    One = receive 1 -> 1 end,
    [Three, One, mailbox()].

%% What comes behind a deadly signal finds nobody, and is answered.
asked_too_late() ->
    process_flag(trap_exit, true),
    Pid = spawn(fun() -> receive never -> ok end end),
    exit(Pid, kill),
    Ref = monitor(process, Pid),
    link(Pid),
    wait(),
    {rows:down_of(Ref), mailbox()}.
