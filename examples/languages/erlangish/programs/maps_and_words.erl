%% Maps: building, asking, updating, patterns.
-module(maps_and_words).
-export([main/0]).

words(Text) -> words(Text, [], []).

words([C | Rest], Word, Done) when C >= $a, C =< $z -> words(Rest, [C | Word], Done);
words([_ | Rest], [], Done) -> words(Rest, [], Done);
words([_ | Rest], Word, Done) -> words(Rest, [], [lists:reverse(Word) | Done]);
words([], [], Done) -> lists:reverse(Done);
words([], Word, Done) -> lists:reverse([lists:reverse(Word) | Done]).

count(Words) ->
    lists:foldl(fun(W, Counts) -> maps:update_with(W, fun(N) -> N + 1 end, 1, Counts) end, #{}, Words).

describe(#{name := Name, age := Age}) when Age >= 18 -> {adult, Name};
describe(#{name := Name}) -> {somebody, Name};
describe(#{}) -> nobody.

get_by(Key, Map) ->
    case Map of
        #{Key := Value} -> {found, Value};
        _ -> missing
    end.

outcome(Fun) ->
    try Fun()
    catch Class:Reason -> {Class, Reason}
    end.

main() ->
    M = #{a => 1, "b" => [2], {c} => #{d => 4}, 5 => five, 5.0 => float},
    io:format("~p~n", [M]),
    io:format("~p ~p~n", [map_size(M), maps:get({c}, M)]),
    io:format("~p~n", [M#{a := 2, new => yes}]),
    io:format("~p~n", [[get_by(a, M), get_by(5, M), get_by(5.0, M), get_by(z, M)]]),
    io:format("~p~n", [[describe(#{name => joe, age => 30}), describe(#{name => kid, age => 3}), describe(#{})]]),
    Counts = count(words("the cat and the dog and the bird")),
    io:format("~p~n", [Counts]),
    io:format("~p~n", [lists:reverse(lists:keysort(2, maps:to_list(Counts)))]),
    io:format("~p ~p~n", [maps:keys(M), maps:values(#{x => 1, y => 2})]),
    io:format("~p ~p~n", [maps:find(a, M), maps:find(z, M)]),
    io:format("~p ~p ~p~n", [maps:get(z, M, default), maps:is_key(a, M), is_map_key(z, M)]),
    io:format("~p~n", [maps:remove(a, maps:remove(zz, #{a => 1, b => 2}))]),
    io:format("~p~n", [maps:merge(#{a => 1, b => 2}, #{b => 3, c => 4})]),
    io:format("~p~n", [maps:map(fun(K, V) -> {K, V * 2} end, #{a => 1, b => 2})]),
    io:format("~p~n", [maps:filter(fun(_, V) -> V > 1 end, #{a => 1, b => 2, c => 3})]),
    io:format("~p~n", [maps:fold(fun(K, V, Acc) -> [{K, V} | Acc] end, [], #{a => 1, b => 2})]),
    io:format("~p~n", [maps:from_list([{a, 1}, {b, 2}, {a, 3}])]),
    io:format("~p ~p~n", [maps:with([a, z], #{a => 1, b => 2}), maps:without([a], #{a => 1, b => 2})]),
    io:format("~p~n", [[#{a => 1} =:= #{a => 1}, #{a => 1} == #{a => 1.0}, #{a => 1} =:= #{a => 1.0},
                        #{1 => a} == #{1.0 => a}, #{a => 1} < #{b => 1}, #{z => 1} < #{a => 1, b => 1}]]),
    #{name := #{first := First}} = #{name => #{first => "Ada", last => "Lovelace"}},
    io:format("~p~n", [First]),
    io:format("~w~n", [[outcome(fun() -> maps:get(z, M) end), outcome(fun() -> M#{z := 1} end),
                        outcome(fun() -> maps:get(a, hd([not_map])) end),
                        outcome(fun() -> (hd([not_map]))#{a => 1} end)]]),
    io:format("~p~n", [outcome(fun() -> #{z := _} = #{a => 1} end)]),
    Large = maps:from_list([{N, N * N} || N <- lists:seq(1, 200)]),
    io:format("~p ~p~n", [maps:get(150, Large), lists:sum(maps:values(Large))]).
