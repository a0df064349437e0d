%% A calculator: characters to tokens, tokens to a tree, the tree to a value or to code.
-module(calculator).
-export([main/0]).

%% ---- Tokens
tokens([]) -> [];
tokens([$\s | Rest]) -> tokens(Rest);
tokens([C | _] = Text) when C >= $0, C =< $9 ->
    {Digits, Rest} = lists:splitwith(fun(D) -> D >= $0 andalso D =< $9 end, Text),
    fraction(Digits, Rest);
tokens([C | _] = Text) when C >= $a, C =< $z ->
    {Name, Rest} = lists:splitwith(fun(D) -> D >= $a andalso D =< $z end, Text),
    [{name, list_to_atom(Name)} | tokens(Rest)];
tokens([C | Rest]) ->
    case lists:member(C, "+-*/^()=,") of
        true -> [list_to_atom([C]) | tokens(Rest)];
        false -> throw({bad_character, [C]})
    end.

fraction(Digits, [$., D | Rest]) when D >= $0, D =< $9 ->
    {More, After} = lists:splitwith(fun(C) -> C >= $0 andalso C =< $9 end, [D | Rest]),
    [{number, list_to_float(Digits ++ "." ++ More)} | tokens(After)];
fraction(Digits, Rest) -> [{number, list_to_integer(Digits)} | tokens(Rest)].

%% ---- Trees: a level for each binding strength
parse(Tokens) ->
    case sum(Tokens) of
        {Tree, []} -> Tree;
        {_, [Token | _]} -> throw({unexpected, Token})
    end.

sum(Tokens) -> left(['+', '-'], fun product/1, Tokens).

product(Tokens) -> left(['*', '/'], fun power/1, Tokens).

left(Ops, Inner, Tokens) ->
    {Tree, Rest} = Inner(Tokens),
    left(Ops, Inner, Tree, Rest).

left(Ops, Inner, Tree, [Op | Rest] = All) ->
    case lists:member(Op, Ops) of
        true ->
            {Right, After} = Inner(Rest),
            left(Ops, Inner, {Op, Tree, Right}, After);
        false -> {Tree, All}
    end;
left(_, _, Tree, []) -> {Tree, []}.

power(Tokens) ->
    case unary(Tokens) of
        {Tree, ['^' | Rest]} ->
            {Right, After} = power(Rest),
            {{'^', Tree, Right}, After};
        Other -> Other
    end.

unary(['-' | Rest]) ->
    {Tree, After} = unary(Rest),
    {{negate, Tree}, After};
unary([{number, N} | Rest]) -> {N, Rest};
unary([{name, F}, '(' | Rest]) ->
    {Arg, [')' | After]} = sum(Rest),
    {{call, F, Arg}, After};
unary([{name, Name} | Rest]) -> {{variable, Name}, Rest};
unary(['(' | Rest]) ->
    case sum(Rest) of
        {Tree, [')' | After]} -> {Tree, After};
        _ -> throw(missing_parenthesis)
    end;
unary([]) -> throw(unexpected_end);
unary([Token | _]) -> throw({unexpected, Token}).

%% ---- Values
value(N, _) when is_number(N) -> N;
value({variable, Name}, Env) ->
    case Env of
        #{Name := Value} -> Value;
        #{} -> throw({unbound, Name})
    end;
value({negate, A}, Env) -> -value(A, Env);
value({call, double, A}, Env) -> 2 * value(A, Env);
value({call, abs, A}, Env) -> abs(value(A, Env));
value({'^', A, B}, Env) -> pow(value(A, Env), value(B, Env));
value({Op, A, B}, Env) ->
    X = value(A, Env),
    Y = value(B, Env),
    case Op of
        '+' -> X + Y;
        '-' -> X - Y;
        '*' -> X * Y;
        '/' when is_integer(X), is_integer(Y), X rem Y =:= 0 -> X div Y;
        '/' -> X / Y
    end.

pow(_, 0) -> 1;
pow(X, N) when N > 0 -> X * pow(X, N - 1).

%% ---- Code for a machine with a stack
code(N) when is_number(N) -> [{push, N}];
code({variable, Name}) -> [{load, Name}];
code({negate, A}) -> code(A) ++ [negate];
code({call, F, A}) -> code(A) ++ [{call, F}];
code({Op, A, B}) -> code(A) ++ code(B) ++ [Op].

calculate(Text, Env) ->
    try
        Tree = parse(tokens(Text)),
        {value(Tree, Env), length(code(Tree))}
    catch
        throw:Problem -> {problem, Problem};
        error:{badmatch, _} -> {problem, bad_call}
    end.

main() ->
    Env = #{x => 7, pi => 3.25},
    Texts = ["1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-2 ^ 2", "10 / 4", "10 / 5", "1 - 2 - 3",
             "double(x) + 1", "abs(-x) * pi", "2 ^ 100 / 2 ^ 98", "1.5 * 4", "y + 1", "(1", "1 +", "1 $ 2",
             "1 2", "double(1", ")", "((((1))))", "0.5 ^ 3"],
    [io:format("~s = ~w~n", [Text, calculate(Text, Env)]) || Text <- Texts],
    io:format("~w~n", [parse(tokens("a * (b + 1) - c"))]),
    io:format("~w~n", [code(parse(tokens("a * (b + 1) - -c")))]).
