%% Errors: their shapes, try with of, catch and after, the three classes, what is raised again.
-module(errors).
-export([main/0, fails/1]).

fails(badmatch) -> {ok, _} = lists:last([{error, no}]);
fails(case_clause) -> case lists:last([x]) of y -> 1 end;
fails(if_clause) -> X = lists:last([1]), if X > 2 -> 1 end;
fails(function_clause) -> only_one(2);
fails(badarith) -> 1 + lists:last([a]);
fails(badarg) -> atom_to_list(lists:last([1]));
fails(badfun) -> (lists:last([x]))(1);
fails(undef) -> nowhere:nothing(1);
fails(error) -> error(my_reason);
fails({error, Reason}) -> erlang:error(Reason);
fails(throw) -> throw({my, throw});
fails(exit) -> exit({my, exit});
fails(try_clause) -> try lists:last([1]) of 2 -> ok catch _ -> no end;
fails(badrecord) -> error({badrecord, x});
fails(Value) -> Value.

only_one(1) -> one.

classify(What) ->
    try fails(What) of
        Value when is_integer(Value) -> {integer, Value};
        Value -> {value, Value}
    catch
        error:badarith -> arithmetic;
        error:{badmatch, V} -> {no_match, V};
        error:Reason -> {error, Reason};
        throw:Thrown -> {thrown, Thrown};
        exit:Reason when is_tuple(Reason) -> {exited, Reason}
    end.

%% What runs when.
order(What) ->
    Log = fun(X) -> io:format("~p ", [X]) end,
    Result =
        try
            Log(body),
            fails(What)
        of
            1 -> Log('of'), one;
            _ -> Log(other), throw(in_of)
        catch
            throw:{my, throw} -> Log(caught), thrown;
            error:_ -> Log(again), throw(from_catch)
        after
            Log('after')
        end,
    io:format("-> ~p~n", [Result]).

nested() ->
    try
        try throw(inner)
        catch throw:inner -> throw(outer)
        after io:format("inner after~n")
        end
    catch
        Thrown -> {caught, Thrown}
    after
        io:format("outer after~n")
    end.

again() ->
    try
        try error(first)
        catch error:first:Stack -> erlang:raise(exit, second, Stack)
        end
    catch
        Class:Reason -> {Class, Reason}
    end.

resource(What) ->
    put(open, true),
    try fails(What)
    after put(open, false)
    end.

depth(0) -> throw(bottom);
depth(N) -> 1 + depth(N - 1).

main() ->
    Kinds = [badmatch, case_clause, if_clause, function_clause, badarith, badarg, badfun, undef, error,
             {error, {my, reason}}, throw, exit, try_clause, badrecord, 42, other],
    [io:format("~p: ~p~n", [Kind, classify(Kind)]) || Kind <- Kinds],
    order(1),
    order(throw),
    [catch order(What) || What <- [2, error]],
    io:format("~n~p~n", [nested()]),
    io:format("~p~n", [again()]),
    io:format("~p ~p~n", [catch resource(throw), get(open)]),
    io:format("~p ~p~n", [resource(5), get(open)]),
    io:format("~p~n", [catch throw(ball)]),
    io:format("~p~n", [catch exit(bye)]),
    {'EXIT', {Reason, Stack}} = (catch fails(badmatch)),
    {Module, Function, Arity, [{file, File}, {line, Line}]} = hd(Stack),
    io:format("~p ~p~n", [Reason, {Module, Function, Arity, lists:last(filename(File)), Line}]),
    io:format("~p~n", [catch 1 + 1]),
    io:format("~p~n", [try depth(1000) catch Bottom -> Bottom end]),
    try fails(function_clause)
    catch error:function_clause:Where ->
        {errors, Name, _, _} = hd(Where),
        io:format("in ~p~n", [Name])
    end,
    Caught = try exit(normal) catch exit:normal -> normal_exit end,
    io:format("~p~n", [Caught]),
    try classify_exit() catch exit:R -> io:format("passed on: ~p~n", [R]) end.

classify_exit() ->
    try exit(atom)
    catch
        throw:X -> X;
        exit:Reason when is_tuple(Reason) -> Reason
    end.

%% The file's name without its folders.
filename(Path) -> [lists:last(split(Path, []))].

split([$/ | Rest], Part) -> [lists:reverse(Part) | split(Rest, [])];
split([C | Rest], Part) -> split(Rest, [C | Part]);
split([], Part) -> [lists:reverse(Part)].
