%% Lists.
-module(lists).
-compile(export_all).

map(Fun, [X | Rest]) -> [Fun(X) | map(Fun, Rest)];
map(Fun, []) when is_function(Fun, 1) -> [].

filter(Fun, List) -> [X || X <- List, Fun(X)].

foldl(Fun, Done, [X | Rest]) -> foldl(Fun, Fun(X, Done), Rest);
foldl(Fun, Done, []) when is_function(Fun, 2) -> Done.

foldr(Fun, Done, [X | Rest]) -> Fun(X, foldr(Fun, Done, Rest));
foldr(Fun, Done, []) when is_function(Fun, 2) -> Done.

foreach(Fun, [X | Rest]) -> Fun(X), foreach(Fun, Rest);
foreach(Fun, []) when is_function(Fun, 1) -> ok.

flatmap(Fun, [X | Rest]) -> Fun(X) ++ flatmap(Fun, Rest);
flatmap(Fun, []) when is_function(Fun, 1) -> [].

mapfoldl(Fun, Done, [X | Rest]) ->
    {Y, Next} = Fun(X, Done),
    {Ys, Last} = mapfoldl(Fun, Next, Rest),
    {[Y | Ys], Last};
mapfoldl(Fun, Done, []) when is_function(Fun, 2) -> {[], Done}.

reverse(List) -> reverse(List, []).

reverse([X | Rest], Done) -> reverse(Rest, [X | Done]);
reverse([], Done) -> Done.

append(Lists) -> foldr(fun(A, B) -> A ++ B end, [], Lists).

append(A, B) -> A ++ B.

subtract(A, B) -> A -- B.

seq(From, To) -> seq(From, To, 1).

seq(From, To, By) when By > 0, From - By =< To -> down(From, To - (To - From) rem By, By, []);
seq(From, To, By) when By < 0, From - By >= To -> down(From, To - (To - From) rem By, By, []);
seq(Same, Same, 0) -> [Same];
seq(_, _, _) -> error(function_clause).

down(From, At, By, Done) when By > 0, At >= From; By < 0, At =< From ->
    down(From, At - By, By, [At | Done]);
down(_, _, _, Done) -> Done.

nth(1, [X | _]) -> X;
nth(N, [_ | Rest]) when N > 1 -> nth(N - 1, Rest).

nthtail(0, Rest) when is_list(Rest) -> Rest;
nthtail(N, [_ | Rest]) when N > 0 -> nthtail(N - 1, Rest).

last([X]) -> X;
last([_ | Rest]) -> last(Rest).

droplast([_]) -> [];
droplast([X | Rest]) -> [X | droplast(Rest)].

member(X, [Y | Rest]) -> X =:= Y orelse member(X, Rest);
member(_, []) -> false.

delete(X, [Y | Rest]) when X =:= Y -> Rest;
delete(X, [Y | Rest]) -> [Y | delete(X, Rest)];
delete(_, []) -> [].

sum(List) -> foldl(fun(X, Sum) -> X + Sum end, 0, List).

max([X | Rest]) -> foldl(fun erlang:max/2, X, Rest).

min([X | Rest]) -> foldl(fun erlang:min/2, X, Rest).

all(Fun, [X | Rest]) ->
    case Fun(X) of
        true -> all(Fun, Rest);
        false -> false
    end;
all(Fun, []) when is_function(Fun, 1) -> true.

any(Fun, [X | Rest]) ->
    case Fun(X) of
        true -> true;
        false -> any(Fun, Rest)
    end;
any(Fun, []) when is_function(Fun, 1) -> false.

takewhile(Fun, [X | Rest]) ->
    case Fun(X) of
        true -> [X | takewhile(Fun, Rest)];
        false -> []
    end;
takewhile(Fun, []) when is_function(Fun, 1) -> [].

dropwhile(Fun, [X | Rest] = List) ->
    case Fun(X) of
        true -> dropwhile(Fun, Rest);
        false -> List
    end;
dropwhile(Fun, []) when is_function(Fun, 1) -> [].

splitwith(Fun, List) -> {takewhile(Fun, List), dropwhile(Fun, List)}.

partition(Fun, List) -> partition(Fun, List, [], []).

partition(Fun, [X | Rest], Yes, No) ->
    case Fun(X) of
        true -> partition(Fun, Rest, [X | Yes], No);
        false -> partition(Fun, Rest, Yes, [X | No])
    end;
partition(Fun, [], Yes, No) when is_function(Fun, 1) -> {reverse(Yes), reverse(No)}.

