%% Receives with guards of every kind: the oldest message that fits is taken, the rest stays in order.
-module(guarded).
-export([main/0]).

-record(job, {id, cost = 1}).

post(Messages) -> [self() ! Message || Message <- Messages].

rest() ->
    receive Any -> [Any | rest()]
    after 0 -> []
    end.

%% What a receive takes of a mailbox, and what it leaves.
try_it(Name, Messages, Take) ->
    post(Messages),
    Taken = Take(),
    io:format("~p: ~p, left ~p~n", [Name, Taken, rest()]).

%% Numbers before what comes after numbers: every term has its place in the order.
above(Limit) ->
    receive X when X > Limit -> X after 0 -> none end.

number_above(Limit) ->
    receive X when is_number(X), X > Limit -> X after 0 -> none end.

between(Low, High) ->
    receive
        X when is_integer(X), X >= Low, X =< High -> {whole, X};
        X when is_float(X), Low < X, X < High -> {fraction, X}
    after 0 -> none
    end.

either() ->
    receive
        X when X =:= stop; X =:= halt; is_list(X) -> {word, X};
        {X, Y} when is_atom(X) andalso (Y == 1 orelse Y == 2) -> {pair, X, Y}
    after 0 -> none
    end.

%% Guards that the messages themselves can make fail.
failing() ->
    receive
        X when hd(X) > 1 -> {list, X};
        X when element(2, X) =:= yes -> {tuple, X};
        X when map_get(key, X) -> {map, X};
        X when X + 1 =:= 8; length(X) > 3 -> {other, X}
    after 0 -> none
    end.

%% A value that is bound already must be there exactly, whatever it is made of.
exactly(Value) ->
    receive {is, Value} -> found after 0 -> none end.

cheapest(Most) ->
    receive #job{cost = Cost} = Job when Cost < Most -> Job#job.id
    after 0 -> none
    end.

packets() ->
    receive
        <<Size:16, Body/binary>> when byte_size(Body) =:= Size -> {whole, Body};
        <<"end", _/binary>> -> last
    after 0 -> none
    end.

lookup(Key) ->
    receive #{Key := Value} when Value =/= old -> Value after 0 -> none end.

%% Both are in the message; which one is looked for first does not matter.
twice() ->
    receive {X, X} -> {twice, X} after 0 -> none end.

%% The clauses are tried in order on one message before the next message is looked at.
order() ->
    receive
        {urgent, X} -> {urgent, X};
        X when is_integer(X) -> {number, X};
        _ -> anything
    after 0 -> none
    end.

numbers(Count) ->
    receive
        N when N rem 2 =:= 0 -> [N | numbers(Count)];
        N when is_integer(N), Count > 0 -> [{odd, N} | numbers(Count - 1)]
    after 0 -> []
    end.

%% A throw in the body: the message is gone; an error before it was chosen: it is still there.
thrown() ->
    post([a, {b, 1}]),
    Caught = try receive {b, N} -> throw({taken, N}) end catch throw:T -> T end,
    {Caught, rest()}.

ask(Server, What) ->
    Ref = make_ref(),
    Server ! {ask, self(), Ref, What},
    receive
        {Ref, Answer} when is_integer(Answer) -> {answer, Answer};
        {Ref, refused} -> refused;
        {Ref, Answer} when tuple_size(Answer) > 1 -> {many, Answer}
    after 1000 -> late
    end.

serve() ->
    receive
        {ask, From, Ref, N} when is_integer(N), N < 100 -> From ! {Ref, N * N}, serve();
        {ask, From, Ref, {A, B}} -> From ! {make_ref(), wrong}, From ! {Ref, {B, A}}, serve();
        {ask, From, Ref, _} -> From ! {Ref, refused}, serve();
        stop -> ok
    end.

main() ->
    try_it(above, [1, 5.5, 7, word], fun() -> above(6) end),
    try_it(above, [1, 5.5, word, 7], fun() -> above(6) end),
    try_it(number_above, [1, 5.5, word, 7.5], fun() -> number_above(6) end),
    try_it(number_above, [1, word], fun() -> number_above(6) end),
    try_it(between, [0, a, 2.5, 2], fun() -> between(1, 3) end),
    try_it(between, [0, 3.0, 3], fun() -> between(1, 3) end),
    try_it(either, [go, {a, 3}, "text", stop], fun either/0),
    try_it(either, [go, {"a", 2}, {a, 2.0}, halt], fun either/0),
    try_it(failing, [x, [1], {a, no}, {a, yes}, [2]], fun failing/0),
    try_it(failing, [x, {a}, #{key => false}, #{key => true}], fun failing/0),
    try_it(failing, ["", 6, "abcd", 7], fun failing/0),
    Map = #{a => [1, {2, 3}]},
    [try_it(exactly, [{is, 1.0}, {is, {1.0}}, {is, #{a => 1}}, {is, Value}, {is, x}],
            fun() -> exactly(Value) end)
     || Value <- [1, {1}, Map, [Map, self], <<"bytes">>, "chars", x]],
    try_it(jobs, [#job{id = 1, cost = 9}, {job, 2}, #job{id = 3}, #job{id = 4, cost = 0}],
           fun() -> cheapest(5) end),
    try_it(packets, [<<0, 3, 1, 2>>, <<>>, <<0, 2, 7, 8>>, <<"ending">>], fun packets/0),
    try_it(packets, [<<0, 3, 1, 2>>, <<"ending">>], fun packets/0),
    try_it(lookup, [#{}, #{k => old}, #{k => new, j => 1}], fun() -> lookup(k) end),
    try_it(twice, [{1, 2}, {1, 1.0}, {Map, #{a => [1, {2, 3}]}}], fun twice/0),
    try_it(order, [x, 1, {urgent, 2}], fun order/0),
    try_it(order, [1, {urgent, 2}], fun order/0),
    try_it(numbers, [1, 2, x, 3, 4, 5], fun() -> numbers(2) end),
    io:format("~p~n", [thrown()]),
    Server = spawn(fun serve/0),
    io:format("~p~n", [[ask(Server, What) || What <- [7, {left, right}, 1000, word]]]),
    io:format("~p~n", [length(rest())]),
    Server ! stop.
