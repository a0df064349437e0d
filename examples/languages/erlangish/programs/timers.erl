%% Timers: messages that come later, unless they are taken back.
-module(timers).
-export([main/0]).

show(What) -> io:format("~w~n", [What]).

got() -> receive Any -> Any after 0 -> nothing end.

next() -> receive Any -> Any after 2000 -> late end.

basics() ->
    Me = self(),
    [erlang:send_after(Time, Me, {after_ms, Time}) || Time <- [60, 20, 40, 0]],
    show([next() || _ <- lists:seq(1, 4)]),
    Ref = erlang:start_timer(10, Me, wake),
    show(receive {timeout, Ref, wake} -> woken after 2000 -> late end),
    %% What is taken back does not come; what has come stays.
    Long = erlang:send_after(60000, Me, never),
    Left = erlang:read_timer(Long),
    show(is_integer(Left) andalso Left > 50000 andalso Left =< 60000),
    Rest = erlang:cancel_timer(Long),
    show(is_integer(Rest) andalso Rest =< Left),
    show([erlang:cancel_timer(Long), erlang:read_timer(Long), got()]),
    Short = erlang:send_after(0, Me, short),
    timer:sleep(20),
    show([erlang:cancel_timer(Short), got(), got()]),
    show([erlang:cancel_timer(make_ref()), erlang:read_timer(make_ref())]),
    %% Anybody may take a timer back.
    Shared = erlang:send_after(60000, Me, shared),
    spawn(fun() -> Me ! {taken_back, is_integer(erlang:cancel_timer(Shared))} end),
    show(next()).

%% A timer belongs to whom it is for: it outlives its maker, and ends with its receiver.
owners() ->
    Me = self(),
    {_, Maker} = spawn_monitor(fun() -> erlang:send_after(30, Me, from_the_grave) end),
    receive {'DOWN', Maker, process, _, _} -> ok end,
    show(next()),
    {Pid, Ref} = spawn_monitor(fun() -> receive {timeout, _, die} -> exit(told) end end),
    erlang:start_timer(10, Pid, die),
    Rest = erlang:send_after(60000, Pid, nobody),
    receive {'DOWN', Ref, process, Pid, Reason} -> show(Reason) end,
    show(erlang:read_timer(Rest)),
    show(is_reference(erlang:send_after(0, Pid, dropped))),
    %% A name is looked up when the time has come.
    erlang:send_after(20, later, by_name),
    register(later, self()),
    show(next()),
    unregister(later),
    show(is_reference(erlang:send_after(0, nobody_has_this_name, x))),
    show([try F() catch error:E -> E end
          || F <- [fun() -> erlang:send_after(-1, Me, x) end, fun() -> erlang:send_after(x, Me, x) end,
                   fun() -> erlang:start_timer(1, "x", x) end, fun() -> erlang:cancel_timer(x) end]]).

%% The clock of a receive runs on while other messages come.
clocks() ->
    Me = self(),
    [erlang:send_after(Time, Me, {noise, Time}) || Time <- [10, 20, 30, 5000]],
    show(receive wanted -> yes after 80 -> no end),
    show([next() || _ <- [1, 2, 3]]),
    erlang:send_after(20, Me, {wanted, 1}),
    show(receive {wanted, N} when N rem 2 =:= 1 -> N after 3000 -> late end),
    %% The clause comes first if the message is there.
    Me ! there,
    show([receive there -> there after 0 -> missing end, receive there -> there after 0 -> missing end]),
    show([timer:sleep(1), receive after 5 -> rested end]).

%% A lock that opens by a code and locks itself; a wrong digit makes it wait.
lock(Code, Teller) -> spawn(fun() -> locked(Code, Code, Teller) end).

locked(Code, [Digit | Rest], Teller) ->
    receive
        {digit, Digit} when Rest =:= [] ->
            Teller ! open,
            Timer = erlang:start_timer(200, self(), lock),
            open(Code, Timer, Teller);
        {digit, Digit} -> locked(Code, Rest, Teller);
        {digit, _} -> Teller ! wrong, suspended(Code, erlang:start_timer(10, self(), again), Teller);
        stop -> Teller ! stopped
    end.

open(Code, Timer, Teller) ->
    receive
        {timeout, Timer, lock} -> Teller ! locked, locked(Code, Code, Teller);
        hold ->
            Teller ! {held, is_integer(erlang:cancel_timer(Timer))},
            receive release -> open(Code, erlang:start_timer(0, self(), lock), Teller) end
    end.

