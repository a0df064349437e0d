%% Patterns: in heads, in matches, in case; variables that are bound already.
-module(patterns).
-export([main/0]).

kind([]) -> empty;
kind([_]) -> one;
kind([_, _]) -> two;
kind([_ | _]) -> many;
kind({}) -> unit;
kind({point, X, Y}) -> {at, X, Y};
kind({_, _}) -> pair;
kind("hello" ++ Rest) -> {greeting, Rest};
kind(#{kind := Kind, size := Size}) -> {map, Kind, Size};
kind(#{}) -> other_map;
kind(0) -> zero;
kind(0.5) -> half;
kind(<<"GET ", Path/binary>>) -> {get, Path};
kind(<<>>) -> empty_binary;
kind(X) when is_atom(X) -> {atom, X};
kind(_) -> unknown.

greet("hello" ++ Rest) -> {greeting, Rest};
greet(_) -> none.

same(X, X) -> same;
same(_, _) -> different.

nested({ok, [{name, Name}, {age, Age} | _] = All}) -> {Name, Age, length(All)};
nested({error, {Code, _} = Why}) when Code > 10 -> {Code, Why};
nested(_) -> nothing.

lookup(Key, [{Key, Value} | _]) -> {found, Value};
lookup(Key, [_ | Rest]) -> lookup(Key, Rest);
lookup(_, []) -> missing.

exact(1) -> integer;
exact(1.0) -> float;
exact(_) -> other.

outcome(Fun) ->
    try Fun()
    catch Class:Reason -> {Class, Reason}
    end.

main() ->
    io:format("~p~n", [[kind(X) || X <- [[], [a], [a, b], [a, b, c], {}, {point, 1, 2}, {a, b}]]]),
    io:format("~p~n", [[kind(X) || X <- [#{kind => box, size => 3}, #{a => 1}, 0, 0.5, 1, 0.0, ok]]]),
    io:format("~p~n", [[kind(<<"GET /index">>), kind(<<>>), kind(<<"x">>)]]),
    io:format("~p~n", [[greet("hello world"), greet("hello"), greet("hell")]]),
    io:format("~p~n", [[same(1, 1), same(1, 1.0), same({a, [1]}, {a, [1]}), same(#{a => 1}, #{a => 1}),
                        same(#{a => 1}, #{a => 1.0}), same("x", "y")]]),
    io:format("~p~n", [[nested({ok, [{name, joe}, {age, 9}, x]}), nested({error, {12, disk}}),
                        nested({error, {5, disk}}), nested(1)]]),
    io:format("~p~n", [[lookup(b, [{a, 1}, {b, 2}]), lookup(c, [{a, 1}]), lookup(1, [{1.0, x}, {1, y}])]]),
    io:format("~p~n", [[exact(1), exact(1.0), exact(2)]]),
    {A, [B | C], D = {E, _}} = {1, [2, 3, 4], {5, 6}},
    io:format("~p~n", [{A, B, C, D, E}]),
    {A, X} = {1, new},
    io:format("~p~n", [X]),
    io:format("~p~n", [outcome(fun() -> {A, _} = {2, y} end)]),
    io:format("~p~n", [outcome(fun() -> [_, _] = [only] end)]),
    io:format("~p~n", [outcome(fun() -> A = B end)]),
    Y = case {B, C} of
            {1, _} -> wrong;
            {2, [A | _]} -> wrong;
            {2, [Z, W]} -> {Z, W}
        end,
    io:format("~p~n", [Y]),
    Wanted = 3,
    io:format("~p~n", [[case N of Wanted -> yes; _ -> no end || N <- [1, 2, 3]]]),
    case {ok, 17} of
        {ok, V} -> io:format("~p~n", [V]);
        error -> V = none
    end,
    io:format("~p~n", [{V, V + 1}]),
    Long = "a string that is longer than the machine lets constants and patterns be nested",
    io:format("~p ~p~n", [length(Long), case Long of
        "a string that is longer than the machine lets constants and patterns be nested" -> yes;
        _ -> no
    end]),
    {[P, P], Q = R} = {[7, 7], 8},
    io:format("~p~n", [[P, Q, R]]).
