%% Time.
-module(timer).
-compile(export_all).

sleep(Time) when Time =:= infinity; is_integer(Time), Time >= 0 -> machine:sleep(Time), ok;
sleep(_) -> error(timeout_value).

send_after(Time, Message) -> send_after(Time, self(), Message).

send_after(Time, To, Message) -> {ok, erlang:send_after(Time, To, Message)}.

cancel(Timer) -> erlang:cancel_timer(Timer), {ok, cancel}.
