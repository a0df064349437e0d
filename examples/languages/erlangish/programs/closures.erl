%% Funs: closures, several clauses, names of their own, functions as values.
-module(closures).
-export([main/0, double/1]).

double(X) -> 2 * X.

adder(N) -> fun(X) -> X + N end.

compose(F, G) -> fun(X) -> F(G(X)) end.

compose_all(Fs) -> lists:foldr(fun compose/2, fun(X) -> X end, Fs).

curry(F) -> fun(A) -> fun(B) -> F(A, B) end end.

repeat(0, _) -> done;
repeat(N, F) -> F(N), repeat(N - 1, F).

counter(N) -> {N, fun() -> counter(N + 1) end}.

take(0, _) -> [];
take(N, {Value, Next}) -> [Value | take(N - 1, Next())].

outcome(Fun) ->
    try Fun()
    catch Class:Reason -> {Class, Reason}
    end.

main() ->
    Add3 = adder(3),
    io:format("~p~n", [[Add3(1), (adder(10))(5), (fun(X) -> -X end)(4)]]),
    io:format("~p~n", [(compose(fun double/1, Add3))(1)]),
    io:format("~p~n", [(compose_all([Add3, fun double/1, fun erlang:abs/1]))(-5)]),
    io:format("~p~n", [((curry(fun(A, B) -> A - B end))(10))(3)]),
    repeat(3, fun(N) -> io:format("~p ", [N]) end),
    io:format("~n"),
    io:format("~p~n", [take(5, counter(7))]),
    Sign = fun(0) -> zero;
              (N) when N > 0 -> positive;
              (_) -> negative
           end,
    io:format("~p~n", [lists:map(Sign, [0, 5, -5])]),
    Factorial = fun F(0) -> 1; F(N) -> N * F(N - 1) end,
    io:format("~p~n", [Factorial(20)]),
    Even = fun E(0) -> true; E(N) -> not E(N - 1) end,
    io:format("~p~n", [[Even(10), Even(7)]]),
    X = 1,
    Shadow = fun(X) -> X * 100 end,
    io:format("~p~n", [[Shadow(2), X]]),
    Deep = fun(A) -> fun(B) -> fun(C) -> {A, B, C, X} end end end,
    io:format("~p~n", [((Deep(a))(b))(c)]),
    io:format("~p~n", [lists:map(fun ?MODULE:double/1, [1, 2, 3])]),
    io:format("~p~n", [lists:map(fun lists:reverse/1, ["abc", "def"])]),
    Module = lists, Name = sum,
    G = fun Module:Name/1,
    io:format("~p~n", [G([1, 2, 3])]),
    io:format("~p~n", [[is_function(Add3), is_function(Add3, 1), is_function(Add3, 2), is_function(a)]]),
    io:format("~p~n", [[apply(Add3, [4]), apply(fun double/1, [4]), apply(fun() -> none end, [])]]),
    NotFun = hd([not_a_fun]),
    io:format("~p~n", [outcome(fun() -> NotFun(1) end)]),
    {error, {badarity, {Which, Args}}} = outcome(fun() -> (lists:last([Add3]))(1, 2) end),
    io:format("~p ~p~n", [Which =:= Add3, Args]),
    io:format("~p~n", [outcome(fun() -> Sign2 = fun(a) -> b end, Sign2(c) end)]),
    Inner = fun() -> (hd([NotFun]))(1) end,
    io:format("~p~n", [outcome(fun() -> Inner(), ok end)]).
