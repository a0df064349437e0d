%% Children and their supervisors, beside `ion.supervisor`.
-module(children).
-export([main/0]).
-import(rows, [wait/0, mailbox/0]).
-import(family, [supervise/2, flags/0, spec/1, spec/2, events/0, pid/2, die/3, stop/1, start_child/3]).

main() ->
    rows:run([
        {"V-10", fun() -> [stubborn(S) || S <- [20, brutal_kill]] end},
        {"V-11", fun() -> parent_ends() end},
        {"V-12", fun() -> strangers() end},
        {"V-13", fun() -> child_results() end},
        {"V-14", fun() -> dynamic() end},
        {"V-15", fun() -> [significant(S) || S <- [any_significant, all_significant]] end},
        {"V-16", fun() -> taken_away_and_back() end}
    ]).

%% A child that does not go when it is told to.
stubborn(Shutdown) ->
    Start = {family, start_child, [self(), a, ignores]},
    Sup = supervise(#{}, [spec(a, #{start => Start, shutdown => Shutdown})]),
    Ref = monitor(process, pid(Sup, a)),
    Reason = stop(Sup),
    {Reason, rows:down_of(Ref), events()}.

%% A supervisor ends when its parent does, and takes its children along.
parent_ends() ->
    Me = self(),
    {Parent, ParentRef} = spawn_monitor(fun() ->
        {ok, Sup} = supervisor:start_link(family, {flags(), [#{id => a, start => {family, start_child, [Me, a, obeys]}}]}),
        Me ! {sup, Sup},
        receive end_now -> exit(parent_crash) end
    end),
    Sup = receive {sup, S} -> S end,
    Ref = monitor(process, Sup),
    Parent ! end_now,
    parent_crash = rows:down_of(ParentRef),
    Reason = rows:down_of(Ref),
    {Reason, events()}.

%% Exits of strangers and other messages do nothing.
strangers() ->
    Sup = supervise(#{}, [spec(a)]),
    events(),
    spawn(fun() -> link(Sup), exit(crash) end),
    Sup ! hello,
    Events = events(),
    {is_process_alive(Sup), Events, stop(Sup)}.

%% What starting a child may give.
child_results() ->
    Sup = supervise(#{}, []),
    Me = self(),
    Start = fun(Id, Restart, F) ->
        Spec = #{id => Id, restart => Restart, start => {erlang, apply, [F, []]}},
        case supervisor:start_child(Sup, Spec) of
            {ok, Pid} when is_pid(Pid) -> {ok, pid};
            {ok, Pid, Extra} when is_pid(Pid) -> {ok, pid, Extra};
            {error, {Reason, _}} -> {error, Reason};
            Other -> Other
        end
    end,
    Results = [
        Start(a, permanent, fun() -> start_child(Me, a, obeys) end),
        Start(b, permanent, fun() -> {ok, P} = start_child(Me, b, obeys), {ok, P, extra} end),
        Start(c, permanent, fun() -> ignore end),
        Start(d, temporary, fun() -> ignore end),
        Start(e, permanent, fun() -> {error, reason} end)
    ],
    Left = [{Id, case P of undefined -> undefined; _ -> pid end}
            || {Id, P, _, _} <- lists:sort(supervisor:which_children(Sup))],
    stop(Sup),
    mailbox(),
    {Results, Left}.

%% Children of one kind, as many as are asked for.
dynamic() ->
    Spec = #{id => any, start => {family, start_child, [self()]}, restart => transient},
    Sup = supervise(#{strategy => simple_one_for_one}, [Spec]),
    {ok, A} = supervisor:start_child(Sup, [a, obeys]),
    {ok, B} = supervisor:start_child(Sup, [b, obeys]),
    Started = events(),
    A ! {die, crash},
    Restarted = events(),
    B ! {die, normal},
    Ended = events(),
    Count = length(supervisor:which_children(Sup)),
    Reason = stop(Sup),
    {Started, Restarted, Ended, Count, Reason, events()}.

%% A supervisor that ends with its significant children.
significant(Auto) ->
    More = #{restart => transient, significant => true},
    Sup = supervise(#{auto_shutdown => Auto}, [spec(a, More), spec(b, More), spec(c)]),
    events(),
    die(Sup, a, normal),
    First = is_process_alive(Sup),
    FirstEvents = events(),
    First andalso die(Sup, b, normal),
    wait(),
    All = FirstEvents ++ events(),
    {First, is_process_alive(Sup), All}.

%% Stopping a child, starting it again, forgetting it.
taken_away_and_back() ->
    Sup = supervise(#{}, [spec(a), spec(b)]),
    events(),
    Stopped = supervisor:terminate_child(Sup, a),
    Refused = supervisor:delete_child(Sup, b),
    {ok, _} = supervisor:restart_child(Sup, a),
    Events = events(),
    supervisor:terminate_child(Sup, a),
    Deleted = supervisor:delete_child(Sup, a),
    Left = length(supervisor:which_children(Sup)),
    stop(Sup),
    mailbox(),
    {Stopped, Refused, Events, Deleted, Left}.
