%% Integers of any size, floats, operators, and what is no arithmetic.
-module(numbers).
-export([main/0]).

factorial(0) -> 1;
factorial(N) when N > 0 -> N * factorial(N - 1).

power(_, 0) -> 1;
power(X, N) when N rem 2 =:= 0 -> power(X * X, N div 2);
power(X, N) -> X * power(X, N - 1).

gcd(A, 0) -> abs(A);
gcd(A, B) -> gcd(B, A rem B).

fibonacci(N) -> fibonacci(N, 0, 1).

fibonacci(0, A, _) -> A;
fibonacci(N, A, B) -> fibonacci(N - 1, B, A + B).

%% The class and reason of what a fun raises.
outcome(Fun) ->
    try Fun()
    catch Class:Reason -> {Class, Reason}
    end.

main() ->
    io:format("~p~n", [factorial(40)]),
    io:format("~p~n", [power(3, 100) - power(2, 150)]),
    io:format("~p~n", [gcd(factorial(20), power(6, 30))]),
    io:format("~p~n", [fibonacci(300)]),
    io:format("~p~n", [[7 div 2, -7 div 2, 7 div -2, -7 rem 2, 7 rem -2, factorial(30) rem 1000007]]),
    io:format("~p~n", [[7 / 2, 6 / 3, 1 / 3, -1 / 8, 2 * 3.5, 1 + 1.0, 10 - 0.5]]),
    io:format("~p~n", [[12 band 10, 12 bor 10, 12 bxor 10, bnot 12, -1 band 255, 1 bsl 100, 1000 bsr 3,
                        -1000 bsr 3, 1 bsl -3, 8 bsr -2]]),
    io:format("~p~n", [[-(5), +5, - -5, 2 + 3 * 4 - 10 div 3, (2 + 3) * 4, -3 * -3]]),
    io:format("~p~n", [[abs(-5), abs(-2.5), trunc(2.7), trunc(-2.7), round(2.5), round(-2.5), floor(-2.5),
                        ceil(-2.5), float(3), max(3, 2.5), min(a, 1)]]),
    io:format("~p~n", [[1 =:= 1.0, 1 == 1.0, 1 /= 1.0, 1 =/= 1.0, 2 > 1.5, 0.1 + 0.2 == 0.3]]),
    io:format("~p~n", [[integer_to_list(255, 16), list_to_integer("-123"), list_to_integer("zz", 36),
                        list_to_float("2.5"), integer_to_list(factorial(25))]]),
    Zero = length([]),
    io:format("~w~n", [[outcome(fun() -> 1 div Zero end), outcome(fun() -> 1 rem Zero end),
                        outcome(fun() -> 1 / Zero end), outcome(fun() -> 1.0 / float(Zero) end)]]),
    Huge = 1.0e308 + Zero,
    io:format("~w~n", [[outcome(fun() -> Huge * 10 end), outcome(fun() -> Huge + Huge end),
                        outcome(fun() -> factorial(200) * 1.0 end)]]),
    Atom = hd([a]),
    io:format("~w~n", [[outcome(fun() -> Atom + 1 end), outcome(fun() -> -Atom end),
                        outcome(fun() -> {Atom} + {Atom} end), outcome(fun() -> 2 * "x" end),
                        outcome(fun() -> 5.0 div 2 + Zero end), outcome(fun() -> 3 band 1.0 end),
                        outcome(fun() -> bnot 1.5 end), outcome(fun() -> 1 bsl Atom end),
                        outcome(fun() -> <<"a">> - <<"b">> end), outcome(fun() -> not 1 end),
                        outcome(fun() -> Atom and true end), outcome(fun() -> Atom andalso true end)]]),
    io:format("~p~n", [[true and false, true or false, true xor true, not true, false andalso Atom,
                        true andalso Atom, true orelse Atom, false orelse Atom]]).
