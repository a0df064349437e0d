%% A queue of two lists, as a module of its own.
-module(queue_of_two).
-export([new/0, in/2, out/1, to_list/1, fold/3]).

new() -> {[], []}.

in(X, {Front, Back}) -> {Front, [X | Back]}.

out({[], []}) -> empty;
out({[], Back}) -> out({lists:reverse(Back), []});
out({[X | Front], Back}) -> {X, {Front, Back}}.

to_list({Front, Back}) -> Front ++ lists:reverse(Back).

fold(Fun, Start, Queue) ->
    case out(Queue) of
        empty -> Start;
        {X, Rest} -> fold(Fun, Fun(X, Start), Rest)
    end.
