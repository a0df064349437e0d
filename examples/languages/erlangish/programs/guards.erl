%% Guards: tests joined by commas, semicolons and operators; what fails in one is false.
-module(guards).
-export([main/0]).

range(N) when is_integer(N), N >= 0, N < 10 -> digit;
range(N) when is_integer(N), N < 0; is_float(N), N < 0.0 -> negative;
range(N) when is_number(N) andalso N >= 1000 orelse N =:= many -> large;
range(N) when is_number(N) -> number;
range(_) -> none.

type(X) when is_boolean(X) -> boolean;
type(X) when is_atom(X) -> atom;
type(X) when is_integer(X) -> integer;
type(X) when is_float(X) -> float;
type(X) when is_function(X, 1) -> function_of_one;
type(X) when is_function(X) -> function;
type(X) when is_list(X) -> list;
type(X) when is_tuple(X), tuple_size(X) =:= 2 -> pair;
type(X) when is_tuple(X) -> tuple;
type(X) when is_map(X), map_size(X) > 0 -> map;
type(X) when is_map(X) -> empty_map;
type(X) when is_binary(X) -> {binary, byte_size(X)};
type(X) when is_pid(X) -> pid;
type(X) when is_reference(X) -> reference.

%% Every guard here may raise; then the next clause is tried.
careful(X) when hd(X) > 1 -> head;
careful(X) when element(2, X) =:= b -> element;
careful(X) when 10 div X > 1 -> division;
careful(X) when length(X) =:= 0; X + 1 > 100 -> length_or_sum;
careful(X) when map_get(key, X) =:= value -> map;
careful(X) when X and true -> truth;
careful(_) -> nothing.

compute(X, Y) when X * 2 + Y rem 3 =:= 7, (X bor 1) bxor Y > 0 -> yes;
compute(X, Y) when abs(X - Y) > 100 -> far;
compute(_, _) -> no.

words(X) when (X > 1) and (X < 5) -> strict_and;
words(X) when (X =:= 7) or (X =:= 8) -> strict_or;
words(X) when not is_number(X) -> not_number;
words(X) when (X =:= 9) xor (X > 8) -> exclusive;
words(_) -> other.

sign(N) ->
    if
        N > 0 -> positive;
        N < 0 -> negative;
        true -> zero
    end.

between(A, X, B) when A =< X, X =< B -> inside;
between(A, X, _) when X < A -> below;
between(_, X, B) when X > B -> above.

main() ->
    io:format("~p~n", [[range(N) || N <- [5, 0, -1, -0.5, 10, 999, 1000, 2.5, many, few]]]),
    Values = [true, ok, 1, 1.0, fun(X) -> X end, fun() -> 1 end, [], [1], "s", {1, 2}, {1}, #{a => 1},
              #{}, <<"abc">>, self(), make_ref()],
    io:format("~w~n", [lists:map(fun type/1, Values)]),
    io:format("~w~n", [[careful(X) || X <- [[2], [1], {a, b}, {a}, 5, 0, [], 100, #{key => value}, #{}, true]]]),
    io:format("~p~n", [[compute(3, 1), compute(1, 300), compute(0, 0), compute(2, 3)]]),
    io:format("~p~n", [[words(X) || X <- [2, 7, 8, a, 9, 10, 1]]]),
    io:format("~p~n", [[sign(X) || X <- [3, -3, 0, 0.0, a]]]),
    io:format("~p~n", [[between(1, 2, 3), between(1, 0, 3), between(1, 4, 3), between(a, b, c),
                        between({1}, [], <<>>), between(2.5, 2, 3)]]),
    Nothing = hd([nothing]),
    io:format("~p~n", [try if Nothing =:= something -> 1; Nothing > zero -> 2 end catch error:E -> E end]),
    io:format("~p~n", [[X || X <- [1, a, {2}, [3], 4], is_integer(X) orelse is_list(X)]]),
    io:format("~p~n", [[is_integer(1), is_atom(1), is_list("a") and is_tuple({}), is_boolean(false)]]).
