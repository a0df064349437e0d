%% Errors: what the machine knows of them, as Erlang says it. The compiler calls this.
-module(erl_errors).
-compile(export_all).

%% ---- Caught ------------------------------------------------------------------

%% What was caught: {Class, Reason}. Errors of the machine are objects, which no term of the
%% language is, and have a kind.
caught(Value, Info) ->
    case machine:type_of(Value) of
        object -> {error, kind(machine:get_prop(Value, kind))};
        _ -> {native:'error.class'(Info), Value}
    end.

kind(bad_type) -> badarith;
kind(bad_number) -> badarith;
kind(not_found) -> undef;
kind(Kind) when Kind =:= limit; Kind =:= memory_limit; Kind =:= stack_overflow -> system_limit;
kind(Kind) -> Kind.

caught_value(Value, Info) ->
    case caught(Value, Info) of
        {throw, Thrown} -> Thrown;
        {exit, Reason} -> {'EXIT', Reason};
        {error, Reason} -> {'EXIT', {Reason, stack(Info)}}
    end.

%% The trace as Erlang has it: {Module, Function, Arity, [{file, F}, {line, L}]}.
stack(Info) -> [frame(F) || F <- frames(native:'error.trace'(Info)), is_tuple(F)].

frames(Array) -> native:'list.from_array'(Array).

frame({Function, _, Line, _}) ->
    {Module, Rest} = until($., erlang:'$codes'(Function), []),
    {Arity, Name} = until($/, lists:reverse(Rest), []),
    {list_to_atom(Module), list_to_atom(lists:reverse(Name)),
     list_to_integer(lists:reverse(Arity)), place(Module, Line)}.

until(C, [C | Rest], Done) -> {lists:reverse(Done), Rest};
until(C, [Other | Rest], Done) -> until(C, Rest, [Other | Done]);
until(_, [], Done) -> {lists:reverse(Done), []}.

place(Module, Line) when is_float(Line) ->
    [{file, Module ++ ".erl"}, {line, native:'integer.from_number'(Line)}];
place(_, _) -> [].

%% ---- Caught by nobody --------------------------------------------------------

%% What a process runs. Of an error the reason is {Reason, Stack}, of a throw {{nocatch, Value}, Stack}:
%% links and monitors must tell it as Erlang does, and the machine's own reason has its own trace.
run(Fun) ->
    try Fun()
    catch
        throw:Value:Stack -> exit({{nocatch, Value}, Stack});
        error:Reason:Stack -> exit({Reason, Stack})
    end.

%% ---- Calls that fail ---------------------------------------------------------

%% Why a call of a fun failed, if it was the call: a reason, or false.
bad_call(Error, Fun, Args) ->
    case machine:type_of(Error) =:= object andalso machine:get_prop(Error, kind) of
        not_callable when not is_function(Fun) -> {badfun, Fun};
        bad_arity ->
            case erlang:arity(Fun) =:= tuple_size(Args) of
                true -> false;
                false -> {badarity, {Fun, tuple_to_list(Args)}}
            end;
        _ -> false
    end.