%% Digits wait in the mailbox.
suspended(Code, Timer, Teller) ->
    receive {timeout, Timer, again} -> locked(Code, Code, Teller) end.

doors() ->
    Lock = lock([3, 1, 4], self()),
    [Lock ! {digit, D} || D <- [3, 1, 5, 3, 1, 4]],
    show([next(), next(), next()]),
    [Lock ! {digit, D} || D <- [3, 1, 4]],
    show(next()),
    Lock ! hold,
    show(next()),
    Lock ! release,
    show(next()),
    Lock ! stop,
    show(next()).

%% Ticks in even steps; each one is set when the one before has come.
ticker(To, Every, Count) ->
    spawn(fun() -> tick(To, Every, 1, Count, erlang:start_timer(Every, self(), tick)) end).

tick(To, _, N, Count, _) when N > Count -> To ! ticked;
tick(To, Every, N, Count, Timer) ->
    receive
        {timeout, Timer, tick} ->
            To ! {tick, N},
            tick(To, Every, N + 1, Count, erlang:start_timer(Every, self(), tick))
    end.

%% Collects until nothing has come for a while: every message begins the time again.
collect(Quiet) -> collect(Quiet, erlang:start_timer(Quiet, self(), quiet), []).

collect(Quiet, Timer, Seen) ->
    receive
        {timeout, Timer, quiet} -> lists:reverse(Seen);
        {tick, N} ->
            erlang:cancel_timer(Timer),
            %% One that has fired meanwhile is in the mailbox.
            receive {timeout, Timer, quiet} -> ok after 0 -> ok end,
            collect(Quiet, erlang:start_timer(Quiet, self(), quiet), [N | Seen])
    end.

%% Who gives no sign of life for a while is taken for dead.
watch(Limit, Pids) ->
    Alive = maps:from_list([{Pid, erlang:start_timer(Limit, self(), Pid)} || Pid <- Pids]),
    watch(Limit, Alive, []).

watch(_, Alive, Dead) when map_size(Alive) =:= 0 -> lists:reverse(Dead);
watch(Limit, Alive, Dead) ->
    receive
        {beat, Pid} when is_map_key(Pid, Alive) ->
            erlang:cancel_timer(maps:get(Pid, Alive)),
            watch(Limit, Alive#{Pid := erlang:start_timer(Limit, self(), Pid)}, Dead);
        {beat, _} -> watch(Limit, Alive, Dead);
        {timeout, Timer, Pid} ->
            case Alive of
                #{Pid := Timer} -> watch(Limit, maps:remove(Pid, Alive), [Pid | Dead]);
                #{} -> watch(Limit, Alive, Dead)
            end
    end.

heart(To, Beats) -> spawn(fun() -> receive go -> beat(To, Beats) end end).

beat(_, 0) -> stopped;
beat(To, Beats) -> To ! {beat, self()}, timer:sleep(20), beat(To, Beats - 1).

main() ->
    basics(),
    owners(),
    clocks(),
    doors(),
    ticker(self(), 5, 4),
    show([next() || _ <- lists:seq(1, 5)]),
    ticker(self(), 5, 6),
    show(collect(300)),
    show(got()),
    Hearts = [heart(self(), Beats) || Beats <- [30, 1, 15]],
    [Heart ! go || Heart <- Hearts],
    Dead = watch(200, Hearts),
    Number = fun(Pid) -> length(lists:takewhile(fun(Heart) -> Heart =/= Pid end, Hearts)) + 1 end,
    show([Number(Pid) || Pid <- Dead]),
    %% Of a thousand timers those that are left come in order.
    Timers = [{N, erlang:send_after(400 + N div 20, self(), {n, N})} || N <- lists:seq(1, 1000)],
    Kept = [N || {N, Timer} <- Timers, N rem 7 =:= 0 orelse not is_integer(erlang:cancel_timer(Timer))],
    Came = [receive {n, N} -> N end || _ <- Kept],
    show([length(Came), lists:sort(Came) =:= Kept, got()]),
    {ok, Timer} = timer:send_after(5, {timer, module}),
    show([is_tuple(Timer) orelse is_reference(Timer), next()]),
    {ok, Gone} = timer:send_after(60000, x),
    show([timer:cancel(Gone), got()]).
