%% Publishing and subscribing: a registered broker with topics; who ends is forgotten.
-module(pubsub).
-export([main/0]).

%% ---- The broker --------------------------------------------------------------------------

start() ->
    Pid = spawn_link(fun() -> loop(#{}, #{}) end),
    register(broker, Pid),
    Pid.

%% Topics are lists of words; subscriptions hold a pattern and a filter. One monitor a subscriber.
loop(Subscribers, Retained) ->
    receive
        {call, From, Ref, {subscribe, Pattern, Filter}} ->
            {Watch, Wishes} =
                case Subscribers of
                    #{From := {Old, Others}} -> {Old, lists:keydelete(Pattern, 1, Others)};
                    #{} -> {monitor(process, From), []}
                end,
            From ! {Ref, ok},
            [From ! {event, Topic, Value}
             || {Topic, Value} <- maps:to_list(Retained), fits(Pattern, Topic), wanted(Filter, Value)],
            loop(Subscribers#{From => {Watch, Wishes ++ [{Pattern, Filter}]}}, Retained);
        {call, From, Ref, {unsubscribe, Pattern}} when is_map_key(From, Subscribers) ->
            #{From := {Watch, Wishes}} = Subscribers,
            case lists:keydelete(Pattern, 1, Wishes) of
                [] ->
                    demonitor(Watch, [flush]),
                    From ! {Ref, ok},
                    loop(maps:remove(From, Subscribers), Retained);
                Left ->
                    From ! {Ref, ok},
                    loop(Subscribers#{From := {Watch, Left}}, Retained)
            end;
        {call, From, Ref, {unsubscribe, _}} ->
            From ! {Ref, {error, not_subscribed}},
            loop(Subscribers, Retained);
        {call, From, Ref, count} ->
            From ! {Ref, map_size(Subscribers)},
            loop(Subscribers, Retained);
        {publish, Topic, Value, Options} ->
            All = maps:to_list(Subscribers),
            [Pid ! {event, Topic, Value} || {Pid, {_, Wishes}} <- All, any(Wishes, Topic, Value)],
            case lists:member(retain, Options) of
                true -> loop(Subscribers, Retained#{Topic => Value});
                false -> loop(Subscribers, Retained)
            end;
        {'DOWN', Watch, process, Pid, _} ->
            #{Pid := {Watch, _}} = Subscribers,
            loop(maps:remove(Pid, Subscribers), Retained)
    end.

any(Wishes, Topic, Value) ->
    Fits = fun({Pattern, Filter}) -> fits(Pattern, Topic) andalso wanted(Filter, Value) end,
    lists:any(Fits, Wishes).

%% `any` stands for one word, `rest` for all that follow.
fits([rest], _) -> true;
fits([any | Pattern], [_ | Topic]) -> fits(Pattern, Topic);
fits([Word | Pattern], [Word | Topic]) -> fits(Pattern, Topic);
fits([], []) -> true;
fits(_, _) -> false.

%% A filter that fails wants nothing.
wanted(Filter, Value) ->
    try Filter(Value) catch error:_ -> false end.

%% ---- Its clients -------------------------------------------------------------------------------

call(Request) ->
    Ref = monitor(process, broker),
    broker ! {call, self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, Reason} -> exit({broker, Reason})
    end.

subscribe(Pattern) -> subscribe(Pattern, fun(_) -> true end).
subscribe(Pattern, Filter) -> call({subscribe, Pattern, Filter}).
unsubscribe(Pattern) -> call({unsubscribe, Pattern}).
publish(Topic, Value) -> broker ! {publish, Topic, Value, []}, ok.
retain(Topic, Value) -> broker ! {publish, Topic, Value, [retain]}, ok.

%% One that subscribes, keeps what it gets, and tells it when asked.
listener(Name, Pattern, Filter) ->
    Me = self(),
    {Pid, _} = spawn_monitor(fun() ->
        ok = subscribe(Pattern, Filter),
        Me ! {ready, Name},
        listen([])
    end),
    receive {ready, Name} -> {Name, Pid} end.

listen(Heard) ->
    receive
        {event, _, poison} -> exit(poisoned);
        {event, Topic, Value} -> listen([{Topic, Value} | Heard]);
        {tell, From} -> From ! {self(), lists:reverse(Heard)}, listen([]);
        stop -> ok
    end.

%% The broker has passed on all that was published before it answers.
heard(Listeners) ->
    call(count),
    [begin Pid ! {tell, self()}, {Name, receive {Pid, Heard} -> Heard end} end || {Name, Pid} <- Listeners].

show(Listeners) -> [io:format("  ~p: ~w~n", [Name, Heard]) || {Name, Heard} <- heard(Listeners)].

gone(Pid) -> receive {'DOWN', _, process, Pid, Reason} -> Reason end.

main() ->
    start(),
    Always = fun(_) -> true end,
    Weather = listener(weather, [weather, rest], Always),
    Warm = listener(warm, [weather, any], fun(T) -> is_integer(T) andalso T > 20 end),
    Oslo = listener(oslo, [any, oslo], fun(T) -> T rem 2 =:= 0 end),
    All = listener(all, [rest], fun is_integer/1),
    Listeners = [Weather, Warm, Oslo, All],
    Events = [{[weather, oslo], 4}, {[weather, rome], 31}, {[traffic, oslo], jam},
              {[traffic, oslo], 12}, {[weather, oslo, north], 3}, {[news], 7}],
    [publish(Topic, Value) || {Topic, Value} <- Events],
    show(Listeners),
    %% This process hears what was retained, the order of the topics being theirs.
    retain([weather, rome], 17),
    retain([weather, oslo], -3),
    retain([news], none),
    ok = subscribe([weather, any]),
    ok = subscribe([weather, rest], fun(T) -> T > 0 end),
    io:format("~p~n", [call(count)]),
    io:format("~w~n", [[receive {event, Topic, Value} -> {Topic, Value} end || _ <- [1, 2, 3]]]),
    publish([weather, rome], 18),
    io:format("~w~n", [[unsubscribe([weather, any]), unsubscribe([weather, rest]), unsubscribe([news])]]),
    publish([weather, rome], 19),
    show(Listeners),
    io:format("~w~n", [[receive Event -> Event after 0 -> nothing end || _ <- [1, 2]]]),
    %% Who ends is forgotten, however it ends.
    {_, Pid1} = Weather, {_, Pid2} = Oslo, {_, Pid3} = Warm,
    publish([weather, any], poison),
    io:format("~p~n", [gone(Pid1)]),
    Pid2 ! stop,
    exit(Pid3, kill),
    io:format("~p ~p~n", [gone(Pid2), gone(Pid3)]),
    count_until(1),
    publish([news], 8),
    show([All]),
    %% When the broker ends, so does who asks it; who is linked to it can trap that.
    process_flag(trap_exit, true),
    Asker = spawn_monitor(fun() -> receive go -> call(count) end end),
    exit(whereis(broker), maintenance),
    receive {'EXIT', _, Reason} -> io:format("~p ~p~n", [Reason, whereis(broker)]) end,
    element(1, Asker) ! go,
    receive {'DOWN', _, process, _, {Why, _}} -> io:format("~p~n", [Why]) end,
    start(),
    io:format("~p~n", [call(count)]).

%% The broker learns of an end when it learns of it.
count_until(N) ->
    case call(count) of
        N -> ok;
        _ -> receive after 1 -> count_until(N) end
    end.
