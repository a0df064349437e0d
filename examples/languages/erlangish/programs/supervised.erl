%% Children under a supervisor: every strategy, every kind of child, and when it gives up.
-module(supervised).
-export([main/0, init/1, worker/2, stubborn/1, failing/1, fragile/2]).

init(Arg) -> Arg.

%% ---- Children: they tell what happens to them -----------------------------------------------

%% A worker is started when it has told so.
worker(Teller, Id) ->
    Parent = self(),
    Pid = spawn_link(fun() ->
        process_flag(trap_exit, true),
        Teller ! {Id, up, self()},
        Parent ! {self(), started},
        work(Teller, Id)
    end),
    receive {Pid, started} -> {ok, Pid} end.

work(Teller, Id) ->
    receive
        {die, normal} -> ok;
        {die, Reason} -> exit(Reason);
        {crash, X} -> 1 / (X - X);
        {'EXIT', _, Reason} -> Teller ! {Id, stopped, Reason}, exit(Reason)
    end.

%% It does not listen: only kill ends it.
stubborn(Teller) ->
    {ok, spawn_link(fun() -> process_flag(trap_exit, true), Teller ! {stubborn, up, self()}, deaf() end)}.

deaf() -> receive {'EXIT', _, _} -> deaf() end.

failing(_) -> {error, cannot}.

%% It cannot be started again until somebody says so.
fragile(Teller, Gate) ->
    case whereis(Gate) of
        undefined -> worker(Teller, fragile);
        _ -> unregister(Gate), {error, not_yet}
    end.

%% ---- Tests -------------------------------------------------------------------------------------

spec(Id, Restart) -> {Id, {?MODULE, worker, [self(), Id]}, Restart, 1000}.

up(Id) -> receive {Id, up, Pid} -> Pid after 2000 -> exit({not_up, Id}) end.

%% What the workers told: so much at least, and whatever else there is when the supervisor answers.
told(Sup, 0) -> gen_sup:which_children(Sup), told();
told(Sup, N) ->
    receive
        {Id, up, _} -> [{Id, up} | told(Sup, N - 1)];
        {Id, stopped, Reason} -> [{Id, Reason} | told(Sup, N - 1)]
    after 2000 -> [nothing_more]
    end.

told() ->
    receive
        {Id, up, _} -> [{Id, up} | told()];
        {Id, stopped, Reason} -> [{Id, Reason} | told()]
    after 0 -> []
    end.

%% Starts a supervisor that may end without taking the test along.
start(Strategy, Intensity, Specs) ->
    process_flag(trap_exit, true),
    {ok, Sup} = gen_sup:start_link(?MODULE, {{Strategy, Intensity, 5}, Specs}),
    {Sup, [up(Id) || {Id, _, _, _} <- Specs]}.

stop(Sup) ->
    exit(Sup, shutdown),
    receive {'EXIT', Sup, Reason} -> Reason after 2000 -> still_there end.

%% Who is there, and who is still the same.
state(Sup, Pids) ->
    [{Id, age(Pid, lists:member(Pid, Pids))} || {Id, Pid} <- gen_sup:which_children(Sup)].

age(undefined, _) -> none;
age(_, true) -> old;
age(_, false) -> new.

strategy({Strategy, Tells}) ->
    {Sup, [_, B, _] = Pids} = start(Strategy, 5, [spec(Id, permanent) || Id <- [a, b, c]]),
    B ! {die, sick},
    Told = told(Sup, Tells),
    io:format("~p: ~w~n~w~n", [Strategy, Told, state(Sup, Pids)]),
    io:format("~w ~w~n", [stop(Sup), told()]).

%% Of each kind of child: what comes of each kind of end.
kinds({Reason, Restarts}) ->
    {Sup, Pids} = start(one_for_one, 9, [spec(Id, Id) || Id <- [permanent, transient, temporary]]),
    [Pid ! {die, Reason} || Pid <- Pids],
    [receive {'DOWN', Ref, process, _, _} -> ok end || Ref <- [monitor(process, Pid) || Pid <- Pids]],
    Told = told(Sup, Restarts),
    io:format("~p: ~w ~w~n", [Reason, lists:sort(Told), state(Sup, Pids)]),
    stop(Sup),
    told().

