%% Terms as text, and the sequences of io:format.
%%
%% ~p writes a term in one line: what is wider than 80 columns is not broken as in Erlang.
-module(io_lib).
-compile(export_all).

%% ---- Formats -----------------------------------------------------------------

format(Format, Args) when is_binary(Format) -> format(binary_to_list(Format), Args);
format(Format, Args) when is_atom(Format) -> format(atom_to_list(Format), Args);
format(Format, Args) -> run(Format, Args, []).

%% The pieces, the last first; one flat list at the end.
run([$~ | Rest], Args, Done) ->
    {Width, Rest1} = number(Rest),
    {Digits, Rest2} = after_dot(Rest1),
    {Pad, Rest3} = pad(Rest2),
    {Unicode, [Code | Rest4]} = modifier(Rest3),
    {Text, Args1} = one(Code, Args, Digits, Unicode),
    run(Rest4, Args1, [fit(Code, Text, Width, Digits, Pad) | Done]);
run([C | Rest], Args, Done) -> run(Rest, Args, [C | Done]);
run([], [], Done) -> lists:flatten(lists:reverse(Done));
run([], _, _) -> error(badarg).

number([$- | Rest]) ->
    {N, Rest1} = number(Rest),
    {-N, Rest1};
number(Text) -> digits(Text, none).

digits([C | Rest], none) when C >= $0, C =< $9 -> digits(Rest, C - $0);
digits([C | Rest], N) when C >= $0, C =< $9 -> digits(Rest, 10 * N + C - $0);
digits(Rest, N) -> {N, Rest}.

after_dot([$., C | Rest]) when C >= $0, C =< $9 -> digits([C | Rest], none);
after_dot([$., $. | Rest]) -> {none, [$., $. | Rest]};
after_dot(Rest) -> {none, Rest}.

pad([$., $., C | Rest]) -> {C, Rest};
pad([$., C | Rest]) -> {C, Rest};
pad(Rest) -> {$\s, Rest}.

modifier([$t | Rest]) -> {true, Rest};
modifier(Rest) -> {false, Rest}.

%% What a sequence writes, and the arguments it leaves.
one($n, Args, _, _) -> {"\n", Args};
one($~, Args, _, _) -> {"~", Args};
one($w, [X | Args], _, _) -> {write(X), Args};
one($p, [X | Args], _, _) -> {print(X), Args};
one($s, [X | Args], _, Unicode) -> {text(X, Unicode), Args};
one($c, [X | Args], _, _) when is_integer(X) -> {[X], Args};
one($b, [X | Args], Base, _) when is_integer(X) ->
    {native_lower(integer_to_list(X, base(Base))), Args};
one($B, [X | Args], Base, _) when is_integer(X) -> {integer_to_list(X, base(Base)), Args};
one($f, [X | Args], Digits, _) when is_number(X), Digits =/= 0 -> {fixed(float(X), default(Digits, 6)), Args};
one($e, [X | Args], Digits, _) when is_number(X) -> {power(float(X), default(Digits, 6)), Args};
one($i, [_ | Args], _, _) -> {"", Args};
one(_, _, _, _) -> error(badarg).

base(none) -> 10;
base(Base) -> Base.

default(none, Default) -> Default;
default(Given, _) -> Given.

native_lower(Text) -> [lower(C) || C <- Text].

lower(C) when C >= $A, C =< $Z -> C + 32;
lower(C) -> C.

text(X, _) when is_atom(X) -> atom_to_list(X);
text(X, true) -> chars(X);
text(X, false) -> lists:flatten(bytes_as_chars(X)).

bytes_as_chars(X) when is_binary(X) -> binary_to_list(X);
bytes_as_chars([X | Rest]) -> [bytes_as_chars(X) | bytes_as_chars(Rest)];
bytes_as_chars(X) when is_integer(X); X =:= [] -> X;
bytes_as_chars(_) -> error(badarg).

%% The code points of a deep list of characters and binaries.
chars(X) when is_binary(X) -> erlang:'$codes'(native:'bytes.to_string'(X));
chars(X) when is_list(X) -> lists:reverse(chars(X, []));
chars(_) -> error(badarg).

chars([], Done) -> Done;
chars([C | Rest], Done) when is_integer(C) -> chars(Rest, [C | Done]);
chars([X | Rest], Done) when is_list(X) -> chars(Rest, chars(X, Done));
chars([X | Rest], Done) when is_binary(X) -> chars(Rest, lists:reverse(chars(X), Done));
chars(X, Done) when is_binary(X) -> lists:reverse(chars(X), Done);
chars(_, _) -> error(badarg).

