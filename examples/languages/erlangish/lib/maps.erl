%% Maps. The machine's maps can be changed, so that what gives another map copies it.
%% Wherever entries are listed they come in the order of their keys, as Erlang's small maps do.
-module(maps).
-compile(export_all).

new() -> #{}.

get(Key, Map) when is_map(Map) ->
    case machine:has_index(Map, Key) of
        true -> machine:get_index(Map, Key);
        false -> error({badkey, Key})
    end;
get(_, Map) -> error({badmap, Map}).

get(Key, Map, Default) when is_map(Map) ->
    case machine:has_index(Map, Key) of
        true -> machine:get_index(Map, Key);
        false -> Default
    end;
get(_, Map, _) -> error({badmap, Map}).

find(Key, Map) when is_map(Map) ->
    case machine:has_index(Map, Key) of
        true -> {ok, machine:get_index(Map, Key)};
        false -> error
    end;
find(_, Map) -> error({badmap, Map}).

is_key(Key, Map) -> is_map_key(Key, Map).

size(Map) -> map_size(Map).

put(Key, Value, Map) -> Map#{Key => Value}.

update(Key, Value, Map) -> Map#{Key := Value}.

update_with(Key, Fun, Map) -> Map#{Key := Fun(get(Key, Map))}.

update_with(Key, Fun, Default, Map) ->
    case find(Key, Map) of
        {ok, Value} -> Map#{Key => Fun(Value)};
        error -> Map#{Key => Default}
    end.

remove(Key, Map) when is_map(Map) ->
    Copy = native:'map.copy'(Map),
    native:'map.delete'(Copy, Key),
    Copy;
remove(_, Map) -> error({badmap, Map}).

take(Key, Map) ->
    case find(Key, Map) of
        {ok, Value} -> {Value, remove(Key, Map)};
        error -> error
    end.

keys(Map) when is_map(Map) ->
    lists:sort(fun before/2, native:'list.from_array'(native:'map.keys'(Map)));
keys(Map) -> error({badmap, Map}).

before(A, B) -> erl_order:compare_keys(A, B) =/= 1.

values(Map) -> [machine:get_index(Map, Key) || Key <- keys(Map)].

to_list(Map) -> [{Key, machine:get_index(Map, Key)} || Key <- keys(Map)].

from_list(List) -> native:'map.from_entries'(erlang:'$array'(List)).

from_keys(Keys, Value) -> from_list([{Key, Value} || Key <- Keys]).

merge(A, B) when is_map(A), is_map(B) -> native:'map.merge'(A, B);
merge(A, B) when is_map(A) -> error({badmap, B});
merge(A, _) -> error({badmap, A}).

with(Keys, Map) -> from_list([{Key, get(Key, Map)} || Key <- Keys, is_map_key(Key, Map)]).

without([], Map) -> Map;
without([Key | Keys], Map) -> without(Keys, remove(Key, Map)).

map(Fun, Map) -> from_list([{Key, Fun(Key, Value)} || {Key, Value} <- to_list(Map)]).

filter(Fun, Map) -> from_list([Entry || {Key, Value} = Entry <- to_list(Map), Fun(Key, Value)]).

fold(Fun, Start, Map) ->
    lists:foldl(fun({Key, Value}, Done) -> Fun(Key, Value, Done) end, Start, to_list(Map)).

foreach(Fun, Map) -> lists:foreach(fun({Key, Value}) -> Fun(Key, Value) end, to_list(Map)).