%% How many ends a supervisor bears.
intensity(Most) ->
    {Sup, [First]} = start(one_for_one, Most, [spec(a, permanent)]),
    Ends = ends(Sup, First, 0),
    io:format("intensity ~p: ~p~n", [Most, Ends]),
    told().

ends(Sup, Pid, Count) ->
    Pid ! {crash, 1.0},
    receive
        {a, up, Next} -> ends(Sup, Next, Count + 1);
        {'EXIT', Sup, Reason} -> {Count + 1, Reason}
    end.

by_hand() ->
    {Sup, [A, _] = Pids} = start(one_for_one, 1, [spec(a, permanent), spec(b, transient)]),
    ok = gen_sup:terminate_child(Sup, a),
    false = is_process_alive(A),
    io:format("~w ~w~n", [told(), state(Sup, Pids)]),
    io:format("~w~n", [[gen_sup:terminate_child(Sup, x), gen_sup:restart_child(Sup, b)]]),
    {ok, New} = gen_sup:restart_child(Sup, a),
    New = up(a),
    {ok, Third} = gen_sup:start_child(Sup, spec(c, temporary)),
    Third = up(c),
    Bad = {c, {?MODULE, failing, [x]}, permanent, 1},
    io:format("~w ~w~n", [state(Sup, [Third | Pids]), gen_sup:start_child(Sup, Bad)]),
    io:format("~w ~w~n", [stop(Sup), told()]).

%% Supervisors under a supervisor: what one cannot mend goes up.
tree() ->
    Inner = {{one_for_one, 1, 5}, [spec(leaf, permanent)]},
    Specs = [spec(first, permanent), {inner, {gen_sup, start_link, [?MODULE, Inner]}, permanent, infinity}],
    process_flag(trap_exit, true),
    {ok, Sup} = gen_sup:start_link(?MODULE, {{one_for_all, 1, 5}, Specs}),
    First = up(first),
    Leaf = up(leaf),
    Leaf ! {die, once},
    Again = up(leaf),
    io:format("~p~n", [is_process_alive(First)]),
    Again ! {die, twice},
    io:format("~w~n", [told(Sup, 3)]),
    io:format("~w ~w~n", [stop(Sup), told()]).

main() ->
    [strategy(Strategy) || Strategy <- [{one_for_one, 1}, {one_for_all, 5}, {rest_for_one, 3}]],
    [kinds(End) || End <- [{normal, 1}, {shutdown, 1}, {{shutdown, x}, 1}, {crash, 2}]],
    [intensity(Most) || Most <- [0, 1, 3]],
    by_hand(),
    tree(),
    %% A child that cannot be started: those before it are stopped, and start_link says so.
    Bad = {bad, {?MODULE, failing, [x]}, permanent, 1},
    io:format("~w~n", [gen_sup:start_link(?MODULE, {{one_for_one, 1, 5}, [spec(a, permanent), Bad]})]),
    io:format("~w~n", [told()]),
    %% One that does not stop by itself is killed; one that fails to start again is tried again.
    {Sup, [Stubborn]} = start(one_for_one, 1, [{stubborn, {?MODULE, stubborn, [self()]}, permanent, 20}]),
    Ref = monitor(process, Stubborn),
    io:format("~w~n", [stop(Sup)]),
    receive {'DOWN', Ref, process, _, Reason} -> io:format("~w~n", [Reason]) end,
    {Sup2, [Fragile]} = start(one_for_one, 3, [{fragile, {?MODULE, fragile, [self(), gate]}, permanent, 1000}]),
    register(gate, self()),
    Fragile ! {die, now},
    Second = up(fragile),
    io:format("~w ~w~n", [Second =/= Fragile, whereis(gate)]),
    stop(Sup2),
    io:format("~w~n", [told()]).
