%% Output.
-module(io).
-compile(export_all).

format(Format) -> format(Format, []).

format(Format, Args) -> put_chars(io_lib:format(Format, Args)).

fwrite(Format) -> format(Format, []).

fwrite(Format, Args) -> format(Format, Args).

put_chars(Chars) ->
    native:'io.print'(erlang:'$string'(io_lib:chars(Chars))),
    ok.

nl() -> put_chars("\n").

write(Term) -> put_chars(io_lib:write(Term)).
