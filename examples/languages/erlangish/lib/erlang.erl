%% The functions that Erlang calls without a module, and what the compiler calls itself ('$...').
%%
%% Two kinds of call are for the runtime alone: native:'module.name'(...) is a native function of
%% the machine, machine:name(...) one of its instructions. Numbers that natives give are made
%% integers here; what natives would complain about is looked at before, for Erlang says badarg.
-module(erlang).
-compile(export_all).

%% ---- Order and equality ----------------------------------------------------

'<'(A, B) -> erl_order:compare(A, B) =:= -1.

'=<'(A, B) -> erl_order:compare(A, B) =/= 1.

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

is_function(Fun, Arity) when is_function(Fun), is_integer(Arity) -> arity(Fun) =:= Arity;
is_function(_, _) -> false.

arity(Fun) -> native:'integer.from_number'(native:'function.arity'(Fun)).

%% ---- Errors ----------------------------------------------------------------

error(Reason, _Args) -> error(Reason).

raise(error, Reason, _) -> error(Reason);
raise(exit, Reason, _) -> exit(Reason);
raise(throw, Reason, _) -> throw(Reason).

%% ---- Processes -------------------------------------------------------------

%% A process begins in erl_errors:run, which makes Erlang's reason of an error that nobody catches.
spawn(Fun) when is_function(Fun) -> machine:spawn(fun erl_errors:run/1, Fun);
spawn(_) -> error(badarg).

spawn(Module, Name, Args) -> spawn(call(Module, Name, Args)).

spawn_link(Fun) when is_function(Fun) -> machine:spawn(fun erl_errors:run/1, Fun, "link");
spawn_link(_) -> error(badarg).

spawn_link(Module, Name, Args) -> spawn_link(call(Module, Name, Args)).

spawn_monitor(Fun) -> spawn_opt(Fun, [monitor]).

spawn_monitor(Module, Name, Args) -> spawn_monitor(call(Module, Name, Args)).

spawn_opt(Fun, Options) when is_function(Fun) ->
    Given = maps:from_keys(Options, true),
    Both = machine:spawn_opts(fun erl_errors:run/1, {Fun}, Given),
    case lists:member(monitor, Options) of
        true -> Both;
        false -> element(1, Both)
    end;
spawn_opt(_, _) -> error(badarg).

spawn_opt(Module, Name, Args, Options) -> spawn_opt(call(Module, Name, Args), Options).

call(Module, Name, Args) when is_atom(Module), is_atom(Name) ->
    '$array'(Args),
    fun() -> apply(Module, Name, Args) end;
call(_, _, _) -> error(badarg).

exit(Pid, Reason) when is_pid(Pid) -> machine:exit_signal(Pid, Reason);
exit(_, _) -> error(badarg).

link(Pid) when is_pid(Pid) -> machine:link(Pid);
link(_) -> error(badarg).

unlink(Pid) when is_pid(Pid) -> machine:unlink(Pid);
unlink(_) -> error(badarg).

monitor(process, Whom) when is_pid(Whom); is_atom(Whom) -> machine:monitor(Whom);
monitor(_, _) -> error(badarg).

monitor(process, Whom, []) -> monitor(process, Whom);
monitor(process, Whom, [{alias, explicit_unalias}]) -> machine:monitor(Whom, "explicit");
monitor(process, Whom, [{alias, demonitor}]) -> machine:monitor(Whom, "demonitor");
monitor(process, Whom, [{alias, reply_demonitor}]) -> machine:monitor(Whom, "reply").

demonitor(Ref) -> demonitor(Ref, []).

demonitor(Ref, Options) when is_reference(Ref) ->
    case {lists:member(flush, Options), lists:member(info, Options)} of
        {false, false} -> machine:demonitor(Ref);
        {true, false} -> machine:demonitor(Ref, "flush");
        {false, true} -> machine:demonitor(Ref, "info");
        {true, true} -> machine:demonitor(Ref, "flush info")
    end;
demonitor(_, _) -> error(badarg).

alias() -> machine:alias("explicit").

alias([]) -> alias();
alias([explicit_unalias]) -> alias();
alias([reply]) -> machine:alias("reply").

unalias(Alias) when is_reference(Alias) -> machine:unalias(Alias);
unalias(_) -> error(badarg).

process_flag(trap_exit, Flag) when is_boolean(Flag) -> machine:trap_exit(Flag);
process_flag(_, _) -> error(badarg).

is_process_alive(Pid) when is_pid(Pid) -> native:'process.alive'(Pid);
is_process_alive(_) -> error(badarg).

node() -> nonode@nohost.

%% ---- Names of processes ----------------------------------------------------

register(Name, Pid) when is_atom(Name), Name =/= undefined, is_pid(Pid) ->
    try native:'process.register'(Name, Pid), true
    catch error:_ -> error(badarg)
    end;
register(_, _) -> error(badarg).

unregister(Name) when is_atom(Name) ->
    try native:'process.unregister'(Name), true
    catch error:_ -> error(badarg)
    end;
unregister(_) -> error(badarg).

whereis(Name) when is_atom(Name) ->
    case native:'process.whereis'(Name) of
        Pid when is_pid(Pid) -> Pid;
        _ -> undefined
    end;
whereis(_) -> error(badarg).

registered() -> native:'list.from_array'(native:'process.registered'()).

%% Whom `!` does not find to be a process: one by its name, here or on this node, or an alias.
send(To, Message) when is_pid(To); is_reference(To) -> machine:send(To, Message), Message;
send(Name, Message) when is_atom(Name) ->
    try machine:send(Name, Message), Message
    catch error:_ -> error(badarg)
    end;
send({Name, nonode@nohost}, Message) when is_atom(Name) ->
    case whereis(Name) of
        undefined -> Message;
        Pid -> send(Pid, Message)
    end;
send(_, _) -> error(badarg).

%% ---- Timers ----------------------------------------------------------------

send_after(Time, To, Message) -> native:'timer.send_after'(checked(Time), whom(To), Message).

start_timer(Time, To, Message) -> native:'timer.start'(checked(Time), whom(To), Message).

checked(Time) when is_integer(Time), Time >= 0 -> Time;
checked(_) -> error(badarg).

whom(To) when is_pid(To); is_atom(To) -> To;
whom(_) -> error(badarg).

cancel_timer(Ref) when is_reference(Ref) -> left(native:'timer.cancel'(Ref));
cancel_timer(_) -> error(badarg).

read_timer(Ref) when is_reference(Ref) -> left(native:'timer.read'(Ref));
read_timer(_) -> error(badarg).

left(false) -> false;
left(Milliseconds) -> native:'integer.from_number'(Milliseconds).

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