%% A field: numbers and strings stand right, negative widths left; what does not fit is cut or
%% starred, as Erlang does.
fit(_, Text, none, none, _) -> Text;
fit($p, Text, _, _, _) -> Text;
fit($c, [C], Width, _, _) -> lists:duplicate(abs(Width), C);
fit($s, Text, none, Digits, Pad) -> fit($s, Text, Digits, Digits, Pad);
fit($s, Text, Width, Digits, Pad) when is_integer(Digits) ->
    Most = min(abs(Width), Digits),
    side(padded(lists:sublist(Text, Most), Most, Width, Pad), Width, Pad);
fit(_, Text, none, _, _) -> Text;
fit(Code, Text, Width, _, Pad) ->
    case length(Text) > abs(Width) of
        true when Code =:= $s -> lists:sublist(Text, abs(Width));
        true -> lists:duplicate(abs(Width), $*);
        false -> side(Text, Width, Pad)
    end.

padded(Text, Most, Width, Pad) when Width < 0 -> side(Text, -Most, Pad);
padded(Text, Most, _, Pad) -> side(Text, Most, Pad).

side(Text, Width, Pad) when Width < 0 ->
    Text ++ lists:duplicate(max(0, -Width - length(Text)), Pad);
side(Text, Width, Pad) -> lists:duplicate(max(0, Width - length(Text)), Pad) ++ Text.

%% ---- Terms -----------------------------------------------------------------------

write(X) -> lists:flatten(term(X, false)).

print(X) -> lists:flatten(term(X, true)).

%% Strings are shown as such if `Nice`.
term(X, _) when is_atom(X) -> atom(atom_to_list(X));
term(X, _) when is_integer(X) -> integer_to_list(X);
term(X, _) when is_float(X) -> float(X, shortest(X));
term([], _) -> "[]";
term(X, true) when is_list(X) ->
    case printable(X) of
        true -> [$", [escaped(C, $") || C <- X], $"];
        false -> [$[, items(X, true), $]]
    end;
term(X, false) when is_list(X) -> [$[, items(X, false), $]];
term(X, Nice) when is_tuple(X) -> [${, between([term(E, Nice) || E <- tuple_to_list(X)]), $}];
term(X, Nice) when is_map(X) ->
    Entries = [[term(K, Nice), " => ", term(V, Nice)] || {K, V} <- maps:to_list(X)],
    ["#{", between(Entries), $}];