split(N, List) -> split(N, List, []).

split(0, Rest, Done) -> {reverse(Done), Rest};
split(N, [X | Rest], Done) when N > 0 -> split(N - 1, Rest, [X | Done]);
split(_, _, _) -> error(badarg).

sublist(List, N) when N >= 0 -> first(N, List).

sublist(List, From, N) when From >= 1 -> first(N, skip(From - 1, List)).

first(N, [X | Rest]) when N > 0 -> [X | first(N - 1, Rest)];
first(_, _) -> [].

skip(N, [_ | Rest]) when N > 0 -> skip(N - 1, Rest);
skip(_, Rest) -> Rest.

duplicate(N, X) when N >= 0 -> [X || _ <- seq(1, N)].

flatten(List) when is_list(List) -> flatten(List, []).

flatten([X | Rest], After) when is_list(X) -> flatten(X, flatten(Rest, After));
flatten([X | Rest], After) -> [X | flatten(Rest, After)];
flatten([], After) -> After.

zip([A | As], [B | Bs]) -> [{A, B} | zip(As, Bs)];
zip([], []) -> [].

zipwith(Fun, [A | As], [B | Bs]) -> [Fun(A, B) | zipwith(Fun, As, Bs)];
zipwith(Fun, [], []) when is_function(Fun, 2) -> [].

unzip(Pairs) -> {[A || {A, _} <- Pairs], [B || {_, B} <- Pairs]}.

%% ---- Sorting: halves are merged, equal items keep their order ---------------

sort(List) -> sort(fun(A, B) -> A =< B end, List).

sort(Fun, List) -> sorted(Fun, List, length(List)).

sorted(_, _, 0) -> [];
sorted(_, [X | _], 1) -> [X];
sorted(Fun, List, N) ->
    Half = N div 2,
    merge(Fun, sorted(Fun, List, Half), sorted(Fun, skip(Half, List), N - Half), []).

merge(Fun, [A | As] = Left, [B | Bs] = Right, Done) ->
    case Fun(A, B) of
        true -> merge(Fun, As, Right, [A | Done]);
        false -> merge(Fun, Left, Bs, [B | Done])
    end;
merge(_, [], Right, Done) -> reverse(Done, Right);
merge(_, Left, [], Done) -> reverse(Done, Left).

merge(A, B) -> merge(fun(X, Y) -> X =< Y end, A, B, []).

usort(List) -> unique(sort(List)).

unique([A, B | Rest]) when A == B -> unique([A | Rest]);
unique([A | Rest]) -> [A | unique(Rest)];
unique([]) -> [].

keysort(N, List) -> sort(fun(A, B) -> element(N, A) =< element(N, B) end, List).

%% ---- Lists of tuples --------------------------------------------------------

keyfind(Key, N, [T | Rest]) ->
    case keyed(Key, N, T) of
        true -> T;
        false -> keyfind(Key, N, Rest)
    end;
keyfind(_, _, []) -> false.

keyed(Key, N, T) -> is_tuple(T) andalso tuple_size(T) >= N andalso element(N, T) == Key.

keymember(Key, N, List) -> keyfind(Key, N, List) =/= false.

keydelete(Key, N, [T | Rest]) ->
    case keyed(Key, N, T) of
        true -> Rest;
        false -> [T | keydelete(Key, N, Rest)]
    end;
keydelete(_, _, []) -> [].

keyreplace(Key, N, [T | Rest], New) ->
    case keyed(Key, N, T) of
        true -> [New | Rest];
        false -> [T | keyreplace(Key, N, Rest, New)]
    end;
keyreplace(_, _, [], _) -> [].

keystore(Key, N, List, New) ->
    case keymember(Key, N, List) of
        true -> keyreplace(Key, N, List, New);
        false -> List ++ [New]
    end.

%% ---- Texts ---------------------------------------------------------------------

concat(Things) -> flatmap(fun text/1, Things).

text(X) when is_atom(X) -> atom_to_list(X);
text(X) when is_integer(X) -> integer_to_list(X);
text(X) when is_float(X) -> float_to_list(X);
text(X) -> X.

prefix([X | As], [X | Bs]) -> prefix(As, Bs);
prefix(As, Bs) -> As =:= [] andalso is_list(Bs).

suffix(End, List) -> prefix(reverse(End), reverse(List)).

join(_, []) -> [];
join(Between, [X | Rest]) -> [X | [Y || Z <- Rest, Y <- [Between, Z]]].
