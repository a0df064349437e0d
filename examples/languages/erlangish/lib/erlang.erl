%% The functions that Erlang calls without a module, and what the compiler calls itself ('$...').
%%
%% Two kinds of call are for the runtime alone: native:'module.name'(...) is a native function of
%% the machine, machine:name(...) one of its instructions. Numbers that natives give are made
%% integers here; what natives would complain about is looked at before, for Erlang says badarg.
-module(erlang).
-compile(export_all).

%% ---- Order and equality ----------------------------------------------------

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

'<'(A, B) -> compare(A, B) =:= -1.

'=<'(A, B) -> compare(A, B) =/= 1.

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

%% For what is equal, but maybe not exactly.
'=:='(A, B) when is_integer(A) -> is_integer(B);
'=:='(A, B) when is_float(A) -> is_float(B);
'=:='([A | As], [B | Bs]) -> A =:= B andalso As =:= Bs;
'=:='(A, B) when is_tuple(A) -> exact(A, B, tuple_size(A));
'=:='(A, B) when is_map(A) -> maps:values(A) =:= maps:values(B);
'=:='(_, _) -> true.

exact(_, _, 0) -> true;
exact(A, B, I) -> element(I, A) =:= element(I, B) andalso exact(A, B, I - 1).

max(A, B) when A >= B -> A;
max(_, B) -> B.

min(A, B) when A =< B -> A;
min(_, B) -> B.

%% ---- Lists -----------------------------------------------------------------

%% The items of a list that ends in []; what else there is, is no argument.
'$array'(List) ->
    case proper(List) of
        true -> native:'list.to_array'(List);
        false -> error(badarg)
    end.

proper([_ | Rest]) -> proper(Rest);
proper(Rest) -> Rest =:= [].

length(List) ->
    case proper(List) of
        true -> native:'integer.from_number'(native:'list.length'(List));
        false -> error(badarg)
    end.

'++'([], B) -> B;
'++'(A, []) -> '$array'(A), A;
'++'(A, B) when is_list(B) -> native:'list.from_array'('$array'(A), B);
'++'(A, B) -> '$array'(A), lists:reverse(lists:reverse(A), B).

'--'(A, []) -> '$array'(A), A;
'--'(A, [B | Bs]) -> '--'(lists:delete(B, A), Bs);
'--'(_, _) -> error(badarg).

%% ---- Tuples ----------------------------------------------------------------

tuple_size(T) when is_tuple(T) -> native:'integer.from_number'(machine:length(T));
tuple_size(_) -> error(badarg).

element(I, T) when is_tuple(T), is_integer(I), I >= 1 ->
    case machine:has_index(T, I - 1) of
        true -> machine:get_index(T, I - 1);
        false -> error(badarg)
    end;
element(_, _) -> error(badarg).

setelement(I, T, Value) when is_tuple(T), is_integer(I), I >= 1 ->
    case machine:has_index(T, I - 1) of
        true -> native:'tuple.set'(T, I - 1, Value);
        false -> error(badarg)
    end;
setelement(_, _, _) -> error(badarg).

tuple_to_list(T) when is_tuple(T) -> native:'list.from_array'(T);
tuple_to_list(_) -> error(badarg).

list_to_tuple(List) -> native:'tuple.from_array'('$array'(List)).

append_element(T, Value) when is_tuple(T) -> machine:add(T, {Value});
append_element(_, _) -> error(badarg).

%% ---- Maps ------------------------------------------------------------------

map_size(Map) when is_map(Map) -> native:'integer.from_number'(machine:length(Map));
map_size(Map) -> error({badmap, Map}).

is_map_key(Key, Map) when is_map(Map) -> machine:has_index(Map, Key);
is_map_key(_, Map) -> error({badmap, Map}).

map_get(Key, Map) -> maps:get(Key, Map).

%% ---- Numbers ---------------------------------------------------------------

abs(X) when is_number(X), X < 0 -> -X;
abs(X) when is_float(X) -> native:'math.abs'(X);
abs(X) when is_integer(X) -> X;
abs(_) -> error(badarg).

