%% Names of processes.
-module(names).
-export([main/0]).
-import(rows, [raised/1, mailbox/0]).

main() ->
    rows:run([
        {"N-1", fun() -> taken() end},
        {"N-2", fun() -> raised(fun() -> register(a_name, rows:dead()) end) end},
        {"N-3", fun() -> already_named() end},
        {"N-4", fun() -> raised(fun() -> unregister(nobody) end) end},
        {"N-5", fun() -> freed() end},
        {"N-6", fun() -> found() end}
    ]).

waits() -> spawn(fun() -> receive {die, Reason} -> exit(Reason) end end).

taken() ->
    register(a_name, waits()),
    Result = raised(fun() -> register(a_name, waits()) end),
    unregister(a_name),
    Result.

already_named() ->
    Pid = waits(),
    register(a_name, Pid),
    Result = raised(fun() -> register(another_name, Pid) end),
    unregister(a_name),
    [Result, whereis(another_name)].

%% A name is free as soon as its process has ended.
freed() ->
    Pid = waits(),
    register(a_name, Pid),
    Ref = monitor(process, Pid),
    Pid ! {die, over},
    over = rows:down_of(Ref),
    register(a_name, Other = waits()),
    Result = whereis(a_name) =:= Other,
    unregister(a_name),
    Result.

%% What a name is good for.
found() ->
    register(a_name, self()),
    Before = {whereis(a_name) =:= self(), lists:member(a_name, registered())},
    a_name ! by_name,
    unregister(a_name),
    [Before, whereis(a_name), mailbox()].
