"""The language after Erlang: its programs, its mistakes, and where its traces point."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest
from ionvm import Function, Instruction, IonRuntimeError, IonVerifyError, Module

ERLANGISH = Path(__file__).parents[2] / "examples" / "languages" / "erlangish"
PROGRAMS = sorted(path.stem for path in (ERLANGISH / "programs").glob("*.out"))

#: Programs of processes. Their time-outs pass at once in stepped mode, on the run's own clock.
ACTORS = [
    "accounts", "bank", "guarded", "links", "philosophers", "processes", "pubsub", "quicksort",
    "ring", "selective", "servers", "supervised", "timers", "trapping",
]  # fmt: skip

sys.path[:0] = [str(ERLANGISH), str(ERLANGISH.parent)]

import erlangish  # noqa: E402

HEAD = "-module(test).\n-export([main/0]).\n"


def output(text: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that a program prints whose functions these are."""
    erlangish.run(erlangish.compile_text(HEAD + text, file="test.erl"))
    return capsys.readouterr().out.splitlines()


def failure(*texts: str) -> str:
    """What is reported of a program that fails."""
    classes = erlangish.compile_text(*texts, file="test.erl")
    with pytest.raises(IonRuntimeError) as caught:
        erlangish.run(classes)
    return erlangish.report(caught.value, classes)


# ---- Programs ------------------------------------------------------------------


def test_there_are_programs() -> None:
    assert len(PROGRAMS) == 32
    assert set(ACTORS) < set(PROGRAMS)


def expected(name: str) -> str:
    return (ERLANGISH / "programs" / f"{name}.out").read_text(encoding="utf-8")


@functools.cache
def compiled(name: str) -> list[Module]:
    return erlangish.compile_file(ERLANGISH / "programs" / f"{name}.erl")


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_print_what_erlang_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    erlangish.run(compiled(name))
    assert capsys.readouterr().out == expected(name)


