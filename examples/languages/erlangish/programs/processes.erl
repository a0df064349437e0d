%% Processes: spawn, send, receive, loops that keep a state.
-module(processes).
-export([main/0, counter/1, worker/2]).

counter(N) ->
    receive
        {add, M} -> counter(N + M);
        {get, From} -> From ! {count, N}, counter(N);
        stop -> ok
    end.

worker(Parent, N) -> Parent ! {done, N, N * N}.

echo() ->
    receive
        {From, Message} -> From ! {self(), Message}, echo();
        stop -> stopped
    end.

call(Pid, Message) ->
    Pid ! {self(), Message},
    receive {Pid, Answer} -> Answer end.

%% Every item in a process of its own; answers in the order of the items.
parallel(Fun, List) ->
    Me = self(),
    Refs = [begin Ref = make_ref(), spawn(fun() -> Me ! {Ref, Fun(X)} end), Ref end || X <- List],
    [receive {Ref, Result} -> Result end || Ref <- Refs].

ring(N, Rounds) ->
    Me = self(),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> forward(Next) end) end, Me, lists:seq(1, N)),
    First ! {token, 0},
    round_trip(First, Rounds).

round_trip(First, 1) ->
    receive {token, Hops} -> First ! stop, receive stop -> Hops end end;
round_trip(First, Rounds) ->
    receive {token, Hops} -> First ! {token, Hops}, round_trip(First, Rounds - 1) end.

forward(Next) ->
    receive
        {token, Hops} -> Next ! {token, Hops + 1}, forward(Next);
        stop -> Next ! stop
    end.

tree(0, Parent) -> Parent ! {leaf, 1};
tree(Depth, Parent) ->
    Me = self(),
    [spawn(fun() -> tree(Depth - 1, Me) end) || _ <- [left, right]],
    Sum = lists:sum([receive {leaf, N} -> N end || _ <- [left, right]]),
    Parent ! {leaf, Sum}.

main() ->
    Counter = spawn(?MODULE, counter, [10]),
    Counter ! {add, 5},
    Counter ! {add, -3},
    Counter ! {get, self()},
    receive {count, N} -> io:format("count ~p~n", [N]) end,
    Counter ! stop,
    [spawn(processes, worker, [self(), I]) || I <- lists:seq(1, 5)],
    io:format("~p~n", [lists:sort([receive {done, I, Square} -> {I, Square} end || _ <- lists:seq(1, 5)])]),
    Echo = spawn(fun echo/0),
    io:format("~p~n", [[call(Echo, M) || M <- [hello, {a, 1}, "text", #{k => <<"v">>}]]]),
    Echo ! stop,
    io:format("~p~n", [parallel(fun(X) -> X * X end, lists:seq(1, 10))]),
    io:format("~p~n", [ring(50, 4)]),
    tree(6, self()),
    receive {leaf, Leaves} -> io:format("~p leaves~n", [Leaves]) end,
    Offset = 100,
    Adder = spawn(fun() -> receive {From, X} -> From ! X + Offset end end),
    Adder ! {self(), 1},
    io:format("~p~n", [receive Y -> Y end]),
    Self = self(),
    Self ! {to, myself},
    io:format("~p~n", [receive {to, Whom} -> Whom end]),
    io:format("~p~n", [is_pid(Self) andalso Self =:= self()]),
    io:format("~p~n", [Self ! sent]),
    receive sent -> ok end,
    Dead = spawn(fun() -> ok end),
    receive after 5 -> ok end,
    io:format("~p~n", [Dead ! nobody_reads_this]),
    io:format("~p~n", [try lists:last([1]) ! x catch error:E -> E end]).