float(X) when is_float(X) -> X;
float(X) when is_integer(X) -> X + 0.0;
float(_) -> error(badarg).

trunc(X) when is_number(X) -> native:'integer.trunc'(X);
trunc(_) -> error(badarg).

round(X) when is_number(X) -> native:'integer.round'(X);
round(_) -> error(badarg).

floor(X) when is_number(X) -> native:'integer.floor'(X);
floor(_) -> error(badarg).

ceil(X) when is_number(X) -> native:'integer.ceil'(X);
ceil(_) -> error(badarg).

%% ---- Texts -----------------------------------------------------------------

%% A string of the machine as a list, and back.
'$codes'(String) ->
    native:'list.from_array'(native:'string.code_integers'(String)).

'$string'(Codes) -> native:'string.from_code_points'('$array'(Codes)).

integer_to_list(N) -> integer_to_list(N, 10).

integer_to_list(N, Base) when is_integer(N), is_integer(Base), Base >= 2, Base =< 36 ->
    '$codes'(native:'string.upper'(native:'integer.to_text'(N, Base)));
integer_to_list(_, _) -> error(badarg).

integer_to_binary(N) -> list_to_binary(integer_to_list(N)).

integer_to_binary(N, Base) -> list_to_binary(integer_to_list(N, Base)).

list_to_integer(Text) -> list_to_integer(Text, 10).

list_to_integer(Text, Base) when is_integer(Base), Base >= 2, Base =< 36 ->
    case lists:all(fun(C) -> is_integer(C) andalso C > 32 end, Text) of
        true -> parsed(native:'integer.parse'('$string'(Text), Base));
        false -> error(badarg)
    end;
list_to_integer(_, _) -> error(badarg).

parsed(N) when is_integer(N) -> N;
parsed(_) -> error(badarg).

binary_to_integer(Bytes) -> list_to_integer(binary_to_list(Bytes)).

%% 20 digits behind the point, and two at least of the exponent.
float_to_list(X) when is_float(X) ->
    {Mantissa, [$e, Sign | Exponent]} =
        lists:splitwith(fun(C) -> C =/= $e end, io_lib:power(X, 21)),
    Mantissa ++ [$e, Sign] ++ lists:duplicate(max(0, 2 - length(Exponent)), $0) ++ Exponent;
float_to_list(_) -> error(badarg).

list_to_float(Text) ->
    case lists:splitwith(fun(C) -> C =/= $. end, Text) of
        {[_ | _] = Whole, [$., C | _]} when C >= $0, C =< $9 ->
            case lists:last(Whole) of
                D when D >= $0, D =< $9 -> real(native:'string.to_number'('$string'(Text)));
                _ -> error(badarg)
            end;
        _ -> error(badarg)
    end.

real(X) when is_float(X) -> X;
real(_) -> error(badarg).

binary_to_float(Bytes) -> list_to_float(binary_to_list(Bytes)).

atom_to_list(Atom) when is_atom(Atom) -> '$codes'(machine:to_text(Atom));
atom_to_list(_) -> error(badarg).

list_to_atom("true") -> true;
list_to_atom("false") -> false;
list_to_atom(Text) -> native:'atom.from'('$string'(Text)).

list_to_existing_atom(Text) -> list_to_atom(Text).

atom_to_binary(Atom) when is_atom(Atom) -> native:'bytes.from_string'(machine:to_text(Atom));
atom_to_binary(_) -> error(badarg).

binary_to_atom(Bytes) when is_binary(Bytes) ->
    list_to_atom('$codes'(native:'bytes.to_string'(Bytes)));
binary_to_atom(_) -> error(badarg).

%% ---- Binaries --------------------------------------------------------------

byte_size(Bytes) when is_binary(Bytes) -> native:'integer.from_number'(machine:length(Bytes));
byte_size(_) -> error(badarg).

bit_size(Bytes) -> 8 * byte_size(Bytes).

size(X) when is_tuple(X) -> tuple_size(X);
size(X) -> byte_size(X).

binary_to_list(Bytes) when is_binary(Bytes) ->
    native:'list.from_array'(native:'bytes.to_integers'(Bytes));
