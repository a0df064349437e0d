%% Huffman codes: a tree from counts, codes from the tree, bits and back.
-module(huffman).
-export([main/0]).

counts(Text) ->
    maps:to_list(lists:foldl(fun(C, M) -> M#{C => maps:get(C, M, 0) + 1} end, #{}, Text)).

%% The two lightest trees become one, until one is left.
tree([{_, Tree}]) -> Tree;
tree([{W1, T1}, {W2, T2} | Rest]) -> tree(insert({W1 + W2, {node, T1, T2}}, Rest)).

insert(New, []) -> [New];
insert({W, _} = New, [{V, _} = First | Rest]) when W =< V -> [New, First | Rest];
insert(New, [First | Rest]) -> [First | insert(New, Rest)].

codes(Tree) -> maps:from_list(codes(Tree, [])).

codes({leaf, C}, Bits) -> [{C, lists:reverse(Bits)}];
codes({node, L, R}, Bits) -> codes(L, [0 | Bits]) ++ codes(R, [1 | Bits]).

encode(Text, Codes) -> lists:append([maps:get(C, Codes) || C <- Text]).

decode([], _) -> [];
decode(Bits, Tree) ->
    {C, Rest} = walk(Bits, Tree),
    [C | decode(Rest, Tree)].

walk(Bits, {leaf, C}) -> {C, Bits};
walk([0 | Bits], {node, L, _}) -> walk(Bits, L);
walk([1 | Bits], {node, _, R}) -> walk(Bits, R).

%% Eight bits an octet, the last one filled.
octets([]) -> <<>>;
octets(Bits) ->
    {Byte, Rest} = eight(Bits, 8, 0),
    <<Byte, (octets(Rest))/binary>>.

eight(Rest, 0, Byte) -> {Byte, Rest};
eight([B | Rest], N, Byte) -> eight(Rest, N - 1, Byte bsl 1 bor B);
eight([], N, Byte) -> {Byte bsl N, []}.

bits(<<>>) -> [];
bits(<<Byte, Rest/binary>>) -> [(Byte bsr S) band 1 || S <- lists:seq(7, 0, -1)] ++ bits(Rest).

depth({leaf, _}) -> 0;
depth({node, L, R}) -> 1 + max(depth(L), depth(R)).

main() ->
    Text = "a man a plan a canal panama",
    Counts = lists:keysort(2, counts(Text)),
    io:format("~w~n", [Counts]),
    Tree = tree([{N, {leaf, C}} || {C, N} <- Counts]),
    io:format("depth ~p~n", [depth(Tree)]),
    Codes = codes(Tree),
    [io:format("~c ~s~n", [C, [B + $0 || B <- Bits]]) || {C, Bits} <- maps:to_list(Codes)],
    Bits = encode(Text, Codes),
    Packed = octets(Bits),
    io:format("~p bits, ~p octets for ~p~n", [length(Bits), byte_size(Packed), length(Text)]),
    io:format("~w~n", [Packed]),
    io:format("~s~n", [decode(lists:sublist(bits(Packed), length(Bits)), Tree)]).
