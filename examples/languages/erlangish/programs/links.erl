%% Links and monitors: who learns of an end, and of which reason.
-module(links).
-export([main/0, sleeper/0]).

sleeper() -> receive stop -> ok; {die, Reason} -> exit(Reason) end.

%% The reason of an error is {Reason, Stack}: the stack is another machine's business.
plain({Reason, [Frame | _]}) when tuple_size(Frame) =:= 4 -> {error, Reason};
plain({Reason, []}) -> {error, Reason};
plain(Reason) -> Reason.

reason_of(Fun) ->
    {Pid, Ref} = spawn_monitor(Fun),
    receive {'DOWN', Ref, process, Pid, Reason} -> plain(Reason) end.

%% What a process dies of that is linked to one that ends like this.
spreads(Fun) ->
    reason_of(fun() -> spawn_link(Fun), receive after 200 -> survived end, exit(survived) end).

fails(Kind) ->
    fun() ->
        case Kind of
            normal -> ok;
            badmatch -> {ok, _} = list_to_atom("nothing");
            badarith -> 1 + list_to_atom("one");
            badarg -> atom_to_list(1);
            case_clause -> case list_to_atom("other") of this -> ok end;
            function_clause -> (fun(none) -> ok end)(some);
            badfun -> F = list_to_atom("f"), F();
            badarity -> F = fun(_) -> ok end, catch_nothing(F);
            undef -> nowhere:nothing();
            {error, Reason} -> error(Reason);
            {throw, Value} -> throw(Value);
            {exit, Reason} -> exit(Reason);
            caught -> try error(hidden) catch error:_ -> ok end;
            again -> try error(inner) catch error:inner -> exit(outer) end;
            noproc -> link(gone());
            {kill, Who} -> exit(self(), Who), receive after 200 -> ok end
        end
    end.

catch_nothing(F) -> hide(F()).

hide(X) -> {X}.

%% A pid whose process has ended.
gone() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> Pid end.

%% Whether a pid's process is still there when what it was sent has been seen to.
alive(Pid) -> is_process_alive(Pid).

down(Ref) ->
    receive {'DOWN', Ref, process, _, Reason} -> plain(Reason) after 0 -> nothing end.

down_in_time(Ref) ->
    receive {'DOWN', Ref, process, _, Reason} -> plain(Reason) after 1000 -> nothing end.

monitors() ->
    Dead = gone(),
    io:format("of the dead: ~p~n", [down_in_time(monitor(process, Dead))]),
    io:format("of nobody: ~p~n", [down_in_time(monitor(process, no_such_name))]),
    Pid = spawn(?MODULE, sleeper, []),
    Refs = [monitor(process, Pid) || _ <- [1, 2, 3]],
    [First, Second, Third] = Refs,
    io:format("given up: ~p~n", [demonitor(First)]),
    Pid ! {die, done},
    io:format("~p~n", [[down_in_time(Second), down_in_time(Third), down(First)]]),
    %% A message that has come is taken away by flush alone, and info tells that it had come.
    Other = spawn(?MODULE, sleeper, []),
    [A, B, C, D] = [monitor(process, Other) || _ <- lists:seq(1, 4)],
    io:format("live: ~p~n", [demonitor(A, [info])]),
    Last = monitor(process, Other),
    Other ! stop,
    normal = down_in_time(Last),
    io:format("~p~n", [[demonitor(B), down(B)]]),
    io:format("~p~n", [[demonitor(C, [flush]), down(C)]]),
    io:format("~p~n", [[demonitor(D, [flush, info]), down(D)]]),
    io:format("~p~n", [[demonitor(D, [info]), demonitor(D)]]),
    %% Nobody watches himself.
    Self = monitor(process, self()),
    io:format("self: ~p~n", [[is_reference(Self), down(Self), demonitor(Self, [info])]]).

links() ->
    Kinds = [normal, {exit, shutdown}, {exit, kill}, badarith],
    [io:format("~p spreads as ~p~n", [Kind, spreads(fails(Kind))]) || Kind <- Kinds],
    %% Links go both ways, and through.
    Me = self(),
    Last = spawn(fun sleeper/0),
    Joined = fun(_, Next) -> spawn(fun() -> link(Next), Me ! ready, sleeper() end) end,
    Chain = lists:foldl(Joined, Last, lists:seq(1, 5)),
    [receive ready -> ok end || _ <- lists:seq(1, 5)],
    Ref = monitor(process, Last),
    Chain ! {die, domino},
    io:format("through the chain: ~p~n", [down_in_time(Ref)]),
    %% A link that was taken back tells nothing.
    Free = spawn(fun() ->
        Child = spawn_link(?MODULE, sleeper, []),
        unlink(Child),
        Child ! {die, alone},
        Me ! {unlinked, Child},
        sleeper()
    end),
    Loner = receive {unlinked, Unlinked} -> Unlinked end,
    End = down_in_time(monitor(process, Loner)),
    io:format("~p ~p~n", [lists:member(End, [alone, noproc]), alive(Free)]),
    Free ! stop,
    io:format("to oneself: ~p~n", [link(self())]),
    io:format("twice: ~p~n", [reason_of(fun() -> linked_twice(Me) end)]),
    io:format("~p~n", [receive {ended, Why} -> Why end]).

%% There is one link between two processes, however often it is made.
linked_twice(Parent) ->
    Pid = spawn_link(fun sleeper/0),
    link(Pid),
    unlink(Pid),
    exit(Pid, kill),
    Parent ! {ended, down_in_time(monitor(process, Pid))},
    exit(fine).

signals() ->
    Reasons = [normal, kill, killed, shutdown, {any, term}],
    Ends = fun(Reason) ->
        {Pid, Ref} = spawn_monitor(fun sleeper/0),
        true = exit(Pid, Reason),
        Pid ! stop,
        {Reason, receive {'DOWN', Ref, _, _, Why} -> Why end}
    end,
    io:format("exit/2: ~w~n", [lists:map(Ends, Reasons)]),
    io:format("to oneself: ~w~n", [[reason_of(fails({kill, Reason})) || Reason <- Reasons]]),
    {Pid, Ref} = spawn_monitor(fun sleeper/0),
    true = alive(Pid),
    exit(Pid, kill),
    io:format("~p ~p ~p~n", [alive(Pid), down_in_time(Ref), alive(Pid)]),
    io:format("to the dead: ~p~n", [exit(Pid, anything)]).

main() ->
    Kinds = [normal, badmatch, badarith, badarg, case_clause, function_clause, undef, {error, my},
             {error, {a, 1}}, {throw, ball}, {exit, bye}, {exit, {shutdown, late}}, caught, again, noproc],
    [io:format("~p ends with ~p~n", [Kind, reason_of(fails(Kind))]) || Kind <- Kinds],
    {error, {badarity, {_, []}}} = reason_of(fails(badarity)),
    {error, {badfun, f}} = reason_of(fails(badfun)),
    monitors(),
    links(),
    signals(),
    Bad = [fun() -> link(nobody) end, fun() -> exit(nobody, x) end, fun() -> monitor(process, "x") end,
           fun() -> demonitor(self()) end, fun() -> spawn_link(x) end, fun() -> is_process_alive(x) end,
           fun() -> link(gone()) end],
    io:format("~w~n", [[try F() catch error:E -> E end || F <- Bad]]),
    io:format("~p~n", [receive Any -> Any after 0 -> nothing_left end]).
