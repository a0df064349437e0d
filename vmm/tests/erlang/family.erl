%% Children and supervisors for the rows about them; `family.ionasm` has the same.
%%
%% A child tells the process that runs the row when it starts, and when and why it is
%% stopped. Events of different children come in the order in which the supervisor
%% has waited for them.
-module(family).
-export([init/1, supervise/2, flags/0, spec/1, spec/2, start_child/3, child/3, events/0, pid/2, die/3, stop/1]).
-import(rows, [wait/0, mailbox/0]).
-behaviour(supervisor).

init({Flags, Specs}) -> {ok, {Flags, Specs}}.

flags() -> #{strategy => one_for_one, intensity => 3, period => 5}.

supervise(Flags, Specs) ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(?MODULE, {maps:merge(flags(), Flags), Specs}),
    Sup.

spec(Id) -> spec(Id, #{}).

spec(Id, More) ->
    maps:merge(#{id => Id, start => {?MODULE, start_child, [self(), Id, obeys]}}, More).

start_child(To, Id, Kind) -> proc_lib:start_link(?MODULE, child, [To, Id, Kind]).

child(To, Id, Kind) ->
    process_flag(trap_exit, true),
    To ! {started, Id},
    proc_lib:init_ack({ok, self()}),
    serve(To, Id, Kind).

serve(To, Id, Kind) ->
    receive
        {'EXIT', _, Reason} when Kind =:= obeys -> To ! {stopped, Id, Reason}, exit(Reason);
        {'EXIT', _, _} -> serve(To, Id, Kind);
        {die, Reason} -> exit(Reason)
    end.

%% What has happened by now.
events() ->
    wait(),
    mailbox().

%% The process that a child is at present.
pid(Sup, Id) ->
    {Id, Pid, _, _} = lists:keyfind(Id, 1, supervisor:which_children(Sup)),
    Pid.

die(Sup, Id, Reason) ->
    Pid = pid(Sup, Id),
    Ref = monitor(process, Pid),
    Pid ! {die, Reason},
    _ = rows:down_of(Ref),
    wait().

stop(Sup) ->
    exit(Sup, shutdown),
    receive {'EXIT', Sup, Reason} -> Reason after 5000 -> silence end.
