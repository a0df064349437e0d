%% List comprehensions: several generators, filters, patterns, names that are new inside.
-module(comprehensions).
-export([main/0]).

triples(N) ->
    [{A, B, C} || A <- lists:seq(1, N), B <- lists:seq(A, N), C <- lists:seq(B, N), A * A + B * B =:= C * C].

primes(N) -> sieve(lists:seq(2, N)).

sieve([P | Rest]) -> [P | sieve([X || X <- Rest, X rem P =/= 0])];
sieve([]) -> [].

permutations([]) -> [[]];
permutations(L) -> [[H | T] || H <- L, T <- permutations(L -- [H])].

quicksort([]) -> [];
quicksort([Pivot | Rest]) ->
    quicksort([X || X <- Rest, X < Pivot]) ++ [Pivot] ++ quicksort([X || X <- Rest, X >= Pivot]).

queens(N) -> queens(N, N).

queens(_, 0) -> [[]];
queens(N, K) -> [[Q | Qs] || Qs <- queens(N, K - 1), Q <- lists:seq(1, N), safe(Q, Qs, 1)].

safe(_, [], _) -> true;
safe(Q, [Other | Qs], D) -> Q =/= Other andalso abs(Q - Other) =/= D andalso safe(Q, Qs, D + 1).

transpose([[] | _]) -> [];
transpose(M) -> [[hd(Row) || Row <- M] | transpose([tl(Row) || Row <- M])].

multiply(A, B) ->
    Columns = transpose(B),
    [[lists:sum([X * Y || {X, Y} <- lists:zip(Row, Column)]) || Column <- Columns] || Row <- A].

main() ->
    io:format("~w~n", [triples(20)]),
    io:format("~w~n", [primes(60)]),
    io:format("~p~n", [permutations([a, b, c])]),
    io:format("~p~n", [quicksort("the quick brown fox")]),
    io:format("~w ~w~n", [hd(queens(6)), length(queens(6))]),
    io:format("~w~n", [multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]])]),
    X = outside,
    io:format("~p ~p~n", [[X || X <- [1, 2]], X]),
    io:format("~p~n", [[V || {ok, V} <- [{ok, 1}, error, {ok, 2}, {ok}, ok]]]),
    io:format("~p~n", [[{I, J} || I <- [1, 2], J <- [I, I * 10]]]),
    io:format("~p~n", [[Y || N <- [1, 2, 3], Y <- [N + 1], Y rem 2 =:= 0]]),
    Fs = [fun() -> N * 10 end || N <- [1, 2, 3]],
    io:format("~p~n", [[F() || F <- Fs]]),
    io:format("~p~n", [[Z || Z <- [1, a, 2.0, {3}], Z + 1 > 1]]),
    io:format("~p~n", [[case N rem 2 of 0 -> even; 1 -> odd end || N <- [1, 2, 3]]]),
    io:format("~p~n", [[C - $a || C <- "cab"]]),
    io:format("~p~n", [[] =:= [N || N <- [], N > 0]]),
    io:format("~p~n", [try [N || N <- [1 | two]] catch error:E -> E end]),
    io:format("~p~n", [try [N || N <- [1, 2], lists:nth(N, [true, maybe])] catch error:E2 -> E2 end]),
    io:format("~p~n", [length([N || N <- lists:seq(1, 20000), N band 1 =:= 0])]).
