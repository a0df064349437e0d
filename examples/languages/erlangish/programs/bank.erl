%% A server that keeps accounts, and clients that race for them.
-module(bank).
-export([main/0]).

-record(state, {accounts = #{}, log = []}).

start() -> spawn(fun() -> loop(#state{}) end).

call(Bank, Request) ->
    Ref = make_ref(),
    Bank ! {Ref, self(), Request},
    receive {Ref, Reply} -> Reply end.

loop(State) ->
    receive
        {Ref, From, stop} -> From ! {Ref, lists:reverse(State#state.log)};
        {Ref, From, Request} ->
            {Reply, New} =
                try handle(Request, State)
                catch
                    throw:Problem -> {{error, Problem}, State};
                    error:Reason -> {{crashed, Reason}, State}
                end,
            From ! {Ref, Reply},
            loop(New)
    end.

handle({open, Name}, #state{accounts = Accounts}) when is_map_key(Name, Accounts) -> throw({exists, Name});
handle({open, Name}, State) -> {ok, update(Name, 0, State)};
handle({deposit, Name, Amount}, State) when Amount > 0 ->
    {ok, update(Name, balance(Name, State) + Amount, State)};
handle({withdraw, Name, Amount}, State) ->
    case balance(Name, State) of
        Balance when Balance >= Amount -> {ok, update(Name, Balance - Amount, State)};
        Balance -> throw({insufficient, Balance})
    end;
handle({transfer, From, To, Amount}, State) ->
    {ok, Middle} = handle({withdraw, From, Amount}, State),
    handle({deposit, To, Amount}, Middle);
handle({balance, Name}, State) -> {balance(Name, State), State}.

balance(Name, #state{accounts = #{} = Accounts}) ->
    case Accounts of
        #{Name := Balance} -> Balance;
        _ -> throw({unknown, Name})
    end.

update(Name, Balance, State = #state{accounts = Accounts, log = Log}) ->
    State#state{accounts = Accounts#{Name => Balance}, log = [{Name, Balance} | Log]}.

client(Bank, Parent, N) ->
    [ok = call(Bank, {deposit, shared, N}) || _ <- lists:seq(1, 10)],
    Parent ! {finished, N}.

main() ->
    Bank = start(),
    Requests = [{open, joe}, {open, joe}, {open, ann}, {deposit, joe, 100}, {transfer, joe, ann, 30},
                {transfer, joe, ann, 300}, {withdraw, bob, 1}, {balance, joe}, {balance, ann},
                {deposit, joe, -5}, {deposit, joe, lots}, nonsense],
    [io:format("~w -> ~w~n", [Request, call(Bank, Request)]) || Request <- Requests],
    ok = call(Bank, {open, shared}),
    Me = self(),
    [spawn(fun() -> client(Bank, Me, N) end) || N <- lists:seq(1, 8)],
    io:format("~p~n", [[receive {finished, N} -> N end || N <- lists:seq(1, 8)]]),
    io:format("~p~n", [call(Bank, {balance, shared})]),
    io:format("~p~n", [lists:sublist(call(Bank, stop), 5)]).
