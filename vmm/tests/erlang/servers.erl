%% Calls and replies: gen_server, beside `ion.server`.
-module(servers).
-export([main/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).
-import(rows, [wait/0, mailbox/0]).
-behaviour(gen_server).

main() ->
    rows:run([
        {"C-1", fun() -> calls() end},
        {"C-2", fun() -> fails(fun() -> gen_server:call(rows:dead(), get) end) end},
        {"C-3", fun() -> fails(fun() -> gen_server:call(server(), {die, crash}) end) end},
        {"C-4", fun() -> fails(fun() -> gen_server:call(server(), never, 20) end) end},
        {"C-5", fun() -> late() end},
        {"C-6", fun() -> fails(fun() -> gen_server:call(self(), get) end) end},
        {"C-7", fun() -> fails(fun() -> gen_server:call(nobody, get) end) end},
        {"C-8", fun() -> [gen_server:cast(rows:dead(), hello), gen_server:cast(nobody, hello)] end},
        {"C-9", fun() -> replies_later() end},
        {"C-10", fun() -> infos() end},
        {"C-11", fun() -> stops() end},
        {"C-12", fun() -> leaves_no_monitor() end},
        {"C-13", fun() -> starts_badly() end},
        {"C-14", fun() -> name_is_free() end},
        {"C-15", fun() -> starts_slowly() end},
        {"C-16", fun() -> name_is_taken() end}
    ]).

%% ---- The server: keeps a value ----------------------------------------------

server() ->
    {ok, Pid} = gen_server:start(?MODULE, start, []),
    Pid.

init(start) -> {ok, start};
init({refuse, Reason}) -> {stop, Reason};
init(hang) -> receive never -> {ok, hang} end.

handle_call(get, _, Value) -> {reply, Value, Value};
handle_call({put, New}, _, Old) -> {reply, Old, New};
handle_call({die, Reason}, _, _) -> exit(Reason);
handle_call(never, _, Value) -> {noreply, Value};
handle_call({later, Ms}, From, Value) ->
    spawn(fun() -> timer:sleep(Ms), gen_server:reply(From, late) end),
    {noreply, Value};
handle_call({stop, Reply}, _, Value) -> {stop, normal, Reply, Value}.

handle_cast({put, New}, _) -> {noreply, New}.

handle_info(Info, _) -> {noreply, {info, Info}}.

%% ---- The rows ---------------------------------------------------------------

%% How a call fails: the first part of the exit reason.
fails(F) ->
    try F() of Reply -> {reply, Reply}
    catch exit:{Reason, {gen_server, call, _}} -> {exit, Reason}
    end.

calls() ->
    Server = server(),
    Old = gen_server:call(Server, {put, one}),
    ok = gen_server:cast(Server, {put, two}),
    [Old, gen_server:call(Server, get)].

%% A reply that comes after the time-out is dropped.
late() ->
    Outcome = fails(fun() -> gen_server:call(server(), {later, 20}, 5) end),
    wait(),
    [Outcome, mailbox()].

%% Somebody else gives the reply.
replies_later() -> gen_server:call(server(), {later, 5}).

%% Other messages go to the server's own hands.
infos() ->
    Server = server(),
    Server ! hello,
    gen_server:call(Server, get).

stops() ->
    Server = server(),
    Ref = monitor(process, Server),
    Reply = gen_server:call(Server, {stop, bye}),
    [Reply, rows:down_of(Ref)].

%% After a call nothing of it is left, whatever becomes of the server.
leaves_no_monitor() ->
    Server = server(),
    start = gen_server:call(Server, get),
    exit(Server, kill),
    wait(),
    mailbox().

starts_badly() ->
    [gen_server:start(?MODULE, {refuse, reason}, []), mailbox()].

%% A start that has failed leaves its name free.
name_is_free() ->
    Result = gen_server:start({local, c_14}, ?MODULE, {refuse, reason}, []),
    {Result, whereis(c_14)}.

%% One that takes too long is killed.
starts_slowly() ->
    Result = gen_server:start({local, c_15}, ?MODULE, hang, [{timeout, 20}]),
    wait(),
    {Result, whereis(c_15)}.

name_is_taken() ->
    {ok, First} = gen_server:start({local, c_16}, ?MODULE, start, []),
    {error, {Why, Who}} = gen_server:start({local, c_16}, ?MODULE, start, []),
    exit(First, kill),
    {Why, Who =:= First}.
