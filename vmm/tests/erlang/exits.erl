%% Exit signals by kind, reason and trapping, and the ways to end.
-module(exits).
-export([main/0]).
-import(rows, [subject/2, heard/1, only_heard/1, ends_with/1, dead_linked/2, wait/0]).

main() ->
    rows:run([
        {"X-1", fun() -> both_ways(normal) end},
        {"X-2", fun() -> [only_heard({Trap, fun(_) -> exit(self(), normal) end}) || Trap <- [false, true]] end},
        {"X-3", fun() -> both_ways(kill) end},
        {"X-4", fun() -> [both_ways(Reason) || Reason <- [killed, shutdown, {any, term}]] end},
        {"X-5", fun() -> [linked(normal), links_left()] end},
        {"X-6", fun() -> linked(kill) end},
        {"X-7", fun() -> linked(kill_it) end},
        {"X-8", fun() -> [linked(Reason) || Reason <- [shutdown, {any, term}]] end},
        {"X-9", fun() -> [only_heard({Trap, fun unlinks/1}) || Trap <- [false, true]] end},
        {"X-10", fun() -> only_heard({true, fun(_) -> link(rows:dead()) end}) end},
        {"X-12", fun() -> ends_with(fun() -> exit(kill) end) end},
        {"X-13", fun() -> traced(ends_with(fun() -> error(some_error) end)) end},
        {"X-14", fun() -> traced(ends_with(fun() -> throw(some_value) end)) end},
        {"X-15", fun() -> [ends_with(fun() -> exit(R) end) || R <- [normal, shutdown, {any, term}]] end},
        {"X-16", fun() -> ends_with(fun() -> ok end) end},
        {"X-18", fun() -> cleanup() end},
        {"X-19", fun() -> too_much_memory() end},
        {"X-20", fun() -> at_once() end},
        {"X-21", fun() -> traced(ends_with(fun() -> -get(nothing) end)) end}
    ]).

%% An exit signal from the parent, to one that does not trap and to one that does.
both_ways(Reason) ->
    [begin
         {Pid, _} = Subject = subject(Trap, fun rows:nothing/1),
         exit(Pid, Reason),
         heard(Subject)
     end || Trap <- [false, true]].

%% The end of a linked process, likewise.
linked(Reason) ->
    [only_heard({Trap, fun(Parent) -> dead_linked(Reason, Parent) end}) || Trap <- [false, true]].

links_left() ->
    process_flag(trap_exit, true),
    Peer = spawn_link(fun() -> ok end),
    receive {'EXIT', Peer, normal} -> ok end,
    {links, Links} = process_info(self(), links),
    length(Links).

%% A link that is given up before its other end dies.
unlinks(_) ->
    Peer = spawn_link(fun() -> receive go -> exit(crash) end end),
    unlink(Peer),
    Peer ! go,
    wait().

%% What stands after a wait is not run when an exit signal ends the process.
cleanup() ->
    Me = self(),
    Waiting = {Pid, _} = spawn_monitor(fun() ->
        try
            Me ! ready,
            receive never -> ok end
        catch
            _:_ -> Me ! caught
        after
            Me ! cleaned_up
        end
    end),
    receive ready -> ok end,
    exit(Pid, stop),
    Reason = rows:ended(Waiting),
    wait(),
    {Reason, rows:mailbox()}.

%% A signal to oneself has its effect before anything else is done.
at_once() ->
    Me = self(),
    Reason = ends_with(fun() -> exit(self(), over), Me ! late end),
    Order = only_heard({true, fun(Parent) ->
        exit(self(), over),
        Parent ! receive {'EXIT', _, over} -> there after 0 -> not_there end
    end}),
    {Reason, Order, rows:mailbox()}.

%% A reason whose trace is told by a word.
traced({Reason, [_ | _]}) -> {Reason, trace};
traced(Reason) -> Reason.

too_much_memory() ->
    {Pid, Ref} = spawn_opt(fun() -> hoard([]) end, [monitor, {max_heap_size, #{size => 10000, kill => true, error_logger => false}}]),
    rows:ended({Pid, Ref}).

hoard(L) -> hoard([L | lists:seq(1, 1000)]).
