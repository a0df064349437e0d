%% The order of all terms.
-module(erl_order).
-compile(export_all).

%% The order of types. Booleans are atoms here, and another type for the machine.
rank(X) when is_number(X) -> 0;
rank(X) when is_atom(X) -> 1;
rank(X) when is_reference(X) -> 2;
rank(X) when is_function(X) -> 3;
rank(X) when is_pid(X) -> 4;
rank(X) when is_tuple(X) -> 5;
rank(X) when is_map(X) -> 6;
rank([]) -> 7;
rank(X) when is_list(X) -> 8;
rank(_) -> 9.

%% -1, 0 or 1.
compare(A, B) ->
    case {rank(A), rank(B)} of
        {R, R} -> compare(R, A, B);
        {R, S} -> step(machine:less_than(R, S))
    end.

step(true) -> -1;
step(false) -> 1.

compare(1, A, B) -> texts(machine:to_text(A), machine:to_text(B));
compare(5, A, B) ->
    case compare(tuple_size(A), tuple_size(B)) of
        0 -> elements(A, B, 1, tuple_size(A));
        Order -> Order
    end;
compare(6, A, B) ->
    case compare(map_size(A), map_size(B)) of
        0 -> maps(A, B);
        Order -> Order
    end;
compare(7, _, _) -> 0;
compare(8, [A | As], [B | Bs]) ->
    case compare(A, B) of
        0 -> compare(As, Bs);
        Order -> Order
    end;
compare(R, A, B) when R =:= 2; R =:= 3; R =:= 4 ->
    case machine:equal(A, B) of
        true -> 0;
        false -> texts(native:'term.show'(A), native:'term.show'(B))
    end;
compare(_, A, B) ->
    native:'integer.from_number'(native:'term.compare'(A, B)).

texts(A, B) -> native:'integer.from_number'(native:'string.compare'(A, B)).

elements(_, _, I, N) when I > N -> 0;
elements(A, B, I, N) ->
    case compare(element(I, A), element(I, B)) of
        0 -> elements(A, B, I + 1, N);
        Order -> Order
    end.

%% Maps of one size: by their keys, then by the values. As keys, integers come before floats.
maps(A, B) ->
    As = maps:to_list(A),
    Bs = maps:to_list(B),
    case keys(As, Bs) of
        0 -> values(As, Bs);
        Order -> Order
    end.

keys([], []) -> 0;
keys([{A, _} | As], [{B, _} | Bs]) ->
    case compare_keys(A, B) of
        0 -> keys(As, Bs);
        Order -> Order
    end.

values([], []) -> 0;
values([{_, A} | As], [{_, B} | Bs]) ->
    case compare(A, B) of
        0 -> values(As, Bs);
        Order -> Order
    end.

compare_keys(A, B) when is_integer(A), is_float(B) -> -1;
compare_keys(A, B) when is_float(A), is_integer(B) -> 1;
compare_keys(A, B) -> compare(A, B).
