-module(b_liveheap).
-export([main/1]).
%% a tree of 2^Depth tuples stays alive while Rounds trees of depth 8 are made
%% and walked: how long rounds take that meet a collection, and how late another
%% process is meanwhile that wants to run every millisecond
main([Depth, Rounds]) ->
    Ticker = spawn(fun() -> ticker(0.0) end),
    Keep = make(Depth),
    Built = latest(Ticker),
    Counts = counters:new(1000, []),
    T0 = us(),
    {Total, Max} = rounds(Rounds, Counts, 0, 0.0),
    T1 = us(),
    Tick = latest(Ticker),
    exit(Ticker, kill),
    {metrics, Total + check(Keep),
     [{"mean_us", (T1 - T0) / Rounds}, {"p99_us", 10.0 * quantile(Counts, Rounds * 99 div 100, 1)},
      {"max_us", Max}, {"tick_building_us", Built}, {"tick_max_us", Tick}, {time_ms, (T1 - T0) / 1000}]}.
ticker(Most) ->
    T0 = us(),
    receive
        From -> From ! Most, ticker(0.0)
    after 1 -> ticker(max(Most, us() - T0 - 1000.0))
    end.
latest(Ticker) -> Ticker ! self(), receive Late -> Late end.
rounds(0, _, Total, Max) -> {Total, Max};
rounds(N, Counts, Total, Max) ->
    T0 = us(),
    T = check(make(8)),
    T1 = us(),
    counters:add(Counts, min(999, trunc((T1 - T0) / 10)) + 1, 1),
    rounds(N - 1, Counts, Total + T, max(Max, T1 - T0)).
quantile(Counts, Left, I) ->
    N = counters:get(Counts, I),
    if N >= Left; I =:= 1000 -> I; true -> quantile(Counts, Left - N, I + 1) end.
us() -> erlang:convert_time_unit(erlang:monotonic_time(), native, nanosecond) / 1000.0.
make(0) -> {nil, nil};
make(D) -> {make(D - 1), make(D - 1)}.
check({nil, nil}) -> 1;
check({L, R}) -> 1 + check(L) + check(R).
