%% As idle.ionasm, for BEAM.
-module(idle).
-export([main/0]).

main() ->
    [N] = init:get_plain_arguments(),
    Me = self(),
    spawn(fun() -> run(list_to_integer(N)), Me ! done end),
    receive done -> erlang:halt(0) end.

run(N) ->
    Before = erlang:system_info(process_count),
    pause("READY"),
    T0 = now_ms(),
    Children = start(N, self(), []),
    pause(io_lib:format("WAITING ~.3f", [now_ms() - T0])),
    T1 = now_ms(),
    [C ! 1 || C <- Children],
    settle(Before),
    io:format("ENDED ~.3f~n", [now_ms() - T1]).

pause(Text) -> io:format("~s~n", [Text]), timer:sleep(1000).

%% a hundred at a time, so that the mailbox stays small
start(0, _, Children) -> Children;
start(N, Me, Children) ->
    Size = min(N, 100),
    More = batch(Size, Me, Children),
    collect(Size),
    start(N - Size, Me, More).
batch(0, _, Children) -> Children;
batch(N, Me, Children) -> batch(N - 1, Me, [spawn(fun() -> child(Me) end) | Children]).
child(Me) -> Me ! here, receive _ -> ok end.
collect(0) -> ok;
collect(N) -> receive here -> collect(N - 1) end.

settle(Before) ->
    case erlang:system_info(process_count) =< Before of
        true -> ok;
        false -> erlang:yield(), settle(Before)
    end.

now_ms() -> erlang:convert_time_unit(erlang:monotonic_time(), native, nanosecond) / 1.0e6.
