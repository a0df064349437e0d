%% Monitors: what they tell, when, and how they are given up.
-module(monitors).
-export([main/0]).
-import(rows, [subject/2, heard/1, wait/0, down_of/1, mailbox/0]).

main() ->
    rows:run([
        {"M-1", fun() -> one_way() end},
        {"M-2", fun() -> several() end},
        {"M-3", fun() -> message_of_pid() end},
        {"M-4", fun() -> message_of_name() end},
        {"M-5", fun() -> [down_of(monitor(process, rows:dead())), unknown_name()] end},
        {"M-6", fun() -> [reason_of(R) || R <- [normal, shutdown, {any, term}]] end},
        {"M-7", fun() -> fires_once() end},
        {"M-8", fun() -> follows_the_process() end},
        {"M-9", fun() -> [gives_up_before(), gives_up_late([])] end},
        {"M-10", fun() -> gives_up_late([flush]) end},
        {"M-11", fun() -> info() end},
        {"M-12", fun() -> [gives_up_late([flush, info]), {live(), mailbox()}] end},
        {"M-13", fun() -> gives_up_what_is_not_there() end},
        {"M-14", fun() -> watcher_dies() end},
        {"M-15", fun() -> name_is_free() end},
        {"M-16", fun() -> links_and_monitors() end}
    ]).

waits() -> spawn(fun() -> receive {die, Reason} -> exit(Reason) end end).

%% The one that is watched does not notice the end of the watcher.
one_way() ->
    {Pid, _} = Watched = subject(true, fun rows:nothing/1),
    Reason = rows:ends_with(fun() -> monitor(process, Pid), exit(crash) end),
    {Reason, heard(Watched)}.

%% Every call makes a monitor of its own.
several() ->
    Pid = waits(),
    A = monitor(process, Pid),
    B = monitor(process, Pid),
    Pid ! {die, over},
    {A =:= B, down_of(A), down_of(B), mailbox()}.

message_of_pid() ->
    Pid = waits(),
    Ref = monitor(process, Pid),
    Pid ! {die, over},
    receive {Tag, R, Type, P, Reason} -> {Tag, R =:= Ref, Type, P =:= Pid, Reason} end.

message_of_name() ->
    Pid = waits(),
    register(a_name, Pid),
    Ref = monitor(process, a_name),
    Pid ! {die, over},
    receive {Tag, R, Type, {Name, _Node}, Reason} -> {Tag, R =:= Ref, Type, {Name, node}, Reason} end.

unknown_name() ->
    Ref = monitor(process, nobody),
    receive {Tag, R, Type, {Name, _Node}, Reason} -> {Tag, R =:= Ref, Type, {Name, node}, Reason} end.

reason_of(Reason) ->
    Pid = waits(),
    Ref = monitor(process, Pid),
    Pid ! {die, Reason},
    down_of(Ref).

fires_once() ->
    Pid = waits(),
    Ref = monitor(process, Pid),
    Pid ! {die, over},
    Reason = down_of(Ref),
    wait(),
    {Reason, mailbox(), demonitor(Ref, [info])}.

%% Whoever gets the name later is not watched.
follows_the_process() ->
    {First, Second} = {waits(), waits()},
    register(a_name, First),
    Ref = monitor(process, a_name),
    unregister(a_name),
    register(a_name, Second),
    Second ! {die, second},
    wait(),
    None = mailbox(),
    First ! {die, first},
    {None, down_of(Ref)}.

gives_up_before() ->
    Pid = waits(),
    Ref = monitor(process, Pid),
    demonitor(Ref),
    Pid ! {die, over},
    wait(),
    mailbox().

%% A monitor that has fired is given up while its message lies in the mailbox.
gives_up_late(Options) ->
    Pid = waits(),
    Ref = monitor(process, Pid),
    Pid ! {die, over},
    wait(),
    Result = demonitor(Ref, Options),
    Left = mailbox(),
    case Options of
        [] -> Left;
        _ -> {Result, Left}
    end.

live() -> demonitor(monitor(process, waits()), [flush, info]).

%% Whether the monitor was live: yes, no longer, never.
info() ->
    Live = demonitor(monitor(process, waits()), [info]),
    Fired = monitor(process, rows:dead()),
    noproc = down_of(Fired),
    [Live, demonitor(Fired, [info]), demonitor(make_ref(), [info])].

%% Twice, and somebody else's.
gives_up_what_is_not_there() ->
    Ref = monitor(process, waits()),
    First = demonitor(Ref),
    Twice = demonitor(Ref),
    Me = self(),
    Pid = waits(),
    Mine = monitor(process, Pid),
    spawn(fun() -> Me ! {other, rows:raised(fun() -> demonitor(Mine) end)} end),
    Other = receive {other, Raised} -> Raised end,
    Pid ! {die, over},
    {First, Twice, Other, down_of(Mine)}.

%% Nobody hears of a monitor whose maker has died.
watcher_dies() ->
    Pid = waits(),
    killed = rows:ends_with(fun() -> monitor(process, Pid), exit(self(), kill) end),
    {monitored_by, By} = process_info(Pid, monitored_by),
    Pid ! {die, over},
    wait(),
    {length(By), mailbox()}.

%% When the message is there, the name is free and the process gone.
name_is_free() ->
    process_flag(trap_exit, true),
    Pid = waits(),
    register(a_name, Pid),
    link(Pid),
    Ref = monitor(process, Pid),
    Pid ! {die, over},
    over = down_of(Ref),
    Found = {whereis(a_name), is_process_alive(Pid)},
    Other = waits(),
    register(a_name, Other),
    link(Other),
    Other ! {die, over},
    receive {'EXIT', Other, over} -> ok end,
    [Found, {whereis(a_name), is_process_alive(Other)}].

%% All of it comes, once each; in which order is not promised there.
links_and_monitors() ->
    process_flag(trap_exit, true),
    Pid = waits(),
    monitor(process, Pid),
    link(Pid),
    monitor(process, Pid),
    Pid ! {die, over},
    wait(),
    All = mailbox(),
    {length([E || {'EXIT', over} = E <- All]), length([D || {'DOWN', over} = D <- All]), length(All)}.