@pytest.mark.parametrize(("shuffle", "name"), list(enumerate(ACTORS)))
def test_processes_do_so_whatever_the_order_of_turns(
    shuffle: int, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    erlangish.run(compiled(name), stepped=True, shuffle=shuffle)
    assert capsys.readouterr().out == expected(name)


def test_main_may_take_texts(capsys: pytest.CaptureFixture[str]) -> None:
    text = '-module(test).\n-export([main/1]).\nmain(Args) -> io:format("~p~n", [Args]).\n'
    erlangish.run(erlangish.compile_text(text), "one", "two words")
    assert capsys.readouterr().out == '["one","two words"]\n'


def test_loops_take_constant_space(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
main() -> io:format("~p~n", [count(200000, fun(N) -> N - 1 end)]).
count(0, _) -> done;
count(N, F) -> case F(N) of M when M >= 0 -> count(M, F) end.
"""
    classes = erlangish.compile_text(HEAD + text)
    erlangish.run(classes, max_heap=1 << 19)
    assert capsys.readouterr().out == "done\n"


def test_receives_in_constant_space_keep_what_they_passed_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = """
main() ->
    self() ! kept,
    loop(20000),
    io:format("~p~n", [receive X -> X end]).
loop(0) -> ok;
loop(N) -> self() ! {n, N}, receive {n, N} -> loop(N - 1) end.
"""
    classes = erlangish.compile_text(HEAD + text)
    erlangish.run(classes, max_heap=1 << 19)
    assert capsys.readouterr().out == "kept\n"


def test_an_error_in_a_guard_is_caught_there_alone(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
f(X) when hd(X) > 1 -> head;
f(X) -> try g(X) catch error:function_clause -> none end.
g(X) when element(1, X) + 1 > 1 -> sum.
main() -> io:format("~p~n", [[f(X) || X <- [[2], {1}, {a}, 5]]]).
"""
    assert output(text, capsys) == ["[head,sum,none,none]"]


def test_endless_recursion_is_an_error_to_catch(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
main() -> io:format("~p~n", [try deep(0) catch Class:Reason -> {Class, Reason} end]).
deep(N) -> 1 + deep(N + 1).
"""
    classes = erlangish.compile_text(HEAD + text)
    erlangish.run(classes, max_heap=1 << 20)
    assert capsys.readouterr().out == "{error,system_limit}\n"


def test_classes_can_be_written_and_read_again() -> None:
    classes = erlangish.compile_file(ERLANGISH / "programs" / "bank.erl")
    known = {made.name: made.functions for made in classes}
    for made in classes:
        data = made.to_bytes(known)
        assert Module.from_bytes(data).to_bytes(known) == data


# ---- Mistakes ------------------------------------------------------------------

MISTAKES = [
    ("main() -> X.", 3, "variable X is unbound; bind it before"),
    ("main() ->\n  f(1).", 4, "function f/1 is undefined; write it"),
    ("main() -> case 1 of 1 -> Y = 2; _ -> 3 end,\n  Y.", 4, "variable Y is unsafe"),
    ("main() -> _ = 1, _.", 3, "_ has no value; give the variable a name"),
    ('main() -> "open.', 3, "this string does not end; close it"),
    ("main() -> 'open.", 3, "this atom does not end; close it"),
    ("main() ->\n  case 1 of\n  1 -> 2.", 5, "to close the case of line 4"),
    ("main() -> [1, 2.", 3, "to close the list"),
    ("main() -> {1, 2.", 3, "or ',' between two of them"),
    ("main() -> ok", 3, "at the end of the function main"),
    ("main() -> 1;\nmian() -> 2.", 4, "end main with '.' before it"),
    ("main() -> ok.\nf(1) -> 1;\nf(1, 2) -> 2.", 5, "give all clauses as many"),
    ("main() -> ok.\nmain() -> ok.", 4, "there twice; join its clauses by ';'"),
    ("main() -> fun(1) -> 2; (1, 2) -> 3 end.", 3, "give all clauses as many"),
    ("main() -> #nope{}.", 3, "record nope is undefined (there are: none); add -record(nope, ...)"),
    ("-record(r, {a, b}).\nmain() -> #r{c = 1}.", 4, "record r has no field c; it has a, b"),
    ("-record(r, {a, b}).\nmain() -> #r.z.", 4, "record r has no field z; it has a, b"),
    ("main() -> #{a => _} = #{a => 1}.", 3, "write it instead of '=>'"),
    ("main() -> f(1) = 1.", 3, "this is no pattern; bind a variable here and test it in a guard"),
    ("main() -> if X = 1 -> 2 end.", 3, "a match may not stand in a guard"),
    ("main() -> if main() -> 2 end.", 3, "this may not stand in a guard; compute it before"),
    ("main() -> ?NOPE.", 3, "the macro ?NOPE is not defined; there are: LINE, MODULE"),
    ("main() -> 3#5.", 3, "its digits must be below 3"),
    ("main() -> <<1:3>>.", 3, "an integer's size is a literal multiple of 8"),
    ("main() -> <<1/float>>.", 3, "segments of kind float are not known"),
    ("main() -> try 1 end.", 3, "a try needs 'catch' or 'after'"),
    ("main() -> try 1 catch error:x:[] -> 2 end.", 3, "third part of a catch is a variable"),
    ("main() -> spawn_request(fun() -> 1 end).", 3, "function spawn_request/1 is undefined"),
    ("main() -> receive X when self() ! X -> 1 end.", 3, "this may not stand in a guard"),
    ("main() -> receive X when X = 1 -> 1 end.", 3, "a match may not stand in a guard"),
    ("main() -> receive X when Y > 1 -> X end.", 3, "variable Y is unbound"),
    ("main() -> §.", 3, "no token begins with '§'; remove it"),
    ("main() -> [X || X < [1]].", 3, "variable X is unbound"),
    ("main() -> receive X -> 1 after 2 end.", 3, "behind the time"),
    ("main() -> #{main() := 1} = #{}.", 3, "this may not stand in a guard"),
    ("main() -> fun nope/2.", 3, "function nope/2 is undefined; write it before use"),
    ("", 1, "main/0 is exported and nowhere; write it, or leave it out"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_mistakes_name_their_line_and_remedy(text: str, line: int, message: str) -> None:
    with pytest.raises(erlangish.ErlError) as caught:
        erlangish.compile_text(HEAD + text, file="test.erl")
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"test.erl:{line}: ")


def test_a_file_is_named_as_its_module(tmp_path: Path) -> None:
    path = tmp_path / "other.erl"
    path.write_text(HEAD + "main() -> ok.\n", encoding="utf-8")
    with pytest.raises(erlangish.ErlError, match=r"module test stands in other\.erl; rename"):
        erlangish.compile_file(path)
    path.write_text("main() -> ok.\n", encoding="utf-8")
    with pytest.raises(erlangish.ErlError, match=r"a file begins with -module\(NAME\)"):
        erlangish.compile_file(path)


def test_a_program_has_a_main() -> None:
    with pytest.raises(erlangish.ErlError, match="there is no main/0; write and export it"):
        erlangish.run(erlangish.compile_text("-module(t).\n-export([f/0]).\nf() -> 1."))


# ---- Traces -------------------------------------------------------------------

ADD_FAILED = (
    "error: badarith (:bad_type: add takes two numbers, strings, bytes, arrays or tuples, "
    "not integer and atom)"
)
FAILURES = [
    ("X = lists:last([2]),\n  1 = X", "error: {badmatch,2}", 5),
    ("case lists:last([a]) of\n  b -> 1 end", "error: {case_clause,a}", 4),
    ("1 +\n  lists:last([a])", ADD_FAILED, 4),
    ("1 div\n  lists:last([2.0])", "error: badarith", 4),
    ("ok,\n  throw({a, \"b\"})", 'throw: {a,"b"}', 5),
    ("ok,\n  exit(bye)", "exit: bye", 5),
    ("ok,\n  error([#{'A' => 1.5}])", "error: [#{'A' => 1.5}]", 5),
    ("F = lists:last([x]),\n  F(1),\n ok", "error: {badfun,x}", 5),
    ("hd(\n  lists:last([[]]))", "error: badarg", 4),
    ("ok,\n  if 1 > 2 -> 3 end", "error: if_clause", 5),
    ("[X || X <- [1],\n  lists:last([X])]", "error: {bad_filter,1}", 5),
]


@pytest.mark.parametrize(("body", "said", "line"), FAILURES)
def test_errors_tell_reason_and_line(body: str, said: str, line: int) -> None:
    lines = failure(HEAD + f"main() ->\n  {body}.\n").splitlines()
    assert lines[0] == said
    frames = [frame for frame in lines[1:] if not frame.startswith("  lib/")]
    assert frames[0].startswith(f"  test.erl:{line}: test.main/0, instruction ")


def test_traces_go_through_modules_and_funs() -> None:
    main = HEAD + "main() ->\n  F = fun(X) ->\n    other:f(X) + 1 end,\n  1 + F(2).\n"
    other = "-module(other).\n-export([f/1]).\nf(X) ->\n  X + atom.\n"
    lines = failure(main, other).splitlines()
    assert lines[0].startswith("error: badarith (:bad_type: add takes two")
    assert [line.split(",")[0].strip() for line in lines[1:]] == [
        "test.erl:4: other.f/1",
        "test.erl:5: test.-main/0-fun-0-/1",
        "test.erl:6: test.main/0",
    ]


def test_errors_of_the_runtime_show_who_called_it() -> None:
    lines = failure(HEAD + "main() ->\n  X = atom_to_list(lists:last([1])),\n  X.\n").splitlines()
    assert lines[0] == "error: badarg"
    assert lines[1].strip().startswith("lib/erlang.erl:")
    assert lines[2].strip().startswith("test.erl:4: test.main/0")


def test_messages_of_the_verifier_point_into_the_source() -> None:
    (main, *_) = erlangish.compile_text(HEAD + "main() ->\n  A = self(),\n  A ! b.\n", file="t.erl")
    code = list(main["main"].instructions)
    at = next(i for i, c in enumerate(code) if c.mnemonic == "send")
    code[at] = Instruction.move(999, 0)
    source = main["main"].source
    bad = Module("test", [Function("main", 0, main["main"].extra_regs, code, source=source)])
    with pytest.raises(IonVerifyError) as caught:
        bad.verify()
    assert erlangish.report(caught.value, [bad]).startswith("t.erl:5: error[V01]: ")


# ---- What comes out ------------------------------------------------------------


def test_clauses_become_one_match() -> None:
    text = HEAD + "main() -> f([]).\nf([]) -> 0;\nf([_ | T]) -> f(T);\nf({a, X}) -> X.\n"
    code = erlangish.compile_text(text)[0]["f"].instructions
    assert [c.mnemonic for c in code].count("match") == 1
    assert "tail_call" in [c.mnemonic for c in code]


RECEIVES = [
    ("receive {a, X} -> X; b -> 1 end", "receive_match"),
    ("receive X when is_integer(X), X > 1; X =:= a; X == b -> X after 5 -> 0 end", "receive_match"),
    ("receive X when is_atom(X) orelse X < 4.5 andalso X /= 1 -> X end", "receive_match"),
    ("R = make_ref(), receive {R, X} when X =/= a -> X end", "receive_match"),
    ("{P, M} = spawn_monitor(fun f/0), receive {'DOWN', M, _, P, _} -> ok end", "receive_match"),
    ("R = make_ref(), fun() -> receive {R, X} -> X end end", "receive_match"),
    ("F = fun(P) when is_pid(P) -> receive {P, 1.5} -> P end end, F(self())", "receive_match"),
    ("receive X when X > 1 -> X end", "recv_next"),
    ("receive X when X + 1 > 2 -> X end", "recv_next"),
    ("receive {X, Y} when X =:= Y -> X end", "recv_next"),
    ("receive X when X =/= 1 -> X end", "recv_next"),
    ("receive <<X, _/binary>> -> X end", "recv_next"),
    ("receive {X, X} -> X end", "recv_next"),
    ("M = lists:last([#{}]), receive {M, X} -> X end", "recv_next"),
    ("receive after 5 -> ok end", "sleep"),
]


@pytest.mark.parametrize(("body", "instruction"), RECEIVES)
def test_receives_are_one_instruction_where_it_says_all(body: str, instruction: str) -> None:
    functions = erlangish.compile_text(HEAD + f"f() -> 1.\nmain() -> {body}.\n")[0].functions
    used = {code.mnemonic for function in functions for code in function.instructions}
    assert used & {"receive_match", "recv_next", "sleep"} == {instruction}


def test_a_name_is_known_to_be_plain_only_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
f(pid) -> R = self(), R;
f(map) -> R = #{a => 1}, self() ! {#{a => 1}, here}, receive {R, X} -> X after 0 -> none end.
g(R) when is_pid(R) -> R;
g(R) -> self() ! {#{a => 1}, there}, receive {R, X} -> X after 0 -> none end.
h(Kind) ->
    case Kind of map -> R = #{a => 1}; pid -> R = self() end,
    self() ! {#{a => 1}, everywhere},
    receive {R, X} -> X after 0 -> none end.
main() -> f(pid), g(self()), io:format("~p~n", [[f(map), g(#{a => 1}), h(map)]]).
"""
    assert output(text, capsys) == ["[here,there,everywhere]"]


def test_who_is_linked_to_main_takes_it_along() -> None:
    text = "main() ->\n  spawn_link(fun() -> 1 + lists:last([a]) end),\n  receive x -> 1 end.\n"
    said = failure(HEAD + text).splitlines()[0]
    assert said.startswith("exit: {badarith,[{test,'-main/0-fun-0-',0,")


def test_the_result_is_a_value() -> None:
    classes = erlangish.compile_text(HEAD + "main() -> {ok, 1 bsl 70, [1.5]}.\n")
    assert str(erlangish.run(classes)) == f"(:ok, {1 << 70}n, [1.5 | nil])"
