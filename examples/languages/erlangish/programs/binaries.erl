%% Binaries: building and taking apart.
-module(binaries).
-export([main/0]).

%% Length and text, again and again.
pack(Texts) -> pack(Texts, <<>>).

pack([], Done) -> Done;
pack([T | Rest], Done) -> pack(Rest, <<Done/binary, (byte_size(T)), T/binary>>).

unpack(<<>>) -> [];
unpack(<<N, T:N/binary, Rest/binary>>) -> [T | unpack(Rest)];
unpack(Broken) -> [{broken, Broken}].

header(<<"ION", Version, Length:16, Crc:32, Body:Length/binary, _/binary>>) ->
    {Version, Length, Crc, Body};
header(<<Magic:3/binary, _/binary>>) -> {no_header, Magic};
header(_) -> short.

split(Bytes, Sep) -> split(Bytes, Sep, <<>>).

split(<<Sep, Rest/binary>>, Sep, Part) -> [Part | split(Rest, Sep, <<>>)];
split(<<C, Rest/binary>>, Sep, Part) -> split(Rest, Sep, <<Part/binary, C>>);
split(<<>>, _, Part) -> [Part].

upper(<<C, Rest/binary>>) when C >= $a, C =< $z -> <<(C - 32), (upper(Rest))/binary>>;
upper(<<C, Rest/binary>>) -> <<C, (upper(Rest))/binary>>;
upper(<<>>) -> <<>>.

main() ->
    B = <<"hello">>,
    io:format("~p ~p ~p~n", [B, byte_size(B), <<1, 2, 300>>]),
    io:format("~p~n", [<<B/binary, " ", "world">>]),
    io:format("~p~n", [<<1:16, 65535:16, -1, 70000:32>>]),
    Packed = pack([<<"a">>, <<"longer">>, <<>>]),
    io:format("~w~n", [Packed]),
    io:format("~p ~p~n", [unpack(Packed), unpack(<<5, "abc">>)]),
    io:format("~p~n", [header(<<"ION", 2, 3:16, 12345:32, "bodyrest">>)]),
    io:format("~p ~p~n", [header(<<"GIFdata">>), header(<<"x">>)]),
    io:format("~p~n", [split(<<"a,bc,,d">>, $,)]),
    io:format("~p~n", [upper(<<"Hello, World">>)]),
    io:format("~p~n", [[binary_to_list(B), list_to_binary(["ab", [<<"cd">>, $e]]), iolist_to_binary("x")]]),
    io:format("~p~n", [[atom_to_binary(abc), binary_to_atom(<<"xyz">>), integer_to_binary(42),
                        binary_to_integer(<<"17">>)]]),
    io:format("~p~n", [binary_part(<<"abcdef">>, 2, 3)]),
    io:format("~p~n", [[B =:= <<"hello">>, B < <<"help">>, <<"a">> < <<"ab">>, <<"b">> > <<"ab">>]]),
    <<First, "el", Rest/binary>> = B,
    io:format("~p ~p~n", [First, Rest]),
    <<X:16, Y:8, "!">> = <<1, 2, 3, "!">>,
    io:format("~p ~p~n", [X, Y]),
    io:format("~w~n", [<<"gr\x{fc}n"/utf8>>]),
    io:format("~w~n", [[try F() catch error:E -> E end || F <- [
        fun() -> byte_size(a) end, fun() -> <<(hd([a]))>> end, fun() -> <<(hd([1]))/binary>> end,
        fun() -> <<_, _>> = <<"abc">> end, fun() -> list_to_binary([256]) end]]]).
