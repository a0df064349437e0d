%% Exit signals that are trapped become messages.
-module(trapping).
-export([main/0]).

plain({Reason, [Frame | _]}) when tuple_size(Frame) =:= 4 -> {error, Reason};
plain(Reason) -> Reason.

exit_of(Pid) ->
    receive {'EXIT', Pid, Reason} -> plain(Reason) after 1000 -> nothing end.

idle() -> receive stop -> ok; {exit, Reason} -> exit(Reason) end.

%% A process that tells its parent every exit signal that it gets.
trapper(Parent) ->
    process_flag(trap_exit, true),
    Parent ! {self(), ready},
    tell(Parent).

tell(Parent) ->
    receive
        {'EXIT', From, Reason} -> Parent ! {self(), {From =:= Parent, plain(Reason)}}, tell(Parent);
        stop -> ok
    end.

start_trapper() ->
    Me = self(),
    Pid = spawn(fun() -> trapper(Me) end),
    receive {Pid, ready} -> Pid end.

told(Pid) -> receive {Pid, What} -> What after 1000 -> nothing end.

ended(Ref) -> receive {'DOWN', Ref, process, _, Reason} -> plain(Reason) end.

%% Restarts a worker until it ends as it should.
keep_up(Fun, N) ->
    Pid = spawn_link(fun() -> Fun(N) end),
    receive
        {'EXIT', Pid, normal} -> {done, N};
        {'EXIT', Pid, Reason} -> io:format("attempt ~p: ~p~n", [N, plain(Reason)]), keep_up(Fun, N + 1)
    end.

worker(1) -> error(too_early);
worker(2) -> throw(again);
worker(3) -> exit({shutdown, tired});
worker(4) -> [] = [x];
worker(_) -> ok.

%% Many children, each with an end of its own: all are waited for.
gather(Pids) -> [{N, exit_of(Pid)} || {N, Pid} <- Pids].

main() ->
    io:format("~p~n", [[process_flag(trap_exit, Flag) || Flag <- [true, false, true]]]),
    Fates = [fun() -> ok end, fun() -> exit(normal) end, fun() -> exit(bye) end,
             fun() -> exit(kill) end, fun() -> exit(shutdown) end, fun() -> error(oops) end,
             fun() -> throw(up) end, fun() -> 1 div zero() end],
    io:format("~w~n", [gather(lists:zip(lists:seq(1, 8), [spawn_link(Fate) || Fate <- Fates]))]),
    %% By exit/2: only kill ends one that traps.
    Pid = start_trapper(),
    Ref = monitor(process, Pid),
    [exit(Pid, Reason) || Reason <- [normal, shutdown, killed, {my, reason}]],
    io:format("~p~n", [[told(Pid) || _ <- lists:seq(1, 4)]]),
    true = is_process_alive(Pid),
    exit(Pid, kill),
    io:format("~p~n", [ended(Ref)]),
    %% A killed process is told as killed, which can be trapped.
    Victim = spawn_link(fun idle/0),
    exit(Victim, kill),
    io:format("~p~n", [exit_of(Victim)]),
    Other = spawn_link(fun idle/0),
    Other ! {exit, kill},
    io:format("~p~n", [exit_of(Other)]),
    %% A link to one that has ended.
    io:format("~p ~p~n", [link(Victim), exit_of(Victim)]),
    %% To oneself.
    exit(self(), normal),
    io:format("~p~n", [exit_of(self())]),
    exit(self(), {to, me}),
    io:format("~p~n", [exit_of(self())]),
    io:format("~p~n", [keep_up(fun worker/1, 1)]),
    %% What has become a message stays after unlink; what has not never comes.
    Late = spawn_link(fun idle/0),
    Watch = monitor(process, Late),
    Late ! {exit, seen},
    seen = ended(Watch),
    unlink(Late),
    io:format("~p~n", [exit_of(Late)]),
    Loose = spawn_link(fun idle/0),
    unlink(Loose),
    Loose ! {exit, unseen},
    ended(monitor(process, Loose)),
    io:format("~p~n", [receive {'EXIT', Loose, _} -> seen after 0 -> unseen end]),
    %% Without the trap it would have been the end.
    {_, Doomed} = spawn_monitor(fun() -> spawn_link(fun() -> exit(chain) end), idle() end),
    io:format("~p~n", [ended(Doomed)]),
    Saved = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        Child = spawn_link(fun() -> exit(chain) end),
        exit({saved, exit_of(Child)})
    end),
    io:format("~p~n", [ended(element(2, Saved))]),
    %% No catch sees an exit signal.
    {_, Caught} = spawn_monitor(fun() ->
        try
            spawn_link(fun() -> exit(hard) end),
            idle()
        catch
            _:_ -> exit(caught)
        after
            io:format("never~n")
        end
    end),
    io:format("~p~n", [ended(Caught)]),
    io:format("~p~n", [try process_flag(trap_exit, maybe_so) catch error:E -> E end]),
    io:format("~p~n", [receive Any -> Any after 0 -> nothing_left end]).

zero() -> list_to_integer("0").
