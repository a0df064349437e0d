%% A supervisor: starts children in order, restarts those that end, gives up if that does not help.
%%
%%   init(Arg)  {{Strategy, Intensity, Seconds}, [{Id, {Module, Function, Args}, Restart, Shutdown}]}
%%
%% Strategy is one_for_one, one_for_all or rest_for_one; Restart permanent, transient or temporary;
%% Shutdown brutal_kill, infinity or milliseconds. A start function links and gives {ok, Pid}.
-module(gen_sup).
-export([start_link/2, which_children/1, terminate_child/2, restart_child/2, start_child/2]).

-record(sup, {parent, strategy, intensity, period, restarts = [], children = []}).
-record(child, {id, start, restart, shutdown, pid = undefined}).

start_link(Module, Arg) ->
    Parent = self(),
    {Pid, Ref} = spawn_opt(fun() -> init(Parent, Module, Arg) end, [link, monitor]),
    receive
        {Pid, started} -> demonitor(Ref, [flush]), {ok, Pid};
        {'DOWN', Ref, process, Pid, Reason} ->
            receive {'EXIT', Pid, _} -> ok after 0 -> ok end,
            {error, Reason}
    end.

which_children(Sup) -> ask(Sup, which_children).
terminate_child(Sup, Id) -> ask(Sup, {terminate_child, Id}).
restart_child(Sup, Id) -> ask(Sup, {restart_child, Id}).
start_child(Sup, Spec) -> ask(Sup, {start_child, Spec}).

ask(Sup, Request) ->
    Ref = monitor(process, Sup),
    Sup ! {ask, self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, Reason} -> exit(Reason)
    end.