term(<<>>, _) -> "<<>>";
term(X, Nice) when is_binary(X) ->
    Codes = binary_to_list(X),
    case Nice andalso printable(Codes) of
        true -> ["<<\"", [escaped(C, $") || C <- Codes], "\">>"];
        false -> ["<<", between([integer_to_list(C) || C <- Codes]), ">>"]
    end;
term(X, _) when is_pid(X) -> ["<0.", inside(X), ".0>"];
term(X, _) when is_reference(X) -> ["#Ref<", inside(X), ">"];
term(X, _) -> ["#Fun<", inside(X), ">"].

%% What the machine shows between < and >.
inside(X) ->
    Shown = erlang:'$codes'(native:'term.show'(X)),
    [_ | Rest] = lists:dropwhile(fun(C) -> C =/= $< end, Shown),
    lists:droplast(Rest).

items([X], Nice) -> term(X, Nice);
items([X | Rest], Nice) when is_list(Rest) -> [term(X, Nice), $,, items(Rest, Nice)];
items([X | Rest], Nice) -> [term(X, Nice), $|, term(Rest, Nice)].

between([]) -> [];
between([X | Rest]) -> [X | [[$,, Y] || Y <- Rest]].

printable([C | Rest]) when is_integer(C) -> is_printable(C) andalso printable(Rest);
printable(Rest) -> Rest =:= [].

is_printable(C) when C >= 32, C =< 126; C >= 160, C =< 255 -> true;
is_printable(C) -> lists:member(C, "\n\r\t\v\b\f\e").

escaped(Quote, Quote) -> [$\\, Quote];
escaped($\\, _) -> "\\\\";
escaped(C, _) when C >= 32 -> C;
escaped(C, _) -> [$\\, control(C)].

control($\n) -> $n;
control($\r) -> $r;
control($\t) -> $t;
control($\v) -> $v;
control($\b) -> $b;
control($\f) -> $f;
control($\e) -> $e.

atom([C | Rest] = Text) when C >= $a, C =< $z ->
    case lists:all(fun is_name/1, Rest) andalso not lists:member(Text, kept()) of
        true -> Text;
        false -> quoted(Text)
    end;
atom(Text) -> quoted(Text).

quoted(Text) -> [$', [escaped(C, $') || C <- Text], $'].

is_name(C) when C >= $a, C =< $z; C >= $A, C =< $Z; C >= $0, C =< $9; C =:= $_; C =:= $@ -> true;
is_name(_) -> false.

kept() ->
    ["after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
     "catch", "cond", "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive",
     "rem", "try", "when", "xor"].

%% ---- Floats ------------------------------------------------------------------------

%% The shortest digits that mean the number, and where the point stands in them.
shortest(X) ->
    Text = [C || C <- erlang:'$codes'(machine:to_text(abs(X)))],
    {Mantissa, Exponent} = lists:splitwith(fun(C) -> C =/= $e end, Text),
    {Whole, Fraction} = lists:splitwith(fun(C) -> C =/= $. end, Mantissa),
    Digits = Whole ++ tail(Fraction),
    Significant = lists:dropwhile(fun(C) -> C =:= $0 end, Digits),
    Zeros = length(Digits) - length(Significant),
    Shown = lists:reverse(lists:dropwhile(fun(C) -> C =:= $0 end, lists:reverse(Significant))),
    {Shown, length(Whole) - Zeros + exponent(tail(Exponent))}.

tail([]) -> [];
tail([_ | Rest]) -> Rest.

exponent([]) -> 0;
exponent(Text) -> list_to_integer(Text).

%% Written with a point or with an exponent, whichever is shorter.
float(X, {Digits, Place}) ->
    case is_negative(X) of
        true -> [$- | digits_and_place(Digits, Place, abs(X))];
        false -> digits_and_place(Digits, Place, X)
    end.

is_negative(X) -> hd(erlang:'$codes'(machine:to_text(X))) =:= $-.

digits_and_place([], _, _) -> "0.0";
digits_and_place(Digits, Place, X) ->
    Count = length(Digits),
    Scientific = scientific(Digits, Place - 1),
    if
        Place > 0, Place < Count ->
            {Whole, Fraction} = lists:split(Place, Digits),
            Whole ++ "." ++ Fraction;
        X >= 9007199254740992.0 -> Scientific;
        Place > 0 -> shorter(Digits ++ lists:duplicate(Place - Count, $0) ++ ".0", Scientific);
        true -> shorter("0." ++ lists:duplicate(-Place, $0) ++ Digits, Scientific)
    end.

shorter(Plain, Scientific) ->
    case length(Plain) =< length(Scientific) of
        true -> Plain;
        false -> Scientific
    end.

scientific([D], E) -> [D] ++ ".0e" ++ integer_to_list(E);
scientific([D | Digits], E) -> [D, $.] ++ Digits ++ "e" ++ integer_to_list(E).

%% A whole number over a power of two is what a float is exactly.
ratio(X, Below) ->
    case X == trunc(X) of
        true -> {trunc(X), Below};
        false -> ratio(X * 2, Below * 2)
    end.

ten(0) -> 1;
ten(N) -> 10 * ten(N - 1).

%% ~f: so many digits behind the point, of the first 21 that the number has.
fixed(X, Digits) ->
    {Known, Shift} = known(X),
    Scaled =
        case Digits - Shift of
            Up when Up >= 0 -> Known * ten(Up);
            Down -> (Known + 5 * ten(-Down - 1)) div ten(-Down)
        end,
    Text = integer_to_list(Scaled),
    Filled = lists:duplicate(max(0, Digits + 1 - length(Text)), $0) ++ Text,
    {Whole, Fraction} = lists:split(length(Filled) - Digits, Filled),
    sign(X) ++ Whole ++ "." ++ Fraction.

%% A number is 21 digits over a power of ten.
known(X) when X == 0 -> {0, 0};
known(X) ->
    {Mantissa, [_ | Exponent]} = lists:splitwith(fun(C) -> C =/= $e end, power(abs(X), 21)),
    {list_to_integer(lists:delete($., Mantissa)), 20 - exponent(Exponent)}.

sign(X) when X < 0 -> "-";
sign(_) -> "".

%% ~e: so many digits, one of them before the point.
power(X, Digits) when X == 0 -> "0." ++ lists:duplicate(Digits - 1, $0) ++ "e+0";
power(X, Digits) ->
    {Above, Below} = ratio(abs(X), 1),
    {_, Place} = shortest(X),
    rounded(X, Above, Below, Place - 1, Digits).

rounded(X, Above, Below, E, Digits) ->
    Shift = Digits - 1 - E,
    {Up, Down} =
        case Shift >= 0 of
            true -> {Above * ten(Shift), Below};
            false -> {Above, Below * ten(-Shift)}
        end,
    case integer_to_list((2 * Up + Down) div (2 * Down)) of
        [D | Rest] when length(Rest) < Digits -> sign(X) ++ [D, $.] ++ Rest ++ exp_text(E);
        _ -> rounded(X, Above, Below, E + 1, Digits)
    end.

exp_text(E) when E < 0 -> "e" ++ integer_to_list(E);
exp_text(E) -> "e+" ++ integer_to_list(E).
