%% Time.
-module(timer).
-compile(export_all).

sleep(Time) when Time =:= infinity; is_integer(Time), Time >= 0 -> machine:sleep(Time);
sleep(_) -> error(timeout_value).