binary_to_list(_) -> error(badarg).

list_to_binary(List) when is_list(List) -> iolist_to_binary(List);
list_to_binary(_) -> error(badarg).

iolist_to_binary(Bytes) when is_binary(Bytes) -> Bytes;
iolist_to_binary(List) when is_list(List) ->
    native:'bytes.from_array'('$array'(lists:reverse(octets(List, []))));
iolist_to_binary(_) -> error(badarg).

iolist_size(List) -> byte_size(iolist_to_binary(List)).

%% The octets of an iolist, the last first.
octets([], Done) -> Done;
octets([C | Rest], Done) when is_integer(C), C >= 0, C < 256 -> octets(Rest, [C | Done]);
octets([Part | Rest], Done) when is_list(Part); is_binary(Part) ->
    octets(Rest, octets(Part, Done));
octets(Bytes, Done) when is_binary(Bytes) -> lists:reverse(binary_to_list(Bytes), Done);
octets(_, _) -> error(badarg).

binary_part(Bytes, At, Size)
  when is_binary(Bytes), is_integer(At), is_integer(Size), At >= 0, Size >= 0 ->
    case At + Size =< byte_size(Bytes) of
        true -> native:'bytes.slice'(Bytes, At, At + Size);
        false -> error(badarg)
    end;
binary_part(_, _, _) -> error(badarg).

%% Segments of a binary that is built: an integer in so many octets, the first octets of another.
'$octets'(N, Size) when is_integer(N) -> native:'bytes.from_array'('$array'(split(N, Size, [])));
'$octets'(_, _) -> error(badarg).

split(_, 0, Done) -> Done;
split(N, Size, Done) -> split(N bsr 8, Size - 1, [N band 255 | Done]).

'$part'(Bytes, Size) -> binary_part(Bytes, 0, Size).

'$utf8'(C) when is_integer(C), C >= 0 -> native:'bytes.from_string'('$string'([C]));
'$utf8'(_) -> error(badarg).

%% Segments of a binary that is taken apart: what they are and the rest, or false.
'$integer'(Bytes, Size) ->
    case '$binary'(Bytes, Size) of
        {Part, Rest} -> {joined(binary_to_list(Part), 0), Rest};
        false -> false
    end.

joined([], N) -> N;
joined([C | Rest], N) -> joined(Rest, (N bsl 8) bor C).

'$binary'(Bytes, Size) when is_binary(Bytes), is_integer(Size), Size >= 0 ->
    End = byte_size(Bytes),
    case Size =< End of
        true -> {native:'bytes.slice'(Bytes, 0, Size), native:'bytes.slice'(Bytes, Size, End)};
        false -> false
    end;
'$binary'(_, _) -> false.

%% ---- Functions -------------------------------------------------------------

apply(Fun, Args) when is_function(Fun) ->
    Tuple = list_to_tuple(Args),
    case is_function(Fun, tuple_size(Tuple)) of
        true -> machine:call_spread(Fun, Tuple);
        false -> error({badarity, {Fun, Args}})
    end;
apply(Fun, _) -> error({badfun, Fun}).

apply(Module, Name, Args) when is_atom(Module), is_atom(Name) ->
    machine:call_spread(make_fun(Module, Name, length(Args)), list_to_tuple(Args));
apply(_, _, _) -> error(badarg).

make_fun(Module, Name, Arity) ->
    try native:'code.find'(Module, Name, Arity)
    catch error:_ -> error(undef)
    end.

spawn(Module, Name, Args) -> spawn(fun() -> apply(Module, Name, Args) end).

is_function(Fun, Arity) when is_function(Fun), is_integer(Arity) -> arity(Fun) =:= Arity;
is_function(_, _) -> false.

arity(Fun) -> native:'integer.from_number'(native:'function.arity'(Fun)).

%% Why a call of a fun failed, if it was the call: a reason, or false.
'$bad_call'(Error, Fun, Args) ->
    case machine:type_of(Error) =:= object andalso machine:get_prop(Error, kind) of
        not_callable when not is_function(Fun) -> {badfun, Fun};
        bad_arity ->
            case arity(Fun) =:= tuple_size(Args) of
                true -> false;
                false -> {badarity, {Fun, tuple_to_list(Args)}}
            end;
        _ -> false
    end.

