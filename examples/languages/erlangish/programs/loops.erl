%% Tail calls: loops of any length in constant space, also through other functions and funs.
-module(loops).
-export([main/0]).

count(0, Sum) -> Sum;
count(N, Sum) -> count(N - 1, Sum + N).

even(0) -> true;
even(N) -> odd(N - 1).

odd(0) -> false;
odd(N) -> even(N - 1).

through_case(N, Log) ->
    case N rem 3 of
        0 when N > 0 -> through_case(N - 1, zero);
        1 -> through_case(N - 1, one);
        _ when N > 0 ->
            if
                Log =:= zero -> through_case(N - 1, two);
                true -> begin through_case(N - 1, other) end
            end;
        _ -> {done, Log}
    end.

by_fun(F, N) -> F(F, N).

all_positive([X | Rest]) -> X > 0 andalso all_positive(Rest);
all_positive([]) -> true.

collatz(1, Steps) -> Steps;
collatz(N, Steps) when N rem 2 =:= 0 -> collatz(N div 2, Steps + 1);
collatz(N, Steps) -> collatz(3 * N + 1, Steps + 1).

longest(N, Limit, Best) when N > Limit -> Best;
longest(N, Limit, {_, Steps} = Best) ->
    case collatz(N, 0) of
        More when More > Steps -> longest(N + 1, Limit, {N, More});
        _ -> longest(N + 1, Limit, Best)
    end.

deep(0) -> 0;
deep(N) -> 1 + deep(N - 1).

main() ->
    io:format("~p~n", [count(100000, 0)]),
    io:format("~p ~p~n", [even(50000), odd(50000)]),
    io:format("~p~n", [through_case(30000, start)]),
    io:format("~p~n", [by_fun(fun(_, 0) -> stopped; (F, N) -> F(F, N - 1) end, 50000)]),
    Loop = fun Again(0, Done) -> length(Done); Again(N, Done) -> Again(N - 1, [N | Done]) end,
    io:format("~p~n", [Loop(20000, [])]),
    io:format("~p~n", [all_positive(lists:seq(1, 20000))]),
    io:format("~p~n", [longest(1, 1000, {1, 0})]),
    io:format("~p~n", [deep(50000)]).