init(Parent, Module, Arg) ->
    process_flag(trap_exit, true),
    {{Strategy, Intensity, Period}, Specs} = Module:init(Arg),
    Sup = #sup{parent = Parent, strategy = Strategy, intensity = Intensity, period = Period},
    case start_all([child(Spec) || Spec <- Specs], []) of
        {ok, Children} ->
            Parent ! {self(), started},
            loop(Sup#sup{children = Children});
        {error, Id, Reason, Started} ->
            stop_all(Started),
            unlink(Parent),
            exit({shutdown, {failed_to_start_child, Id, Reason}})
    end.

child({Id, Start, Restart, Shutdown}) -> #child{id = Id, start = Start, restart = Restart, shutdown = Shutdown}.

%% ---- Children: the last one that was started stands first ------------------------------

start_all([], Started) -> {ok, Started};
start_all([Child | Rest], Started) ->
    case start(Child) of
        {ok, Pid} -> start_all(Rest, [Child#child{pid = Pid} | Started]);
        {error, Reason} -> {error, Child#child.id, Reason, Started}
    end.

start(#child{start = {Module, Function, Args}}) ->
    case catch apply(Module, Function, Args) of
        {ok, Pid} when is_pid(Pid) -> {ok, Pid};
        {error, Reason} -> {error, Reason};
        Other -> {error, Other}
    end.

stop_all(Children) -> [stop(Child) || Child <- Children].

stop(#child{pid = Pid} = Child) when is_pid(Pid) ->
    Ref = monitor(process, Pid),
    case Child#child.shutdown of
        brutal_kill -> exit(Pid, kill), await(Ref, Pid);
        Time ->
            exit(Pid, shutdown),
            receive {'DOWN', Ref, process, Pid, _} -> ok
            after Time -> exit(Pid, kill), await(Ref, Pid)
            end
    end,
    unlink(Pid),
    receive {'EXIT', Pid, _} -> ok after 0 -> ok end,
    Child#child{pid = undefined};
stop(Child) -> Child.

await(Ref, Pid) -> receive {'DOWN', Ref, process, Pid, _} -> ok end.

%% ---- Watching ------------------------------------------------------------------------------

loop(#sup{parent = Parent, children = Children} = Sup) ->
    receive
        {'EXIT', Parent, Reason} -> stop_all(Children), exit(Reason);
        {'EXIT', Pid, Reason} ->
            case lists:keyfind(Pid, #child.pid, Children) of
                false -> loop(Sup);
                Child -> loop(ended(Child, Reason, Sup))
            end;
        {again, Id} ->
            case lists:keyfind(Id, #child.id, Children) of
                #child{pid = undefined} = Child -> loop(restart(Child, Sup));
                _ -> loop(Sup)
            end;
        {ask, From, Ref, Request} ->
            {Answer, New} = answer(Request, Sup),
            From ! {Ref, Answer},
            loop(New)
    end.

answer(which_children, #sup{children = Children} = Sup) ->
    {[{Child#child.id, Child#child.pid} || Child <- lists:reverse(Children)], Sup};
answer({start_child, Spec}, #sup{children = Children} = Sup) ->
    Child = child(Spec),
    case {lists:keymember(Child#child.id, #child.id, Children), start(Child)} of
        {false, {ok, Pid}} -> {{ok, Pid}, Sup#sup{children = [Child#child{pid = Pid} | Children]}};
        {false, Error} -> {Error, Sup};
        {true, _} -> {{error, already_present}, Sup}
    end;
answer({Request, Id}, #sup{children = Children} = Sup) ->
    case {Request, lists:keyfind(Id, #child.id, Children)} of
        {_, false} -> {{error, not_found}, Sup};
        {terminate_child, Child} -> {ok, put_child(stop(Child), Sup)};
        {restart_child, #child{pid = undefined} = Child} ->
            {ok, Pid} = start(Child),
            {{ok, Pid}, put_child(Child#child{pid = Pid}, Sup)};
        {restart_child, _} -> {{error, running}, Sup}
    end.

put_child(Child, #sup{children = Children} = Sup) ->
    Sup#sup{children = lists:keyreplace(Child#child.id, #child.id, Children, Child)}.

ended(#child{restart = Restart} = Child, Reason, Sup) ->
    Gone = Child#child{pid = undefined},
    Clean = is_clean(Reason),
    case Restart of
        permanent -> restart(Gone, put_child(Gone, Sup));
        transient when not Clean -> restart(Gone, put_child(Gone, Sup));
        transient -> put_child(Gone, Sup);
        temporary -> Sup#sup{children = lists:keydelete(Child#child.id, #child.id, Sup#sup.children)}
    end.

is_clean({shutdown, _}) -> true;
is_clean(Reason) -> Reason =:= normal orelse Reason =:= shutdown.

%% Restarts are counted, not ends.
restart(Child, #sup{intensity = Most, period = Period} = Sup) ->
    Now = erlang:monotonic_time(millisecond),
    Recent = [Now | [Time || Time <- Sup#sup.restarts, Time >= Now - 1000 * Period]],
    case length(Recent) > Most of
        true -> stop_all(Sup#sup.children), exit(shutdown);
        false -> start_again(Child, Sup#sup{restarts = Recent})
    end.

start_again(Child, #sup{strategy = one_for_one} = Sup) ->
    case start(Child) of
        {ok, Pid} -> put_child(Child#child{pid = Pid}, Sup);
        {error, _} -> self() ! {again, Child#child.id}, Sup
    end;
start_again(_, #sup{strategy = one_for_all, children = Children} = Sup) -> replace(Children, [], Sup);
start_again(Child, #sup{strategy = rest_for_one, children = Children} = Sup) ->
    {Later, [_ | Before]} = lists:splitwith(fun(Other) -> Other#child.id =/= Child#child.id end, Children),
    replace(Later ++ [Child], Before, Sup).

%% Stops children, the last one first, and starts them in order. Temporary ones do not come back.
replace(Children, Before, Sup) ->
    Stopped = [Child || Child <- stop_all(Children), Child#child.restart =/= temporary],
    case start_all(lists:reverse(Stopped), Before) of
        {ok, All} -> Sup#sup{children = All};
        {error, Id, _, Started} ->
            self() ! {again, Id},
            Missing = [Child || Child <- Stopped, not lists:keymember(Child#child.id, #child.id, Started)],
            Sup#sup{children = Missing ++ Started}
    end.
