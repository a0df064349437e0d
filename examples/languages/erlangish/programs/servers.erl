%% Servers on gen_srv: a store with names and time-outs, a queue that answers later, what goes wrong.
-module(servers).
-export([main/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

%% ---- What is called back ---------------------------------------------------------------

init({store, Entries}) -> {ok, {store, Entries}};
init({trapping, Teller}) -> process_flag(trap_exit, true), {ok, {trapping, Teller}};
init(queue) -> {ok, {queue, [], []}};
init({idle, Teller}) -> {ok, {idle, Teller, 0}, 10};
init(unwilling) -> ignore;
init({broken, Reason}) -> {stop, Reason};
init(crash) -> error(in_init);
init(thrown) -> throw({ok, {store, #{thrown => yes}}});
init(_) -> nonsense.

handle_call({put, Key, Value}, _, {store, Map}) ->
    {reply, maps:get(Key, Map, none), {store, Map#{Key => Value}}};
handle_call({get, Key}, _, {store, Map}) when is_map_key(Key, Map) ->
    {reply, {ok, maps:get(Key, Map)}, {store, Map}};
handle_call({get, _}, _, State) -> throw({reply, error, State});
handle_call(all, _, {store, Map} = State) -> {reply, maps:to_list(Map), State};
handle_call({divide, A, B}, _, State) -> {reply, A div B, State};
handle_call({leave, Reason}, _, State) -> exit(Reason), State;
handle_call({stop, Reason}, _, State) -> {stop, Reason, stopping, State};
handle_call(sleep, _, State) -> receive wake -> {reply, woken, State} end;
handle_call(forget, _, State) -> {noreply, State};
handle_call(whatever, _, _) -> not_an_answer;
handle_call(take, From, {queue, [], Waiting}) -> {noreply, {queue, [], Waiting ++ [From]}};
handle_call(take, _, {queue, [Item | Items], Waiting}) -> {reply, Item, {queue, Items, Waiting}};
handle_call(ticks, _, {idle, _, N} = State) -> {reply, N, State}.

handle_cast({add, Item}, {queue, Items, []}) -> {noreply, {queue, Items ++ [Item], []}};
handle_cast({add, Item}, {queue, [], [From | Waiting]}) ->
    ok = gen_srv:reply(From, Item),
    {noreply, {queue, [], Waiting}};
handle_cast({put, Key, Value}, {store, Map}) -> {noreply, {store, Map#{Key => Value}}};
handle_cast({stop, Reason}, State) -> {stop, Reason, State}.

handle_info({put, Key, Value}, {store, Map}) -> {noreply, {store, Map#{Key => Value}}};
handle_info(timeout, {idle, Teller, 3}) -> Teller ! {idle, ended}, {stop, normal, {idle, Teller, 3}};
handle_info(timeout, {idle, Teller, N}) -> {noreply, {idle, Teller, N + 1}, 1};
handle_info({'EXIT', _, Reason}, {trapping, Teller} = State) -> Teller ! {trapped, Reason}, {noreply, State};
handle_info(_, State) -> {noreply, State}.

terminate(Reason, {trapping, Teller}) -> Teller ! {terminating, Reason};
terminate(_, _) -> ok.

%% ---- What is asked ----------------------------------------------------------------------

%% The reason of an error is {Reason, Stack}.
plain({{Reason, [_ | _]}, {gen_srv, call, [_, Request, Time]}}) -> {error, Reason, Request, Time};
plain({Reason, {gen_srv, call, [_, Request, Time]}}) -> {exit, Reason, Request, Time};
plain({Reason, [_ | _]}) -> {error, Reason};
plain(Reason) -> Reason.

asked(Server, Request) -> asked(Server, Request, 1000).

asked(Server, Request, Time) ->
    try gen_srv:call(Server, Request, Time)
    catch Class:Reason -> {Class, plain(Reason)}
    end.

show(What) -> io:format("~w~n", [What]).

new_store() ->
    {ok, Store} = gen_srv:start(?MODULE, {store, #{}}),
    Store.

down(Pid) ->
    Ref = monitor(process, Pid),
    receive {'DOWN', Ref, process, Pid, Reason} -> plain(Reason) end.

store() ->
    {ok, Store} = gen_srv:start(store, ?MODULE, {store, #{a => 1}}),
    Requests = [{get, a}, {put, a, 2}, {get, z}, {put, a, 1}],
    show([gen_srv:call(Where, Request) || Where <- [Store, store], Request <- Requests]),
    ok = gen_srv:cast(store, {put, cast, 3}),
    store ! {put, info, 4},
    store ! whatever,
    show(gen_srv:call(store, all)),
    {error, {already_started, Store}} = gen_srv:start(store, ?MODULE, {store, #{}}),
    show(gen_srv:stop(store)),
    show([whereis(store), asked(store, all), gen_srv:cast(store, nobody_hears)]),
    {ok, _} = gen_srv:start(store, ?MODULE, {store, #{}}),
    show([gen_srv:call(store, all), gen_srv:stop(store)]).

starts() ->
    Me = self(),
    Start = fun(Arg) ->
        case gen_srv:start(?MODULE, Arg) of
            {ok, Pid} when is_pid(Pid) -> {ok, Pid =/= Me, gen_srv:call(Pid, all)};
            {error, Why} -> {error, plain(Why)};
            Other -> Other
        end
    end,
    show([Start(Arg) || Arg <- [unwilling, {broken, why}, crash, thrown, other]]),
    %% One that fails to start takes nobody along.
    show([element(1, gen_srv:start_link(?MODULE, Arg)) || Arg <- [{broken, why}, crash]]),
    show(receive Any -> Any after 0 -> nothing end).

%% What the caller gets, what the server ends with, and what the next caller gets.
ends_of(Store, Request) ->
    Ref = monitor(process, Store),
    Answer = asked(Store, Request),
    receive {'DOWN', Ref, process, Store, Reason} -> [Answer, plain(Reason), asked(Store, {get, a})] end.

failures() ->
    Requests = [{divide, 1, 0}, {leave, angry}, {stop, normal}, {stop, done}, whatever, no_such_request],
    [show(ends_of(new_store(), Request)) || Request <- Requests],
    Store = new_store(),
    show([asked(Store, {divide, 7, 2}), asked(Store, forget, 5), asked(Store, sleep, 3)]),
    Store ! wake,
    show([asked(Store, {get, x}), receive Late -> Late after 0 -> no_late_answer end]),
    gen_srv:cast(Store, {stop, by_cast}),
    show(down(Store)).

queue() ->
    {ok, Queue} = gen_srv:start(?MODULE, queue),
    Me = self(),
    Takers = [spawn(fun() -> Me ! {took, N, gen_srv:call(Queue, take)} end) || N <- lists:seq(1, 3)],
    [gen_srv:cast(Queue, {add, Item}) || Item <- [x, y, z]],
    Took = [receive {took, N, Item} -> Item end || N <- lists:seq(1, 3)],
    show([length(Takers), lists:sort(Took)]),
    [gen_srv:cast(Queue, {add, Item}) || Item <- [p, q]],
    show([gen_srv:call(Queue, take), gen_srv:call(Queue, take), asked(Queue, take, 0)]),
    gen_srv:stop(Queue).

%% A parent's end is the server's, trapped or not; what others end with is told.
parents() ->
    Me = self(),
    Parent = spawn(fun() ->
        {ok, Server} = gen_srv:start_link(?MODULE, {trapping, Me}),
        Me ! {server, Server},
        receive {exit, Reason} -> exit(Reason) end
    end),
    Server = receive {server, S} -> S end,
    exit(Server, poke),
    show(receive {trapped, Why} -> Why end),
    Parent ! {exit, retired},
    show(receive {terminating, Reason} -> Reason end),
    show(lists:member(down(Server), [retired, noproc])),
    {ok, Idle} = gen_srv:start(?MODULE, {idle, Me}),
    show(receive {idle, What} -> What end),
    show(lists:member(down(Idle), [normal, noproc])).

main() ->
    store(),
    starts(),
    failures(),
    queue(),
    parents(),
    show(receive Any -> Any after 0 -> nothing_left end).
