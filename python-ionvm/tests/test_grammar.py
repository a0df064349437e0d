"""The TextMate grammar of assembly, run over every text of the repository.

An editor's engine is not needed for that: the rules are tried in order at each place, as editors do,
and what they match is compared with what the words are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ionvm._table import OPS

ROOT = Path(__file__).parents[2]
GRAMMAR = json.loads(
    (ROOT / "editors/vscode/syntaxes/ionasm.tmLanguage.json").read_text(encoding="utf-8")
)


def rules(patterns: list[dict[str, Any]]) -> Iterator[tuple[re.Pattern[str], dict[str, Any]]]:
    """Every rule with a regular expression, in the order in which they are tried."""
    for pattern in patterns:
        if "include" in pattern:
            pattern = GRAMMAR["repository"][pattern["include"].removeprefix("#")]
        if "match" in pattern:
            yield re.compile(pattern["match"]), pattern
        else:
            yield from rules(pattern["patterns"])


RULES = list(rules(GRAMMAR["patterns"]))


def scopes(line: str) -> list[tuple[str, str]]:
    """The words of a line, each with its scope; what no rule takes has none."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(line):
        matches = ((regex.match(line, at), rule) for regex, rule in RULES)
        match, rule = next(((m, r) for m, r in matches if m and m.end() > at), (None, {}))
        if match is None:
            if not line[at].isspace():
                found.append((line[at], ""))
            at += 1
            continue
        if "name" in rule:
            found.append((match[0], rule["name"]))
        else:
            for group, capture in rule["captures"].items():
                found.append((match[int(group)], capture["name"]))
        at = match.end()
    return found


def kind(line: str, word: str) -> str:
    return next(scope for text, scope in scopes(line) if text == word).removesuffix(".ionasm")


@pytest.mark.parametrize(
    ("line", "word", "scope"),
    [
        ("; a comment", "; a comment", "comment.line.semicolon"),
        (".class ion.list", "ion.list", "entity.name.type.class"),
        ('.function "do it" arity=0', '"do it"', "entity.name.function"),
        (".function f arity=0 rest", ".function", "keyword.other.directive"),
        ("again: add r1, r2, r3", "again", "entity.name.label"),
        ("again: add r1, r2, r3", "add", "keyword.operator.word.instruction"),
        ("    add r1, r2, r3", "r2", "variable.parameter.register"),
        ("    load_const  total, 0", "total", "variable.other"),
        ("    load_const  r1, -0x2an", "-0x2an", "constant.numeric"),
        ("    load_const  r1, 1e21", "1e21", "constant.numeric"),
        ('    load_const  r1, b"a"', 'b"a"', "string.quoted.double.bytes"),
        ('    load_const  r1, "a;b"', '"a;b"', "string.quoted.double"),
        ('    load_const  r1, :"a b"', ':"a b"', "constant.other.symbol"),
        ("    load_const  r1, &Actors.worker/1", "&Actors.worker/1", "entity.name.function.reference"),
        ("    call_native r0, io.println, r1", "io.println", "support.function.native"),
        ("    load_const  r1, undefined", "undefined", "constant.language"),
        ("    match r0, (x when x is \"n\") -> a", "when", "keyword.control"),
        ("    .reg add = r0", "r0", "variable.parameter.register"),
    ],
)  # fmt: skip
def test_scopes(line: str, word: str, scope: str) -> None:
    assert kind(line, word) == scope


def test_every_instruction_is_known() -> None:
    for op in OPS.values():
        assert kind(f"    {op.mnemonic} r0", op.mnemonic) == "keyword.operator.word.instruction"
        # A longer word is no instruction.
        assert kind(f"    {op.mnemonic}_x r0", f"{op.mnemonic}_x") == "variable.other"


def test_the_corpus_is_read() -> None:
    files = [
        path
        for folder in ("examples", "bench", "vmm/lib", "vmm/tests/asm", "vmm/benches")
        for path in (ROOT / folder).rglob("*.ionasm")
        # What is refused may hold anything.
        if not {"text", "verify"} & set(path.parts) and path.stem != "refused"
    ]
    assert len(files) > 100
    lines = 0
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            unknown = [text for text, scope in scopes(line) if scope == ""]
            assert not unknown, f"{path}:{number}: {unknown}"
            lines += 1
    assert lines > 5_000
