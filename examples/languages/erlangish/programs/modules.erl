%% Several modules: calls by module and name, written down or computed.
-module(modules).
-export([main/0, twice/1, start/2]).

twice(X) -> {X, X}.

start(A, B) -> {started, A, B}.

outcome(Fun) ->
    try Fun()
    catch Class:Reason -> {Class, Reason}
    end.

main() ->
    io:format("~p~n", [[{shapes:name(S), shapes:area(S)} || S <- shapes:all()]]),
    io:format("~p~n", [[shapes:area(shapes:scale(2, S)) || S <- shapes:all()]]),
    Q = queue_of_two:in(c, queue_of_two:in(b, queue_of_two:in(a, queue_of_two:new()))),
    {First, Rest} = queue_of_two:out(Q),
    io:format("~p ~p~n", [First, queue_of_two:to_list(queue_of_two:in(d, Rest))]),
    io:format("~p~n", [queue_of_two:fold(fun(X, Seen) -> [X | Seen] end, [], Q)]),
    Module = shapes,
    Function = lists:last([area]),
    io:format("~p~n", [Module:area({square, 5})]),
    io:format("~p~n", [Module:Function({circle, 2})]),
    io:format("~p~n", [shapes:Function({square, 3})]),
    io:format("~p~n", [apply(shapes, name, [{square, 1}])]),
    io:format("~p~n", [apply(Module, Function, [{square, 7}])]),
    io:format("~p~n", [[M:F(A) || {M, F, A} <- [{lists, reverse, "abc"}, {erlang, abs, -3}, {?MODULE, twice, x}]]]),
    io:format("~p~n", [lists:map(fun shapes:name/1, shapes:all())]),
    G = fun Module:Function/1,
    io:format("~p~n", [G({square, 9})]),
    io:format("~p~n", [?MODULE:start(1, 2)]),
    io:format("~p~n", [erlang:max(1, 2)]),
    io:format("~p~n", [outcome(fun() -> shapes:secret(1) end)]),
    io:format("~p~n", [outcome(fun() -> nowhere:f() end)]),
    io:format("~p~n", [outcome(fun() -> Module:nothing(1, 2) end)]),
    io:format("~p~n", [outcome(fun() -> apply(shapes, area, [1, 2, 3]) end)]),
    io:format("~p~n", [outcome(fun() -> shapes:area(triangle) end)]).
