%% What io:format writes: terms, texts, numbers in fields.
-module(hello).
-export([main/0]).

-define(NAME, "world").
-define(GREETING, "hello, " ?NAME).

main() ->
    io:format("hello, world~n"),
    io:format("~s!~n", [?GREETING]),
    io:format("~p ~p ~p~n", [atom, 'An atom', "a string\n"]),
    io:format("~w ~w~n", ["abc", <<"abc">>]),
    io:format("~s and ~s and ~s~n", ["list", <<"binary">>, atom]),
    io:format("[~5b] [~-5b] [~5..0b] [~b]~n", [42, 42, 42, -42]),
    io:format("[~8s] [~-8s] [~.3s] [~8.3s] [~-8.3s]~n", ["text", "text", "text", "text", "text"]),
    io:format("[~3s] [~2b]~n", ["longer", 12345]),
    io:format("~.16b ~.16B ~.2b ~b~n", [48879, 48879, 10, 1 bsl 70]),
    io:format("~f ~.2f ~10.3f|~n", [3.14159, 2.675, 2.0 / 3]),
    io:format("~e ~.3e ~.10e~n", [12345.678, 0.00012345, 1.0]),
    io:format("~c~c~c ~3c ~~ ~i~s~n", [$a, $b, $c, $x, ignored, "kept"]),
    io:format("~p~n", [[1.0, 0.1, 100.0, 1.0e10, 123456.789, 1.0e-5, 0.001, 1.5e300, -2.5, 0.0]]),
    io:format("~p~n", [{[], {}, "", #{}, <<>>, [[]], {[1 | 2]}, [a, b | c]}]),
    io:format("~p~n", [[$a, $b, 1, 10]]),
    io:format("~p ~p~n", [[1, 2, 3], [104, 105]]),
    io:format("~p~n", ["quotes \" and \\ and \t tab"]),
    io:format("~p~n", [['and', 'with space', a@b, 'Upper', '', nil, '1a', a_B1]]),
    io:format("~p~n", [{$\n, $\s, $\\, $A, 16#ff, 2#1010, 1_000_000, $\x41, "\x41\102"}]),
    io:put_chars(["deep ", ["list", $\s], <<"of chars">>, "\n"]),
    io:write({written, "so"}),
    io:nl(),
    io:format("~s~n", [io_lib:format("~w-~w", [1, 2])]),
    io:format("~s~n", [lists:concat([a, 1, "b", 2.5])]).
