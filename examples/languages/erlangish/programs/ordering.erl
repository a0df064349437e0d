%% The order of all terms, and the two kinds of equality.
-module(ordering).
-export([main/0]).

compare(A, B) when A < B -> less;
compare(A, B) when A > B -> greater;
compare(_, _) -> equal.

table(Terms) -> [[sign(compare(A, B)) || B <- Terms] || A <- Terms].

sign(less) -> $<;
sign(greater) -> $>;
sign(equal) -> $=.

main() ->
    Terms = [-1, 0, 0.0, 1, 1.5, 1 bsl 80, 1.0e30, a, ab, b, true, false, 'Z', {}, {1}, {2}, {1, 1}, {a, b},
             #{}, #{a => 1}, #{b => 0}, #{a => 1, b => 2}, [], [1], [1, 2], [2], [a | b], "abc",
             <<>>, <<1>>, <<1, 2>>, <<2>>],
    [io:format("~s~n", [Row]) || Row <- table(Terms)],
    io:format("~w~n", [lists:sort(lists:reverse(lists:delete(0.0, Terms)))]),
    io:format("~w~n", [lists:usort([1, 1.0, 2, a, 1, a, 2.0])]),
    Ref = make_ref(), Fun = fun() -> ok end, Pid = self(),
    io:format("~w~n", [[zzz < Ref, Ref < Fun, Fun < Pid, Pid < {}, Ref =:= Ref, Ref == make_ref()]]),
    io:format("~w~n", [[1 == 1.0, 1 =:= 1.0, {1} == {1.0}, {1} =:= {1.0}, [1, {2}] == [1.0, {2.0}],
                        "a" =:= [97], a == "a", <<"a">> == "a", [] == {}, 1 /= 1.0, 1 =/= 1.0]]),
    io:format("~w~n", [[max(1, a), min(1, a), max([], {}), max(<<>>, []), lists:max([1, b, {c}, "d"])]]),
    io:format("~w~n", [[X >= 1 || X <- [0, 1, 2, a, {}]]]),
    io:format("~w~n", [[1 =< X || X <- [0, 1, 2, a, {}]]]),
    io:format("~w~n", [[X < 1.5 || X <- [0, 1, 2, a, {}]]]),
    Big = (1 bsl 60) + 1,
    io:format("~w~n", [[Big > Big - 1, Big == Big + 0, Big > 1.0e18, Big < 1.0e19, -Big < 0]]).