%% ---- Errors ----------------------------------------------------------------

%% What was caught: {Class, Reason}. Errors of the machine are objects, which no term of the
%% language is, and have a kind.
'$caught'(Value, Info) ->
    case machine:type_of(Value) of
        object -> {error, kind(machine:get_prop(Value, kind))};
        _ -> {native:'error.class'(Info), Value}
    end.

kind(bad_type) -> badarith;
kind(bad_number) -> badarith;
kind(not_found) -> undef;
kind(Kind) when Kind =:= limit; Kind =:= memory_limit; Kind =:= stack_overflow -> system_limit;
kind(Kind) -> Kind.

'$catch'(Value, Info) ->
    case '$caught'(Value, Info) of
        {throw, Thrown} -> Thrown;
        {exit, Reason} -> {'EXIT', Reason};
        {error, Reason} -> {'EXIT', {Reason, '$stack'(Info)}}
    end.

%% The trace as Erlang has it: {Module, Function, Arity, [{file, F}, {line, L}]}.
'$stack'(Info) -> [frame(F) || F <- frames(native:'error.trace'(Info)), is_tuple(F)].

frames(Array) -> native:'list.from_array'(Array).

frame({Function, _, Line, _}) ->
    {Module, Rest} = until($., '$codes'(Function), []),
    {Arity, Name} = until($/, lists:reverse(Rest), []),
    {list_to_atom(Module), list_to_atom(lists:reverse(Name)),
     list_to_integer(lists:reverse(Arity)), place(Module, Line)}.

until(C, [C | Rest], Done) -> {lists:reverse(Done), Rest};
until(C, [Other | Rest], Done) -> until(C, Rest, [Other | Done]);
until(_, [], Done) -> {lists:reverse(Done), []}.

place(Module, Line) when is_float(Line) ->
    [{file, Module ++ ".erl"}, {line, native:'integer.from_number'(Line)}];
place(_, _) -> [].

error(Reason, _Args) -> error(Reason).

raise(error, Reason, _) -> error(Reason);
raise(exit, Reason, _) -> exit(Reason);
raise(throw, Reason, _) -> throw(Reason).

%% ---- Messages --------------------------------------------------------------

%% Messages that earlier receives passed over, the oldest first.
'$saved'() ->
    Saved = machine:get_global(saved),
    case is_list(Saved) of
        true -> Saved;
        false -> []
    end.

'$save'([], Rest) -> machine:set_global(saved, Rest);
'$save'(Passed, Rest) -> machine:set_global(saved, lists:reverse(Passed, Rest)).

%% When a time-out is over, and how long that still is.
'$until'(infinity) -> infinity;
'$until'(Time) when is_integer(Time), Time >= 0 -> native:'time.monotonic'() + Time;
'$until'(_) -> error(timeout_value).

'$wait'(infinity) -> infinity;
'$wait'(Until) -> max(0, Until - native:'time.monotonic'()).

send(To, Message) -> To ! Message.

%% ---- The process dictionary ------------------------------------------------

dictionary() ->
    Dictionary = machine:get_global(dictionary),
    case is_map(Dictionary) of
        true -> Dictionary;
        false -> #{}
    end.

get() -> maps:to_list(dictionary()).

get(Key) -> maps:get(Key, dictionary(), undefined).

put(Key, Value) ->
    Old = get(Key),
    machine:set_global(dictionary, maps:put(Key, Value, dictionary())),
    Old.

erase(Key) ->
    Old = get(Key),
    machine:set_global(dictionary, maps:remove(Key, dictionary())),
    Old.

%% ---- Time ------------------------------------------------------------------

monotonic_time(millisecond) -> trunc(native:'time.monotonic'());
monotonic_time(microsecond) -> trunc(native:'time.monotonic'() * 1000).

system_time(second) -> trunc(native:'time.wall'() / 1000);
system_time(millisecond) -> trunc(native:'time.wall'()).
