%% Corners: one line for each thing that is easily got wrong.
-module(corners).
-export([main/0]).

o(F) -> try F() catch C:R -> {C, R} end.
id(X) -> lists:last([X]).
f(X, Y) when X > Y; Y =:= a -> 1;
f(_, [_|_] = L) when length(L) > 2, hd(L) =:= id -> 2;
f({_, X}, X) -> 3;
f(_, _) -> 4.
g(X) -> Y = case X of 1 -> Z = a, b; 2 -> Z = c, d end, {Y, Z}.
h(A) -> B = (C = A) + 1, {A, B, C}.

k(#{a := X, b := X}) -> same; k(#{a := X, b := Y}) when X =:= Y + 1 -> next; k(_) -> no.
m(<<A:2/binary, A:2/binary, _/binary>>) -> {twice, A}; m(<<X, X, _/binary>>) -> {two, X}; m(_) -> no.
n([{K, V} = P, P | _], K) -> {K, V}; n(_, _) -> no.
try_val(X) -> try X of {ok, V} -> V; E -> E after put(z, X) end.
q(X) -> begin Y = X, Y + 1 end.
r(X) -> if is_integer(X), X > 3; X == 2.0 -> yes; not (X =:= b) -> maybe_; true -> no end.

main() ->
    P = fun(X) -> io:format("~w~n", [X]) end,
    P([f(2, 1), f(1, a), f(1, [id, 2, 3]), f({1, 2}, 2), f({1, 2}, 2.0)]),
    P([g(1), g(2), o(fun() -> g(3) end)]),
    P(h(1)),
    P([-0.0, 0.0 =:= -0.0, 0.0 == -0.0, id(-0.0) + 0]),
    P([k(#{a => 1, b => 1}), k(#{a => 2, b => 1}), k(#{a => 1, b => 1.0}), k(#{a => #{}, b => #{}})]),
    P([m(<<"ababx">>), m(<<"aab">>), m(<<>>)]),
    P([n([{1, 2}, {1, 2}], 1), n([{1, 2}, {1, 2}], 2), n([{1, 2}, {1, 2.0}], 1)]),
    P([try_val({ok, 1}), get(z), try_val(a), get(z)]),
    P(q(2)),
    P([r(4), r(2), r(b), r(c), r(1)]),
    P([o(fun() -> list_to_integer(S) end) || S <- ["12", "+5", "-7", "", " 1", "1_0", "1.0", "a"]]),
    P([o(fun() -> list_to_float(S) end) || S <- ["1.5", "1.0e3", "1", "x.y", "1.", ".5", "-2.25"]]),
    P([o(fun() -> element(id(0), {a}) end), o(fun() -> setelement(2, id({a}), x) end), o(fun() -> list_to_tuple(id([1|2])) end)]),
    P([o(fun() -> lists:seq(1, id(-1)) end), lists:seq(1, 0), o(fun() -> lists:sum(id([a])) end), o(fun() -> lists:map(id(x), []) end)]),
    P([o(fun() -> lists:foldl(fun(_) -> 1 end, 0, [1]) =:= 1 end) =:= 1]),
    P([o(fun() -> tuple_size(id(1)) end), o(fun() -> map_size(id(1)) end), o(fun() -> atom_to_list(id("a")) end)]),
    P([o(fun() -> id(1) ++ [2] end), o(fun() -> [1] -- id(2) end), o(fun() -> id([1,2]) ++ 3 end), [1,2,3,1] -- [1,1,1]]),
    P([o(fun() -> T = id(false), if T -> 1 end end), o(fun() -> case id(1) of X when X > 1 -> X end end)]),
    P([o(fun() -> [X || X <- id(a)] end), o(fun() -> [X || {X} <- [{1}, 2, {3}]] end)]),
    P([o(fun() -> One = id(1), #{One := X} = #{1 => y}, X end), o(fun() -> maps:update(a, 1, id(#{})) end)]),
    P([o(fun() -> (id(#{}))#{a := 1} end)]),
    P([1 bsl 64 - 1, (1 bsl 64) rem 10, -(1 bsl 64) div 3, (1 bsl 64) band 255, bnot (1 bsl 64)]),
    P([1.0e15, 1.0e16, 1.5e22, 123456789012.0, 1.0e-3, 1.0e-4, 12345.0e-10, 9007199254740993.0]),
    P([3 > 2.5, 1 bsl 70 > 1.0e10, 1 bsl 70 == 1180591620717411303424.0, 1.0 < a, [] < <<>>, {1,2} < {1,2,3}, [1] < [1,2]]),
    P([round(1.5), round(-0.5), trunc(1.0e20), float(1 bsl 60), abs(-3)]),
    P([true > false, true and not false, (1 < 2) =:= true, (a == b) or (b == b)]),
    P([o(fun() -> throw(x) end), o(fun() -> exit({a, b}) end), o(fun() -> error(#{}) end), o(fun() -> error({a, b}, [1]) end)]),
    P(o(fun() -> try throw(a) catch throw:b -> 1 after put(after_, ran) end end)), P(get(after_)),
    P(o(fun() -> try error(a) of _ -> 1 catch throw:_ -> 2; error:b -> 3 end end)),
    P([catch id(5), (catch throw(6)) + 1]),
    P(o(fun() -> F = fun(0) -> 0 end, F(id(1)) end)),
    P([is_function(fun o/1, 1), is_function(fun o/1, 2), is_function(fun lists:map/2, 2), is_function(id(3), 1)]),
    P([fun o/1 =:= fun o/1, fun lists:map/2 == fun lists:map/2]),
    P(lists:sort([fun o/1, {a}, [b], <<>>, #{}, 1, a]) =/= []),
    P(["a" "b", $a + 1, "\x{41}", [$\^a]]),
    P(lists:flatten(io_lib:format("~5w|~-5w|~5p|~s|~p", [a, b, "x", [$a, "bc", <<"d">>], {1.5, [], "é"}]))),
    P(maps:to_list(#{1 => a, 1.0 => b, a => c, "x" => d, {1} => e})),
    P(#{1 => a, 1.0 => b, 2 => c, 0.5 => d}),
    P([X * Y || X <- [1, 2, 3], X > 1, Y <- [X, X + 1], Y =/= 3]),
    P([begin Z1 = X + 1, Z1 * 2 end || X <- [1, 2]]),
    P((fun(X) when X > 1 -> big; (_) -> small end)(2)),
    P([[] || _ <- [1, 2]]),
    P(case {1, [2, {3}]} of {A, [B, {C}]} when A + B =:= C -> {A, B, C} end),
    P(size({1, 2})), P(size(<<"abc">>)),
    P([binary_part(<<"hello">>, 1, 2), <<(id(<<"x">>))/binary, 1:24>>, o(fun() -> binary_part(<<"a">>, 1, 1) end)]),
    P([integer_to_list(-255, 16), integer_to_list(35, 36)]),
    P(lists:keyfind(1, 1, [{1.0, a}, {1, b}])), P(lists:member(1, [1.0])), P(lists:usort([1, 1.0])), P(lists:delete(1, [1.0, 1])),
    P(lists:nthtail(0, [a])), P(o(fun() -> lists:nth(0, [a]) end)), P(lists:sublist([1, 2, 3], 2, 5)), P(lists:split(0, [a])).
