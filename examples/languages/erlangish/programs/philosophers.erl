%% Dining philosophers: forks are processes, the first fork is the one with the lower number. One
%% philosopher dies with a fork in the hand, and the others go on eating.
-module(philosophers).
-export([main/0]).

fork(Number) ->
    receive
        {take, Who} ->
            link(Who),
            Who ! {taken, Number, self()},
            in_hand(Number, Who)
    end.

%% A fork whose philosopher dies is free again: it traps the exit.
in_hand(Number, Who) ->
    receive
        {put, Who} ->
            unlink(Who),
            receive {'EXIT', Who, _} -> ok after 0 -> ok end,
            fork(Number);
        {'EXIT', Who, _} -> fork(Number)
    end.

start_fork(Number) -> spawn(fun() -> process_flag(trap_exit, true), fork(Number) end).

take(Fork) ->
    Fork ! {take, self()},
    receive {taken, _, Fork} -> ok end.

put_down(Fork) -> Fork ! {put, self()}.

philosopher(_, _, _, 0, Eaten) -> exit({full, Eaten});
philosopher(Table, First, Second, Hunger, Eaten) ->
    take(First),
    take(Second),
    Table ! {eats, self()},
    receive go_on -> ok end,
    put_down(Second),
    put_down(First),
    philosopher(Table, First, Second, Hunger - 1, Eaten + 1).

%% Takes one fork and never gives it back.
greedy(Table, Fork) ->
    take(Fork),
    Table ! {holds, self()},
    receive never -> ok end.

%% Lets them eat, and looks that no two neighbours do at the same time.
table(Eating, Neighbours, Left, Done) when Left > 0 ->
    receive
        {eats, Pid} ->
            Bad = [Other || Other <- maps:get(Pid, Neighbours), maps:is_key(Other, Eating)],
            [] = Bad,
            Me = self(),
            spawn(fun() -> receive after 1 -> Me ! {enough, Pid} end end),
            table(Eating#{Pid => true}, Neighbours, Left, Done);
        {enough, Pid} ->
            Pid ! go_on,
            table(maps:remove(Pid, Eating), Neighbours, Left, Done);
        {'DOWN', _, process, Pid, {full, Meals}} ->
            table(Eating, Neighbours, Left - 1, Done#{Pid => Meals})
    end;
table(_, _, 0, Done) -> Done.

%% The neighbours of each place at a round table.
around(Pids) ->
    Count = length(Pids),
    At = fun(N) -> lists:nth((N + Count) rem Count + 1, Pids) end,
    maps:from_list([{At(N), [At(N - 1), At(N + 1)]} || N <- lists:seq(0, Count - 1)]).

dine(Count, Meals) ->
    Forks = [start_fork(N) || N <- lists:seq(1, Count)],
    Table = self(),
    Seats = [lists:sort([N, N rem Count + 1]) || N <- lists:seq(1, Count)],
    Pids = [begin
                {Pid, _} = spawn_monitor(fun() ->
                    receive begin_now -> ok end,
                    philosopher(Table, lists:nth(Low, Forks), lists:nth(High, Forks), Meals, 0)
                end),
                Pid
            end || [Low, High] <- Seats],
    Thief = spawn(fun() -> greedy(Table, hd(Forks)) end),
    receive {holds, Thief} -> ok end,
    [Pid ! begin_now || Pid <- Pids],
    %% The thief is killed while others wait for the fork.
    exit(Thief, kill),
    Done = table(#{}, around(Pids), Count, #{}),
    [exit(Fork, kill) || Fork <- Forks],
    lists:sort([Eaten || {_, Eaten} <- maps:to_list(Done)]).

main() ->
    io:format("~w~n", [dine(2, 3)]),
    io:format("~w~n", [dine(5, 4)]),
    io:format("~w~n", [dine(11, 3)]).
