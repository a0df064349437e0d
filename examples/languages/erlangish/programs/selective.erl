%% Selective receive: what does not fit waits, in order; time-outs.
-module(selective).
-export([main/0]).

flush() ->
    receive Any -> [Any | flush()]
    after 0 -> []
    end.

%% High priority first, however late it came.
important() ->
    receive {high, Message} -> [Message | important()]
    after 0 -> normal()
    end.

normal() ->
    receive {_, Message} -> [Message | normal()]
    after 0 -> []
    end.

wait_for(Tag) ->
    receive {Tag, Value} -> Value end.

request(Server, What) ->
    Ref = make_ref(),
    Server ! {request, self(), Ref, What},
    receive
        {reply, Ref, Answer} -> {ok, Answer}
    after 1000 -> timeout
    end.

server(State) ->
    receive
        {request, From, Ref, {put, Key, Value}} ->
            From ! noise,
            From ! {reply, make_ref(), wrong},
            From ! {reply, Ref, maps:get(Key, State, none)},
            server(State#{Key => Value});
        {request, From, Ref, {get, Key}} ->
            From ! {reply, Ref, maps:get(Key, State, none)},
            server(State);
        {request, _, _, ignore} -> server(State);
        stop -> ok
    end.

main() ->
    Me = self(),
    [Me ! M || M <- [{low, 1}, {high, 2}, {low, 3}, {high, 4}, {low, 5}]],
    io:format("~p~n", [important()]),
    [Me ! {Tag, V} || {Tag, V} <- [{a, 1}, {b, 2}, {c, 3}, {b, 4}]],
    io:format("~p~n", [[wait_for(T) || T <- [c, b, a]]]),
    io:format("~p~n", [flush()]),
    io:format("~p~n", [receive nothing -> 1 after 0 -> none end]),
    io:format("~p~n", [receive nothing -> 1 after 10 -> late end]),
    Me ! here,
    io:format("~p~n", [receive here -> in_time after infinity -> never end]),
    [Me ! N || N <- [1, 20, 3, 40, 5]],
    io:format("~p~n", [receive Big when Big > 30 -> Big end]),
    io:format("~p~n", [receive Huge when Huge > 100 -> Huge; Small when is_integer(Small), Small < 4 -> {small, Small} end]),
    io:format("~p~n", [flush()]),
    Server = spawn(fun() -> server(#{}) end),
    io:format("~p~n", [request(Server, {put, k, 1})]),
    io:format("~p~n", [request(Server, {put, k, 2})]),
    io:format("~p~n", [request(Server, {get, k})]),
    io:format("~p~n", [length(flush())]),
    Me ! {left, over},
    Slow = spawn(fun() -> receive after 20 -> Me ! finally end end),
    io:format("~p ~p~n", [is_pid(Slow), receive finally -> got end]),
    io:format("~p~n", [flush()]),
    %% A receive inside a receive's body sees what the outer one passed over.
    [Me ! M || M <- [one, two, three]],
    io:format("~p~n", [receive three -> receive one -> receive two -> all end end end]),
    Time = lists:last([soon]),
    io:format("~p~n", [try receive after Time -> ok end catch error:E -> E end]),
    Quiet = spawn(fun() -> receive never -> ok after 1 -> Me ! timed_out end end),
    receive timed_out -> io:format("timed out ~p~n", [Quiet =/= Me]) end,
    Server ! stop,
    io:format("~p~n", [receive after 1 -> slept end]).
