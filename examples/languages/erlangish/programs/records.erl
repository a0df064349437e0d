%% Records: tuples whose fields have names.
-module(records).
-export([main/0]).

-record(point, {x = 0, y = 0}).
-record(circle, {center = #point{}, radius = 1, label}).
-record(account, {owner, balance = 0, history = []}).

area(#circle{radius = R}) -> 3 * R * R;
area(#point{}) -> 0.

move(#circle{center = #point{x = X, y = Y} = C} = Circle, Dx, Dy) ->
    Circle#circle{center = C#point{x = X + Dx, y = Y + Dy}}.

deposit(A = #account{balance = B, history = H}, Amount) when Amount > 0 ->
    A#account{balance = B + Amount, history = [{deposit, Amount} | H]}.

withdraw(#account{balance = B}, Amount) when Amount > B -> {error, insufficient};
withdraw(A, Amount) ->
    {ok, A#account{balance = A#account.balance - Amount,
                   history = [{withdraw, Amount} | A#account.history]}}.

is_rich(A) when A#account.balance > 100 -> true;
is_rich(A) when is_record(A, account) -> false;
is_rich(_) -> not_an_account.

main() ->
    P = #point{x = 3},
    io:format("~p ~p ~p~n", [P, P#point.x, P#point.y]),
    C = #circle{radius = 2, label = "c"},
    io:format("~p ~p ~p~n", [C, area(C), area(P)]),
    Moved = move(move(C, 1, 2), 10, 20),
    io:format("~p ~p~n", [Moved, Moved#circle.center#point.y]),
    A = deposit(deposit(#account{owner = joe}, 100), 50),
    io:format("~p~n", [A]),
    {ok, B} = withdraw(A, 120),
    io:format("~p~n", [B]),
    io:format("~p~n", [withdraw(B, 31)]),
    io:format("~p~n", [[is_rich(A), is_rich(B), is_rich(P)]]),
    io:format("~p ~p~n", [#account.balance, element(#account.owner, A)]),
    io:format("~p~n", [#point{_ = 7}]),
    io:format("~p~n", [[is_record(P, point), is_record({point, 1}, point), is_record(C, point)]]),
    #account{owner = Owner} = A,
    io:format("~p~n", [Owner]),
    io:format("~p~n", [lists:keysort(#point.y, [#point{x = 1, y = 5}, #point{x = 2, y = 3}])]),
    io:format("~p~n", [try (hd([P]))#circle.radius catch error:E -> E end]).
