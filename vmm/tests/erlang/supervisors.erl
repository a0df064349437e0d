%% Supervisors and their children, beside `ion.supervisor`.
-module(supervisors).
-export([main/0, start_refused/1, start_sometimes/2]).
-import(rows, [wait/0, mailbox/0]).
-import(family, [supervise/2, flags/0, spec/1, spec/2, events/0, pid/2, die/3, stop/1, start_child/3]).

main() ->
    rows:run([
        {"V-1", fun() -> starts_and_stops() end},
        {"V-2", fun() -> start_fails() end},
        {"V-3", fun() -> [deaths_until_end(N) || N <- [0, 1, 3]] end},
        {"V-4", fun() -> gaps() end},
        {"V-5", fun() -> [family(S) || S <- [one_for_one, one_for_all, rest_for_one]] end},
        {"V-6", fun() -> one_failure_counts_once() end},
        {"V-7", fun() -> [[ends(Kind, R) || R <- [normal, shutdown, {shutdown, x}, crash]] || Kind <- [permanent, transient, temporary]] end},
        {"V-8", fun() -> temporary_is_not_revived() end},
        {"V-9", fun() -> [retries(N) || N <- [5, 1]] end}
    ]).

starts_and_stops() ->
    Sup = supervise(#{}, [spec(a), spec(b), spec(c)]),
    Reason = stop(Sup),
    {Reason, events()}.

start_fails() ->
    process_flag(trap_exit, true),
    Specs = [spec(a), spec(b), spec(c, #{start => {?MODULE, start_refused, [reason]}}), spec(d)],
    Result = supervisor:start_link(family, {flags(), Specs}),
    wait(),
    {Result, [E || E <- mailbox(), element(1, E) =/= 'EXIT']}.

%% How many deaths it takes, and the reason of its end.
deaths_until_end(Intensity) ->
    Sup = supervise(#{intensity => Intensity}, [spec(a)]),
    Ended = kill_until_end(Sup, 1),
    mailbox(),
    Ended.

kill_until_end(Sup, N) ->
    die(Sup, a, crash),
    receive {'EXIT', Sup, Reason} -> {N, Reason}
    after 0 -> kill_until_end(Sup, N + 1)
    end.

%% Restarts that are further apart than the period do not add up.
gaps() ->
    Sup = supervise(#{intensity => 1, period => 1}, [spec(a)]),
    [begin die(Sup, a, crash), timer:sleep(2100) end || _ <- [1, 2, 3]],
    Alive = is_process_alive(Sup),
    stop(Sup),
    mailbox(),
    Alive.

%% Whom the death of one concerns, and in which order.
family(Strategy) ->
    Sup = supervise(#{strategy => Strategy}, [spec(a), spec(b), spec(c)]),
    events(),
    die(Sup, b, crash),
    Events = events(),
    stop(Sup),
    mailbox(),
    Events.

one_failure_counts_once() ->
    Sup = supervise(#{strategy => one_for_all, intensity => 1}, [spec(a), spec(b), spec(c)]),
    die(Sup, b, crash),
    Alive = is_process_alive(Sup),
    die(Sup, a, crash),
    Reason = receive {'EXIT', Sup, R} -> R after 1000 -> lives end,
    mailbox(),
    {Alive, Reason}.

%% What becomes of a child that ends with a reason.
ends(Restart, Reason) ->
    Sup = supervise(#{}, [spec(a, #{restart => Restart})]),
    events(),
    die(Sup, a, Reason),
    Events = events(),
    State = [case Pid of undefined -> undefined; _ -> lives end || {a, Pid, _, _} <- supervisor:which_children(Sup)],
    stop(Sup),
    mailbox(),
    {Events, State}.

temporary_is_not_revived() ->
    Sup = supervise(#{strategy => one_for_all}, [spec(a), spec(b, #{restart => temporary}), spec(c)]),
    events(),
    die(Sup, a, crash),
    Events = events(),
    Left = [Id || {Id, _, _, _} <- lists:reverse(supervisor:which_children(Sup))],
    stop(Sup),
    mailbox(),
    {Events, Left}.

start_refused(Reason) -> {error, Reason}.

%% A child whose start asks whether it may.
start_sometimes(To, Id) ->
    To ! {may, self()},
    receive
        yes -> start_child(To, Id, obeys);
        no -> {error, not_now}
    end.

%% A start that fails during a restart is tried again, and counts.
retries(Intensity) ->
    process_flag(trap_exit, true),
    Asker = spawn_link(fun() -> answer([yes, no, no, yes, yes]) end),
    Spec = #{id => a, start => {?MODULE, start_sometimes, [Asker, a]}},
    {ok, Sup} = supervisor:start_link(family, {(flags())#{intensity => Intensity}, [Spec]}),
    Pid = pid(Sup, a),
    Pid ! {die, crash},
    wait(),
    Outcome = receive {'EXIT', Sup, Reason} -> {ended, Reason} after 0 -> {lives, is_pid(pid(Sup, a))} end,
    Asker ! {left, self()},
    Left = receive {left, N} -> N end,
    is_process_alive(Sup) andalso stop(Sup),
    mailbox(),
    {Outcome, Left}.

answer(Answers) ->
    receive
        {may, Who} -> Who ! hd(Answers), answer(tl(Answers));
        {left, Who} -> Who ! {left, length(Answers)}, answer(Answers);
        _ -> answer(Answers)
    end.
