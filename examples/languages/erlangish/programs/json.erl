%% JSON: read from a binary, written back.
-module(json).
-export([main/0]).

decode(Bytes) ->
    {Value, Rest} = value(space(Bytes)),
    case space(Rest) of
        <<>> -> Value;
        Left -> error({trailing, Left})
    end.

space(<<C, Rest/binary>>) when C =:= $\s; C =:= $\n; C =:= $\t -> space(Rest);
space(Bytes) -> Bytes.

value(<<"null", Rest/binary>>) -> {null, Rest};
value(<<"true", Rest/binary>>) -> {true, Rest};
value(<<"false", Rest/binary>>) -> {false, Rest};
value(<<$", Rest/binary>>) -> text(Rest, []);
value(<<$[, Rest/binary>>) ->
    case space(Rest) of
        <<$], After/binary>> -> {[], After};
        Items -> items(Items, [])
    end;
value(<<${, Rest/binary>>) ->
    case space(Rest) of
        <<$}, After/binary>> -> {#{}, After};
        Members -> members(Members, #{})
    end;
value(<<C, _/binary>> = Bytes) when C =:= $-; C >= $0, C =< $9 -> number(Bytes, [], integer);
value(Other) -> error({unexpected, Other}).

text(<<$", Rest/binary>>, Done) -> {list_to_binary(lists:reverse(Done)), Rest};
text(<<$\\, C, Rest/binary>>, Done) -> text(Rest, [unescape(C) | Done]);
text(<<C, Rest/binary>>, Done) -> text(Rest, [C | Done]);
text(<<>>, _) -> error(open_string).

unescape($n) -> $\n;
unescape($t) -> $\t;
unescape(C) -> C.

items(Bytes, Done) ->
    {Item, Rest} = value(space(Bytes)),
    case space(Rest) of
        <<$,, After/binary>> -> items(After, [Item | Done]);
        <<$], After/binary>> -> {lists:reverse([Item | Done]), After}
    end.

members(Bytes, Map) ->
    {Key, Rest} = value(space(Bytes)),
    true = is_binary(Key),
    <<$:, Rest2/binary>> = space(Rest),
    {Value, Rest3} = value(space(Rest2)),
    New = Map#{Key => Value},
    case space(Rest3) of
        <<$,, After/binary>> -> members(After, New);
        <<$}, After/binary>> -> {New, After}
    end.

number(<<C, Rest/binary>>, Done, Kind) when C >= $0, C =< $9; C =:= $- -> number(Rest, [C | Done], Kind);
number(<<$., Rest/binary>>, Done, integer) -> number(Rest, [$. | Done], float);
number(Rest, Done, integer) -> {list_to_integer(lists:reverse(Done)), Rest};
number(Rest, Done, float) -> {list_to_float(lists:reverse(Done)), Rest}.

encode(null) -> "null";
encode(true) -> "true";
encode(false) -> "false";
encode(N) when is_integer(N) -> integer_to_list(N);
encode(X) when is_float(X) -> io_lib:format("~p", [X]);
encode(B) when is_binary(B) -> [$", [escape(C) || C <- binary_to_list(B)], $"];
encode(L) when is_list(L) -> [$[, lists:join($,, [encode(X) || X <- L]), $]];
encode(M) when is_map(M) ->
    [${, lists:join($,, [[encode(K), $:, encode(V)] || {K, V} <- maps:to_list(M)]), $}].

escape($") -> "\\\"";
escape($\\) -> "\\\\";
escape($\n) -> "\\n";
escape(C) -> C.

outcome(Bytes) ->
    try decode(Bytes)
    catch error:Reason -> {error, Reason}
    end.

main() ->
    Text = <<"{\"name\": \"Ada\", \"born\": 1815, \"tags\": [\"math\", \"poetry\", []],\n"
             "  \"nested\": {\"pi\": 3.25, \"no\": false, \"nil\": null}, \"q\": \"say \\\"hi\\\"\\n\"}">>,
    Value = decode(Text),
    io:format("~w~n", [maps:size(Value)]),
    #{<<"name">> := Name, <<"nested">> := #{<<"pi">> := Pi}} = Value,
    io:format("~s ~p~n", [Name, Pi]),
    io:format("~s~n", [encode(Value)]),
    io:format("~p~n", [decode(list_to_binary(encode(Value))) =:= Value]),
    io:format("~p~n", [[outcome(B) || B <- [<<"[1, -2, 3.5]">>, <<"[]">>, <<" {} ">>, <<"true">>]]]),
    io:format("~w~n", [[outcome(B) || B <- [<<"[1 2]">>, <<"\"abc">>, <<"nope">>, <<"1 1">>, <<"{1: 2}">>]]]).
