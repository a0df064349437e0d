%% A ring of linked processes: a token goes round; when one falls out the ring heals, or all fall.
-module(ring).
-export([main/0]).

%% Each knows the next one; the last one gets the first one's pid when all are there.
start(N) ->
    Last = spawn_link(fun() -> receive {next, Next} -> node(N, Next, 0) end end),
    Before = fun(Id, Next) -> spawn_link(fun() -> node(Id, Next, 0) end) end,
    First = lists:foldl(Before, Last, lists:seq(N - 1, 1, -1)),
    Last ! {next, First},
    First.

node(Id, Next, Seen) ->
    receive
        {token, 0, Hops, Home} -> Home ! {home, Id, Hops}, node(Id, Next, Seen + 1);
        {token, Left, Hops, Home} when Left > 0 ->
            Next ! {token, Left - 1, Hops + 1, Home},
            node(Id, Next, Seen + 1);
        {seen, Home, Count, Sum} when Count > 0 ->
            Next ! {seen, Home, Count - 1, Sum + Seen},
            node(Id, Next, Seen);
        {seen, Home, 0, Sum} -> Home ! {seen, Sum}, node(Id, Next, Seen);
        {collect, Home, Ids} ->
            case lists:member(Id, Ids) of
                true -> Home ! {ring, lists:reverse(Ids)};
                false -> Next ! {collect, Home, [Id | Ids]}
            end,
            node(Id, Next, Seen);
        {leave, Id, Home} -> Home ! {left, Id, Next};
        {leave, Other, Home} -> Next ! {leave, Other, Home}, node(Id, Next, Seen);
        {bridge, Old, New, Home} when Next =:= Old -> Home ! bridged, node(Id, New, Seen);
        {bridge, _, _, _} = Bridge -> Next ! Bridge, node(Id, Next, Seen);
        {fall, Id, Reason} -> exit(Reason);
        {fall, _, _} = Fall -> Next ! Fall, node(Id, Next, Seen)
    end.

%% Takes a node out; the one before it goes on with the one behind it.
take_out(First, Id) ->
    First ! {leave, Id, self()},
    receive {left, Id, Behind} -> Behind end.

pids(First, N) ->
    First ! {collect, self(), []},
    receive {ring, Ids} -> length(Ids) =:= N andalso Ids end.

heal() ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        First = start(8),
        Me ! {before, pids(First, 8)},
        [begin
             Behind = take_out(First, Id),
             receive {'EXIT', Gone, normal} -> First ! {bridge, Gone, Behind, self()} end,
             receive bridged -> ok end
         end || Id <- [3, 4, 8]],
        Me ! {behind, pids(First, 5)},
        First ! {fall, 6, broken},
        Fallen = [receive {'EXIT', _, Reason} -> Reason end],
        exit({healed, Fallen})
    end),
    Before = receive {before, B} -> B end,
    Behind = receive {behind, A} -> A end,
    {Before, Behind, receive {'DOWN', Ref, process, Pid, Reason} -> Reason end}.

%% Nobody traps: one falls, all fall, and the one who started them as well.
fall(N) ->
    Me = self(),
    {_, Ref} = spawn_monitor(fun() ->
        First = start(N),
        Me ! {first, First},
        First ! {fall, N div 2, domino},
        receive never -> ok end
    end),
    First = receive {first, F} -> F end,
    Reason = receive {'DOWN', Ref, process, _, R} -> R end,
    Watch = monitor(process, First),
    receive {'DOWN', Watch, process, _, Last} -> {Reason, lists:member(Last, [domino, noproc])} end.

main() ->
    First = start(100),
    First ! {token, 1000, 0, self()},
    io:format("~p~n", [receive {home, Id, Hops} -> {Id, Hops} end]),
    %% Several tokens at once.
    [First ! {token, 10 * N, 0, self()} || N <- lists:seq(1, 20)],
    Homes = [receive {home, Where, Far} -> {Far, Where} end || _ <- lists:seq(1, 20)],
    io:format("~w~n", [lists:sort(Homes)]),
    First ! {seen, self(), 99, 0},
    io:format("~p~n", [receive {seen, Sum} -> Sum end]),
    io:format("~p~n", [heal()]),
    io:format("~p~n", [fall(50)]),
    io:format("~p~n", [fall(1000)]),
    %% The first ring is linked to this process still.
    process_flag(trap_exit, true),
    First ! {fall, 77, enough},
    io:format("~p~n", [receive {'EXIT', _, Why} -> Why end]).
