%% Links: making them, giving them up, what is left of them.
-module(links).
-export([main/0]).
-import(rows, [subject/2, heard/1, only_heard/1, wait/0]).

main() ->
    rows:run([
        {"L-1", fun() -> only_heard({true, fun links_twice/1}) end},
        {"L-2", fun() -> two_ways() end},
        {"L-3", fun() -> only_heard({false, fun(_) -> link(self()) end}) end},
        {"L-4", fun() -> only_heard({false, fun tries_the_dead/1}) ++ rows:mailbox() end},
        {"L-5", fun() -> only_heard({true, fun tries_the_dead/1}) ++ rows:mailbox() end},
        {"L-6", fun() -> atomic() end},
        {"L-7", fun() -> only_heard({true, fun unlinks_late/1}) end},
        {"L-8", fun() -> only_heard({true, fun unlinks_and_looks/1}) end},
        {"L-9", fun() -> [only_heard({true, fun links_again/1}), only_heard({true, fun links_from_both/1})] end},
        {"L-10", fun() -> [linked_from_outside(Trap) || Trap <- [false, true]] end},
        {"L-11", fun() -> only_heard({true, fun(_) -> spawn_link(fun() -> chain(3) end) end}) end}
    ]).

%% Waits to be told to end.
waits() -> receive go -> exit(crash) end.

links_twice(_) ->
    Peer = spawn_link(fun waits/0),
    link(Peer),
    link(Peer),
    Peer ! go.

%% The maker of a link dies, then the one that was linked.
two_ways() ->
    {Pid, _} = Maker = subject(false, fun rows:nothing/1),
    Other = subject(true, fun(_) -> link(Pid) end),
    exit(Pid, crash),
    {heard(Maker), heard(Other)}.

%% An error of who makes the link, unless it traps exits.
tries_the_dead(Parent) ->
    Parent ! rows:raised(fun() -> link(rows:dead()) end).

%% No child is too quick to be noticed.
atomic() ->
    Child = spawn_monitor(fun() -> exit(quick) end),
    {rows:ended(Child), only_heard({true, fun(_) -> spawn_link(fun() -> exit(quick) end) end})}.

%% What came before the unlink stays.
unlinks_late(_) ->
    Peer = spawn_link(fun() -> exit(quick) end),
    wait(),
    unlink(Peer).

unlinks_and_looks(_) ->
    Peer = spawn_link(fun() -> exit(quick) end),
    wait(),
    unlink(Peer),
    receive {'EXIT', Peer, _} -> ok after 0 -> ok end.

%% A link that was given up and made again is one.
links_again(_) ->
    Peer = spawn_link(fun waits/0),
    unlink(Peer),
    link(Peer),
    Peer ! go.

%% Both ends make the link; one unlink ends it.
links_from_both(_) ->
    Me = self(),
    Peer = spawn_link(fun() -> link(Me), Me ! linked, waits() end),
    receive linked -> ok end,
    unlink(Peer),
    Peer ! go.

%% The other end makes the link and dies.
linked_from_outside(Trap) ->
    {Pid, _} = Subject = subject(Trap, fun rows:nothing/1),
    crash = rows:ends_with(fun() -> link(Pid), exit(crash) end),
    heard(Subject).

%% An end travels along links until one traps.
chain(0) -> exit(crash);
chain(N) ->
    spawn_link(fun() -> chain(N - 1) end),
    receive never -> ok end.
