%% What the areas share: running rows, the notation of outcomes, watched subjects.
%%
%% A row is `{Id, Fun}`. Its function runs in a process of its own and gives an
%% outcome, which is printed as `ID OUTCOME` in the notation of IonVM: atoms with
%% a colon, lists in brackets, tuples in parentheses. A process never stands in an outcome, since
%% two machines number them differently; who it is does: `:parent`, `:self`, `:peer`.
-module(rows).
-export([run/1, nothing/1, subject/2, heard/1, only_heard/1, mailbox/0, raised/1,
         wait/0, ended/1, ends_with/1, dead/0, dead_linked/2, down_of/1]).

%% Prints all rows and ends the node.
run(Rows) ->
    logger:set_primary_config(level, none),
    [io:format("~s ~s~n", [Id, show(outcome(F))]) || {Id, F} <- Rows],
    halt(0).

outcome(F) ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() -> Me ! {self(), F()} end),
    receive
        {Pid, Outcome} ->
            receive {'DOWN', Ref, process, Pid, _} -> Outcome end;
        {'DOWN', Ref, process, Pid, Reason} ->
            {row_failed, Reason}
    after 10000 ->
        row_hangs
    end.

show(true) -> "true";
show(false) -> "false";
show(undefined) -> "undefined";
show(A) when is_atom(A) -> ":" ++ atom_to_list(A);
show(N) when is_number(N) -> io_lib:format("~w", [N]);
show({}) -> "()";
show({A}) -> ["(", show(A), ",)"];
show(T) when is_tuple(T) -> ["(", lists:join(", ", [show(E) || E <- tuple_to_list(T)]), ")"];
show(L) when is_list(L) -> ["[", lists:join(", ", [show(E) || E <- L]), "]"];
show(Other) -> io_lib:format("?~w", [Other]).

%% ---- Subjects ---------------------------------------------------------------
%% A subject runs a function of its parent, and then tells the parent everything
%% that it finds in its mailbox. It is monitored from its first moment.

subject(Trap, F) ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, Trap),
        F(Me),
        Me ! {self(), ready},
        tell(Me)
    end),
    receive
        {Pid, ready} -> ok;
        {'DOWN', Ref, process, Pid, _} = Down -> self() ! Down
    end,
    {Pid, Ref}.

%% What a subject has nothing to do with.
nothing(_) -> ok.

tell(Parent) ->
    receive M -> Parent ! {self(), named(M, Parent)} end,
    tell(Parent).

named({'EXIT', From, Reason}, Parent) when From =:= Parent -> {'EXIT', parent, Reason};
named({'EXIT', From, Reason}, _) when From =:= self() -> {'EXIT', self, Reason};
named({'EXIT', _, Reason}, _) -> {'EXIT', peer, Reason};
named(Other, _) -> Other.

%% What a subject has met by now: messages in order, and `{down, Reason}` as
%% the last if it has ended, `ping` if it lives. Then it is killed.
heard({Pid, Ref}) ->
    wait(),
    Pid ! ping,
    Met = meet(Pid, Ref),
    case lists:last(Met) of
        ping -> exit(Pid, kill), killed = ended({Pid, Ref});
        _ -> ok
    end,
    Met.

meet(Pid, Ref) ->
    receive
        {Pid, ping} -> [ping];
        {Pid, M} -> [M | meet(Pid, Ref)];
        {'DOWN', Ref, process, Pid, Reason} -> [{down, Reason}]
    after 5000 -> [silence]
    end.

%% What a subject of this kind meets when it does this.
only_heard({Trap, F}) -> heard(subject(Trap, F)).

%% ---- Small tools ------------------------------------------------------------

%% Long enough for everything that is on its way.
wait() -> timer:sleep(40).

%% All messages that have come, in order; processes and references by what they are.
mailbox() ->
    receive
        {'EXIT', _, Reason} -> [{'EXIT', Reason} | mailbox()];
        {'DOWN', _, process, _, Reason} -> [{'DOWN', Reason} | mailbox()];
        M -> [M | mailbox()]
    after 0 -> []
    end.

%% What a function raises, if it does.
raised(F) ->
    try F() of _ -> fine
    catch error:Reason -> {raised, Reason}
    end.

%% The reason with which the process of a function ends.
ends_with(F) -> ended(spawn_monitor(F)).

ended({Pid, Ref}) -> receive {'DOWN', Ref, process, Pid, Reason} -> Reason after 5000 -> silence end.

%% The reason of a monitor.
down_of(Ref) -> receive {'DOWN', Ref, process, _, Reason} -> Reason after 5000 -> silence end.

%% A process that has ended.
dead() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    normal = ended({Pid, Ref}),
    Pid.

%% In a subject: a linked process that ends with a reason by itself, or is killed.
dead_linked(kill_it, _) ->
    exit(spawn_link(fun() -> receive never -> ok end end), kill);
dead_linked(Reason, _) ->
    spawn_link(fun() -> exit(Reason) end).
