"""The language after Scheme: its programs, its mistakes, its traces, and the code it makes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ionvm import IonRuntimeError

SCHEMISH = Path(__file__).parents[2] / "examples" / "languages" / "schemish"
PROGRAMS = sorted(path.stem for path in (SCHEMISH / "programs").glob("*.scm"))

sys.path[:0] = [str(SCHEMISH), str(SCHEMISH.parent)]

import schemish  # noqa: E402


def output(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a program prints."""
    schemish.run(schemish.compile_text(text))
    return capsys.readouterr().out


def failure(text: str) -> list[str]:
    """The lines that are reported of a program that fails."""
    with pytest.raises(IonRuntimeError) as caught:
        schemish.run(schemish.compile_text(text, "test.scm"))
    return schemish.report(caught.value).splitlines()


def mnemonics(text: str, function: str) -> list[str]:
    """The instructions of a function of a program."""
    module = schemish.compile_text(text)[0]
    return [code.mnemonic for code in module[function].instructions]


def test_there_are_programs() -> None:
    assert len(PROGRAMS) == 13


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_print_what_guile_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = SCHEMISH / "programs" / f"{name}.scm"
    schemish.run(schemish.compile_file(path))
    expected = path.with_suffix(".expected").read_text(encoding="utf-8")
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    "loop",
    [
        "(define (f n) (if (= n 0) 'end (f (- n 1)))) (display (f 50000))",
        "(define (f n) (guard (e (#t (if (= n 0) e (f (- n 1))))) (raise 'end))) (display (f 9000))",
        "(define (f n) (if (= n 0) 'end (apply f (list (- n 1))))) (display (f 8000))",
        "(display (let f ((n 50000)) (cond ((= n 0) 'end) (else (f (- n 1))))))",
    ],
)
def test_tail_calls_take_constant_space(loop: str, capsys: pytest.CaptureFixture[str]) -> None:
    schemish.run(schemish.compile_text(loop), max_heap=1 << 19)
    assert capsys.readouterr().out == "end"


# ---- Mistakes ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("(display\n (+ 1 2)", 1, "what begins here does not end; close it by ')'"),
        ("\n)", 2, "this ')' closes nothing; remove it"),
        ('\n"abc', 2, "this string does not end"),
        ('"\\q"', 1, "\\q is no escape"),
        ("#\\nope", 1, "no character is called nope"),
        ("#nope", 1, "#nope is not known here"),
        ("'(1 . 2 3)", 1, "one datum follows a dot"),
        ("1\n(dispaly 1)", 2, "nothing is called dispaly; did you mean display?"),
        ("(if)", 1, "if is written (if TEST THEN ELSE)"),
        ("(display if)", 1, "if begins a form"),
        ("(lambda (x x) x)", 1, "parameters are names, each of them once"),
        ("(let ((x 1)) (define y 2))", 1, "a body ends in an expression"),
        ("(let ((x)) 1)", 1, "let is written (let ((NAME VALUE) ...) BODY ...)"),
        ("(display (define x 1))", 1, "definitions stand at the top"),
        ("(define x)", 1, "define is written"),
        ("(cond (else 1) (2 3))", 1, "else is the last clause"),
        ("(set! car 1)", 1, "car is the library's; define your own"),
        ("()", 1, "this is no expression; quote it"),
        ("(do ((i 0 1 2)) (#t) 1)", 1, "do is written"),
        ("(let f ((i 0)) (if #t (import x)))", 1, "imports stand at the top"),
    ],
)
def test_mistakes_name_their_line_and_remedy(text: str, line: int, message: str) -> None:
    with pytest.raises(schemish.SchemeError) as caught:
        schemish.compile_text(text, "test.scm")
    assert str(caught.value).startswith(f"test.scm:{line}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(error \"bad:\" 1 \"x\" '(a #t))", 'error: bad: 1 "x" (a #t)'),
        ("(raise (list 1 'b))", "nobody caught (1 b)"),
        ('(+ (car \'("a")) "b")', 'error: + takes a number, not "a"'),
        ("(* 2 \"b\")", 'error: * takes a number, not "b"'),
        ("(< (car '(a)) 'b)", "error: < takes a number, not a"),
        ("(vector-ref '(1) 0)", "error: vector-ref takes a vector, not (1)"),
        ("(define (f) y) (f) (define y 1)", "error: y is used before it has a value"),
        ("(letrec ((a (lambda () b)) (b (a))) b)", "error: b is used before it has a value"),
        ("(define k #f) (call/cc (lambda (c) (set! k c))) (k 1)", "error: a continuation is"),
        ("(car '())", "error: a list cell is needed, not nil"),
        ("(define (f x) x) (f)", "error: Main.f/1 takes 1 argument, not 0"),
    ],
)
def test_errors_tell_their_reason(text: str, said: str) -> None:
    assert failure(text)[0].startswith(said)


def test_traces_point_into_the_program() -> None:
    lines = failure("(define (f x)\n  (+ 1\n     (g x)))\n(define (g x)\n  (car x))\n(f 5)")
    names = [line.strip().split(",")[0] for line in lines[1:]]
    assert names == ["Main.g/1", "Main.f/1", "Main.(program)/0"]
    places = [line.split("line ")[1] for line in lines[1:]]
    assert places == ["5 of test.scm", "3 of test.scm", "6 of test.scm"]


def test_who_calls_error_is_in_the_trace() -> None:
    lines = failure('(define (f x)\n  (if x (error "no")))\n(f 1)')
    assert any("Main.f/1" in line and "line 2" in line for line in lines)


# ---- What comes out ------------------------------------------------------------


def test_a_named_let_in_tail_position_is_a_loop() -> None:
    code = mnemonics("(define (f n) (let loop ((i 0)) (if (< i n) (loop (+ i 1)) i)))", "f")
    assert "jump" in code
    # Behind the loop there is only what complains of an operand that is no number.
    assert code.index("return") < code.index("call")
    assert not {"tail_call", "make_closure"} & set(code)


def test_a_test_makes_no_boolean() -> None:
    code = mnemonics("(define (f x) (if (and (pair? x) (not (null? x))) 1 2))", "f")
    assert code.count("match") == 2
    assert "equal" not in code


def test_only_what_changes_after_its_capture_is_a_cell() -> None:
    kept = mnemonics("(define (f x) (lambda () x))", "f")
    set_here = mnemonics("(define (f x) (set! x 1) x)", "f")
    changed = mnemonics("(define (f x) (lambda () (set! x 1) x))", "f")
    assert ("make_cell" in kept, "make_cell" in set_here, "make_cell" in changed) == (
        False,
        False,
        True,
    )


def test_a_function_does_not_capture_itself() -> None:
    code = mnemonics("(define (f x) (define (g n) (if (= n 0) 0 (+ 1 (g (- n 1))))) (g x))", "f")
    assert "make_closure" not in code
    assert "make_cell" not in code
