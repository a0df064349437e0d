%% A bank of accounts, each a process of its own: transfers hold two accounts, in one order, and
%% give them back whatever happens; who dies in the middle takes no money along.
-module(accounts).
-export([main/0]).

%% ---- An account: a balance, and a queue of those who want to hold it ----------------------

open(Name, Balance) -> spawn(fun() -> register(Name, self()), free(Balance) end).

free(Balance) ->
    receive
        {hold, Ref, Holder} ->
            Watch = monitor(process, Holder),
            Holder ! {held, Ref, Balance},
            held(Balance, Balance, Ref, Watch);
        {balance, Ref, From} -> From ! {Ref, Balance}, free(Balance);
        {close, Ref, From} when Balance =:= 0 -> From ! {Ref, closed};
        {close, Ref, From} -> From ! {Ref, {error, {not_empty, Balance}}}, free(Balance)
    end.

%% Others wait in the mailbox until the holder has said what becomes of the balance.
held(Old, New, Ref, Watch) ->
    receive
        {add, Ref, Amount} when New + Amount >= 0 -> held(Old, New + Amount, Ref, Watch);
        {add, Ref, _} -> exit(overdrawn);
        {commit, Ref} -> demonitor(Watch, [flush]), free(New);
        {abort, Ref} -> demonitor(Watch, [flush]), free(Old);
        {'DOWN', Watch, process, _, _} -> free(Old)
    end.

%% ---- Who uses accounts ------------------------------------------------------------------------

ask(Name, What) ->
    Ref = monitor(process, Name),
    catch Name ! {What, Ref, self()},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, noproc} -> {error, no_account};
        {'DOWN', Ref, process, _, Reason} -> {error, Reason}
    end.

hold(Name) ->
    Ref = monitor(process, Name),
    catch Name ! {hold, Ref, self()},
    receive
        {held, Ref, Balance} -> {Ref, Balance};
        {'DOWN', Ref, process, _, _} -> throw({no_account, Name})
    end.

give_back(Name, Ref, How) ->
    Name ! {How, Ref},
    demonitor(Ref, [flush]).

%% Holds accounts in the order of their names, so that nobody waits in a circle.
transfer(From, To, Amount) -> transfer(From, To, Amount, fun() -> ok end).

transfer(Same, Same, _, _) -> {error, same_account};
transfer(From, To, Amount, Between) ->
    try
        [First, Second] = lists:sort([From, To]),
        with(First, fun(A) ->
            with(Second, fun(B) -> move({First, A}, {Second, B}, From, Amount, Between) end)
        end)
    catch
        throw:Problem -> {error, Problem}
    end.

%% Holds an account while a fun runs. Its value, or what it threw, says whether it was done.
with(Name, Fun) ->
    {Ref, _} = Held = hold(Name),
    try Fun(Held) of
        Value -> give_back(Name, Ref, commit), Value
    catch
        Class:Reason:Stack ->
            give_back(Name, Ref, abort),
            erlang:raise(Class, Reason, Stack)
    end.

move({First, A}, {Second, B}, From, Amount, Between) ->
    {Source, Target} =
        case From of
            First -> {{First, A}, {Second, B}};
            Second -> {{Second, B}, {First, A}}
        end,
    {_, {_, Balance}} = Source,
    Balance >= Amount orelse throw({insufficient, From, Balance}),
    add(Source, -Amount),
    Between(),
    add(Target, Amount),
    ok.

add({Name, {Ref, _}}, Amount) -> Name ! {add, Ref, Amount}.

%% ---- The show -----------------------------------------------------------------------------------

total(Names) -> lists:sum([ask(Name, balance) || Name <- Names]).

wait_for(Name) ->
    case whereis(Name) of
        undefined -> receive after 1 -> wait_for(Name) end;
        Pid -> Pid
    end.

%% Many who transfer at once, to and fro, by a sequence that looks random.
clients(Names, Count, Each) ->
    Pids = [spawn_monitor(fun() -> client(N * 7919, Names, Each) end) || N <- lists:seq(1, Count)],
    [receive {'DOWN', Ref, process, Pid, Reason} -> Reason end || {Pid, Ref} <- Pids].

client(_, _, 0) -> ok;
client(Seed, Names, Left) ->
    [A, B, C] = [next(Seed + N) || N <- [1, 2, 3]],
    transfer(pick(A, Names), pick(B, Names), C rem 50),
    client(C, Names, Left - 1).

next(X) -> (X * 1103515245 + 12345) band 16#7fffffff.

pick(X, Names) -> lists:nth(X div 64 rem length(Names) + 1, Names).

main() ->
    Names = [ann, bob, cid, dot],
    [open(Name, 100) || Name <- Names],
    [wait_for(Name) || Name <- Names],
    Transfers = [{ann, bob, 30}, {cid, bob, 100}, {cid, ann, 1}, {ann, eve, 1}, {eve, ann, 1}, {dot, dot, 5}],
    [io:format("~w: ~w~n", [T, transfer(From, To, N)]) || {From, To, N} = T <- Transfers],
    io:format("~w~n", [[{Name, ask(Name, balance)} || Name <- Names ++ [eve]]]),
    io:format("~p~n", [lists:usort(clients(Names, 8, 10))]),
    io:format("~p~n", [total(Names)]),
    %% One throws, one crashes, one is killed in the middle of a transfer: as if it had not been.
    Before = [ask(Name, balance) || Name <- Names],
    io:format("~p~n", [catch transfer(ann, bob, 0, fun() -> throw(changed_my_mind) end)]),
    {_, Crash} = spawn_monitor(fun() -> transfer(ann, bob, 0, fun() -> error(crash) end) end),
    receive {'DOWN', Crash, process, _, {Why, [_ | _]}} -> io:format("~p~n", [Why]) end,
    Me = self(),
    Wait = fun() -> Me ! in_the_middle, receive never -> ok end end,
    {Stuck, Killed} = spawn_monitor(fun() -> transfer(bob, dot, 0, Wait) end),
    receive in_the_middle -> ok end,
    %% Somebody else waits for what is held.
    spawn(fun() -> Me ! {done, transfer(dot, bob, 0)} end),
    io:format("~p~n", [receive {done, Early} -> Early after 20 -> waiting end]),
    exit(Stuck, kill),
    receive {'DOWN', Killed, process, _, How} -> io:format("~p~n", [How]) end,
    io:format("~p~n", [receive {done, Late} -> Late end]),
    io:format("~p~n", [Before =:= [ask(Name, balance) || Name <- Names]]),
    %% Closing: only what is empty.
    [transfer(Name, ann, ask(Name, balance)) || Name <- [bob, cid, dot]],
    io:format("~w~n", [[ask(Name, close) || Name <- Names]]),
    io:format("~w~n", [[ask(Name, balance) || Name <- Names]]),
    exit(whereis(ann), audit),
    io:format("~w~n", [[whereis(bob), transfer(ann, bob, 1)]]).
