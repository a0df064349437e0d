%% Timers: what they send, when, and how they are given up.
-module(timers).
-export([main/0]).
-import(rows, [wait/0, mailbox/0]).

main() ->
    rows:run([
        {"T-1", fun() -> survives_its_maker() end},
        {"T-2", fun() -> any_process_cancels() end},
        {"T-3", fun() -> erlang:send_after(1, self(), message), wait(), mailbox() end},
        {"T-4", fun() -> tells_which() end},
        {"T-5", fun() -> looked_up_when_it_fires() end},
        {"T-6", fun() -> to_the_dead() end},
        {"T-7", fun() -> dropped_with_its_process() end},
        {"T-8", fun() -> cancel() end},
        {"T-9", fun() -> message_stays() end},
        {"T-10", fun() -> read() end},
        {"T-13", fun() -> in_order_of_making() end}
    ]).

waits() -> spawn(fun() -> receive {die, Reason} -> exit(Reason) end end).

survives_its_maker() ->
    Me = self(),
    normal = rows:ends_with(fun() -> erlang:send_after(5, Me, message) end),
    wait(),
    mailbox().

any_process_cancels() ->
    Me = self(),
    Ref = erlang:send_after(10000, Me, message),
    spawn(fun() -> Me ! {left, erlang:cancel_timer(Ref)} end),
    Left = receive {left, N} -> N end,
    wait(),
    [is_integer(Left), erlang:read_timer(Ref), mailbox()].

tells_which() ->
    Ref = erlang:start_timer(1, self(), message),
    receive {Tag, R, M} -> {Tag, R =:= Ref, M} end.

%% A name is looked up late; nobody there is no error.
looked_up_when_it_fires() ->
    erlang:send_after(5, a_name, first),
    register(a_name, self()),
    wait(),
    unregister(a_name),
    erlang:send_after(1, a_name, second),
    wait(),
    mailbox().

to_the_dead() ->
    Ref = erlang:send_after(1, rows:dead(), message),
    wait(),
    [is_reference(Ref), erlang:read_timer(Ref), mailbox()].

%% A timer goes with the process that it is for, and stays if it is for a name.
dropped_with_its_process() ->
    Pid = waits(),
    register(a_name, Pid),
    ToPid = erlang:send_after(10000, Pid, message),
    ToName = erlang:send_after(10000, a_name, message),
    Monitor = monitor(process, Pid),
    Pid ! {die, over},
    over = rows:down_of(Monitor),
    wait(),
    [erlang:read_timer(ToPid), is_integer(erlang:cancel_timer(ToName))].

%% What is left, and false for one that was cancelled, has fired, or never was.
cancel() ->
    Live = erlang:send_after(10000, self(), message),
    Left = erlang:cancel_timer(Live),
    Fired = erlang:send_after(1, self(), message),
    wait(),
    [Left > 5000 andalso Left =< 10000, erlang:cancel_timer(Live), erlang:cancel_timer(Fired),
     erlang:cancel_timer(make_ref())].

message_stays() ->
    Ref = erlang:send_after(1, self(), message),
    wait(),
    [erlang:cancel_timer(Ref), mailbox()].

%% As cancelling, and the timer goes on.
read() ->
    Ref = erlang:send_after(15, self(), message),
    Left = erlang:read_timer(Ref),
    wait(),
    [Left >= 0 andalso Left =< 15, mailbox(), erlang:read_timer(Ref)].

in_order_of_making() ->
    [erlang:send_after(5, self(), N) || N <- [1, 2, 3]],
    wait(),
    mailbox().
