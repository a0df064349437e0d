%% A server for any state, as OTP has one: the module that is called back says what the state is,
%% this one how requests come, are answered and are watched.
%%
%%   init(Arg)                         {ok, State} | {ok, State, Timeout} | ignore | {stop, Reason}
%%   handle_call(Request, From, State) {reply, Reply, State} | {noreply, State} | {stop, Reason, Reply, State}
%%   handle_cast(Request, State)       {noreply, State} | {noreply, State, Timeout} | {stop, Reason, State}
%%   handle_info(Message, State)       as handle_cast
%%   terminate(Reason, State)          whatever
-module(gen_srv).
-export([start/2, start_link/2, start/3, call/2, call/3, cast/2, reply/2, stop/1, stop/3]).

%% ---- Starting: the answer comes when init has come to its end --------------------

start(Module, Arg) -> started(fun(Init) -> spawn_monitor(Init) end, none, Module, Arg).

start(Name, Module, Arg) -> started(fun(Init) -> spawn_monitor(Init) end, Name, Module, Arg).

start_link(Module, Arg) -> started(fun(Init) -> spawn_opt(Init, [link, monitor]) end, none, Module, Arg).

started(Spawn, Name, Module, Arg) ->
    Parent = self(),
    {Pid, Ref} = Spawn(fun() -> init(Parent, Name, Module, Arg) end),
    receive
        {ack, Pid, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, Pid, Reason} -> {error, Reason}
    end.

init(Parent, Name, Module, Arg) ->
    case named(Name) of
        taken -> refuse(Parent, {error, {already_started, whereis(Name)}}, normal);
        ok ->
            case attempt(fun() -> Module:init(Arg) end) of
                {ok, State} -> ready(Parent, Module, State, infinity);
                {ok, State, Timeout} -> ready(Parent, Module, State, Timeout);
                ignore -> refuse(Parent, ignore, normal);
                {stop, Reason} -> refuse(Parent, {error, Reason}, Reason);
                {'EXIT', Reason} -> refuse(Parent, {error, Reason}, Reason);
                Other -> refuse(Parent, {error, {bad_return_value, Other}}, {bad_return_value, Other})
            end
    end.

named(none) -> ok;
named(Name) ->
    try register(Name, self()), ok
    catch error:badarg -> taken
    end.

ready(Parent, Module, State, Timeout) ->
    Parent ! {ack, self(), {ok, self()}},
    loop(Parent, Module, State, Timeout).

%% Who is not started leaves no exit signal behind.
refuse(Parent, Answer, Reason) ->
    unlink(Parent),
    Parent ! {ack, self(), Answer},
    exit(Reason).

%% ---- Asking -------------------------------------------------------------------------

call(Server, Request) -> call(Server, Request, 5000).

%% The reference of the monitor is an alias, too: an answer that comes too late is dropped.
call(Server, Request, Timeout) ->
    Call = {?MODULE, call, [Server, Request, Timeout]},
    Ref = monitor(process, Server, [{alias, reply_demonitor}]),
    catch Server ! {'$call', {self(), Ref}, Request},
    receive
        {Ref, Reply} -> Reply;
        {'DOWN', Ref, process, _, Reason} -> exit({Reason, Call})
    after Timeout ->
        demonitor(Ref, [flush]),
        receive {Ref, Reply} -> Reply
        after 0 -> exit({timeout, Call})
        end
    end.

reply({_, Ref}, Reply) -> Ref ! {Ref, Reply}, ok.

cast(Server, Request) -> catch Server ! {'$cast', Request}, ok.

stop(Server) -> stop(Server, normal, infinity).

stop(Server, Reason, Timeout) ->
    Ref = monitor(process, Server),
    Server ! {'$stop', Reason},
    receive
        {'DOWN', Ref, process, _, Reason} -> ok;
        {'DOWN', Ref, process, _, Other} -> exit(Other)
    after Timeout ->
        demonitor(Ref, [flush]),
        exit(timeout)
    end.

%% ---- Serving ------------------------------------------------------------------------

loop(Parent, Module, State, Timeout) ->
    receive
        {'EXIT', Parent, Reason} -> finish(Module, Reason, State);
        {'$stop', Reason} -> finish(Module, Reason, State);
        {'$call', From, Request} ->
            Answer = attempt(fun() -> Module:handle_call(Request, From, State) end),
            answered(Parent, Module, From, State, Answer);
        {'$cast', Request} ->
            done(Parent, Module, State, attempt(fun() -> Module:handle_cast(Request, State) end));
        Message ->
            done(Parent, Module, State, attempt(fun() -> Module:handle_info(Message, State) end))
    after Timeout ->
        done(Parent, Module, State, attempt(fun() -> Module:handle_info(timeout, State) end))
    end.

%% A throw is a way to answer; errors and exits end the server.
attempt(Fun) ->
    try Fun()
    catch
        throw:Answer -> Answer;
        error:Reason:Stack -> {'EXIT', {Reason, Stack}};
        exit:Reason -> {'EXIT', Reason}
    end.

answered(Parent, Module, From, _, {reply, Reply, State}) ->
    reply(From, Reply),
    loop(Parent, Module, State, infinity);
answered(_, Module, From, _, {stop, Reason, Reply, State}) ->
    try finish(Module, Reason, State)
    after reply(From, Reply)
    end;
answered(Parent, Module, _, State, Other) -> done(Parent, Module, State, Other).

done(Parent, Module, _, {noreply, State}) -> loop(Parent, Module, State, infinity);
done(Parent, Module, _, {noreply, State, Timeout}) -> loop(Parent, Module, State, Timeout);
done(_, Module, _, {stop, Reason, State}) -> finish(Module, Reason, State);
done(_, Module, State, {'EXIT', Reason}) -> finish(Module, Reason, State);
done(_, Module, State, Other) -> finish(Module, {bad_return_value, Other}, State).

finish(Module, Reason, State) ->
    Module:terminate(Reason, State),
    exit(Reason).
