%% Quicksort in parallel: each half in a process of its own down to a size; errors come up again.
-module(quicksort).
-export([main/0]).

sort(List) -> sort(List, fun(A, B) -> A =< B end).

sort(List, Before) -> sort(List, Before, 8).

%% So many levels of processes.
sort([], _, _) -> [];
sort([Pivot | Rest], Before, Levels) ->
    {Low, High} = lists:partition(fun(X) -> Before(X, Pivot) end, Rest),
    case Levels > 0 andalso length(Rest) > 16 of
        true ->
            Halves = [async(fun() -> sort(Half, Before, Levels - 1) end) || Half <- [Low, High]],
            [Lower, Higher] = [await(Half) || Half <- Halves],
            Lower ++ [Pivot | Higher];
        false -> sort(Low, Before, 0) ++ [Pivot | sort(High, Before, 0)]
    end.

%% The result of a process is its exit reason: nothing else has to be sent.
async(Fun) -> spawn_monitor(fun() -> exit({result, Fun()}) end).

await({Pid, Ref}) ->
    receive
        {'DOWN', Ref, process, Pid, {result, Value}} -> Value;
        {'DOWN', Ref, process, Pid, {Reason, [_ | _]}} -> error(Reason);
        {'DOWN', Ref, process, Pid, Reason} -> exit(Reason)
    end.

%% Every item in a process, the results in order; with one failure the rest is ended.
map(Fun, List) ->
    Parent = self(),
    Tag = make_ref(),
    {Runner, Watch} = spawn_monitor(fun() ->
        Me = self(),
        Pids = [spawn_link(fun() -> Me ! {self(), Fun(X)} end) || X <- List],
        Parent ! {Tag, [receive {Pid, Value} -> Value end || Pid <- Pids]}
    end),
    receive
        {Tag, Values} -> demonitor(Watch, [flush]), {ok, Values};
        {'DOWN', Watch, process, Runner, {Reason, [_ | _]}} -> {error, Reason};
        {'DOWN', Watch, process, Runner, Reason} -> {error, Reason}
    end.

%% The first of several that gives an answer; the others are ended.
first(Funs) ->
    Me = self(),
    Tag = make_ref(),
    All = [spawn_monitor(fun() -> Me ! {Tag, self(), Fun()} end) || Fun <- Funs],
    {Winner, Answer} = receive {Tag, Who, Value} -> {Who, Value} end,
    Others = [Other || {Pid, _} = Other <- All, exit(Pid, kill), Pid =/= Winner],
    Ends = [receive {'DOWN', Ref, process, _, Reason} -> Reason end || {_, Ref} <- Others],
    [demonitor(Ref, [flush]) || {_, Ref} <- All],
    {Answer, Ends}.

numbers(0, _) -> [];
numbers(N, X) -> [X rem 1000 | numbers(N - 1, (X * 1103515245 + 12345) band 16#7fffffff)].

main() ->
    List = numbers(150, 7),
    Sorted = sort(List),
    io:format("~p ~p~n", [Sorted =:= lists:sort(List), lists:sublist(Sorted, 10)]),
    io:format("~w~n", [sort([b, 2, "a", {x}, 1.5, a, 2.0, #{}, <<"b">>, []])]),
    Down = sort(lists:seq(1, 60), fun(A, B) -> A >= B end),
    io:format("~p ~p~n", [hd(Down), lists:last(Down)]),
    io:format("~p~n", [lists:sublist(sort([integer_to_list(X) || X <- List]), 3)]),
    %% A comparison that fails, some levels of processes further down.
    Fails = fun(A, B) when A =/= 773, B =/= 773 -> A =< B end,
    io:format("~p~n", [try sort(List, Fails) catch error:E -> {error, E} end]),
    io:format("~p~n", [try sort(List, fun(_, _) -> exit(no_order) end) catch exit:X -> {exit, X} end]),
    io:format("~w~n", [map(fun(X) -> X * X end, lists:seq(1, 12))]),
    io:format("~w~n", [map(fun(X) -> 12 div (X - 3) end, lists:seq(1, 12))]),
    Stuck = fun(3) -> throw(three); (_) -> receive never -> ok end end,
    io:format("~w~n", [map(Stuck, lists:seq(1, 12))]),
    Slow = fun() -> receive never -> slow end end,
    Slower = fun() -> receive after 10000 -> slower end end,
    io:format("~w~n", [first([Slow, fun() -> quick end, Slower])]),
    io:format("~p~n", [receive Any -> Any after 0 -> nothing_left end]).
