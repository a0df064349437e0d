#!/usr/bin/env python3
"""The rows of `docs/signals.md` on a node of Erlang and on IonVM, compared.

Every area has two programs that print `ROW OUTCOME` in one notation: `AREA.erl` here, and a
text test under `tests/asm/spec/processes/`, which is run in parallel and in stepped mode. Outcomes have to be the same, but for rows of `differences.txt`,
which have to differ exactly as it says.

    ./compare.py                     all areas
    ./compare.py links timers        some
    ./compare.py --ionvm PATH        with this executable instead of the newest under target/

Ends with 1 if anything is not as it should be, and with 0 and the word `skipped` if there is
no Erlang.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE.parent / "asm" / "spec" / "processes"
AREAS = (
    "exits",
    "links",
    "monitors",
    "delivery",
    "names",
    "timers",
    "servers",
    "supervisors",
    "children",
)
SECONDS = 120

Outcomes = dict[str, str]


class Broken(Exception):
    """A program that did not run to its end; the text says why."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("areas", nargs="*", metavar="AREA", help=", ".join(AREAS))
    parser.add_argument("--ionvm", type=Path, help="the executable")
    options = parser.parse_args()
    unknown = [area for area in options.areas if area not in AREAS]
    if unknown:
        parser.error(f"there is no area {unknown[0]}; there are {', '.join(AREAS)}")
    if not shutil.which("erl") or not shutil.which("erlc"):
        print("skipped: no Erlang is installed (erl, erlc)")
        return 0
    ionvm = options.ionvm or newest_ionvm()
    if ionvm is None:
        print("compare.py: build it first: cargo build --release -p ionvm-cli", file=sys.stderr)
        return 2
    wrong: list[str] = []
    same = 0
    told = differences()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_erlang(folder)
        for area in options.areas or AREAS:
            try:
                theirs = on_erlang(area, folder)
                for mode in ("parallel", "stepped"):
                    ours = on_ionvm(area, ionvm, mode, folder)
                    found = judge(theirs, ours, told)
                    wrong += [f"{line} ({area}, {mode})" for line in found]
                    same += len(ours) - len(found)
            except Broken as broken:
                wrong.append(f"{area}: {broken}")
    for line in wrong:
        print(line)
    print(f"{same} outcomes as they should be, {len(wrong)} not")
    return 1 if wrong else 0


def newest_ionvm() -> Path | None:
    """The executable that was built last."""
    target = HERE.parents[2] / "target"
    built = [path for kind in ("release", "debug") if (path := target / kind / "ionvm").exists()]
    return max(built, key=lambda path: path.stat().st_mtime, default=None)


def differences() -> dict[str, tuple[str, str]]:
    """What rows come to on Erlang and here, where that differs on purpose."""
    told: dict[str, tuple[str, str]] = {}
    for line in (HERE / "differences.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            row, theirs, ours = (part.strip() for part in line.split("|"))
            told[row] = (theirs, ours)
    return told


def judge(theirs: Outcomes, ours: Outcomes, told: dict[str, tuple[str, str]]) -> list[str]:
    """What is not as it should be, a line each."""
    found: list[str] = []
    for row in {**theirs, **ours}:
        pair = (theirs.get(row, "nothing"), ours.get(row, "nothing"))
        expected = told.get(row, (pair[0], pair[0]))
        if pair != expected:
            found.append(f"{row}: Erlang {pair[0]}, IonVM {pair[1]}")
            if row in told:
                found[-1] += f"; differences.txt says {expected[0]} and {expected[1]}"
    return found


def compile_erlang(folder: Path) -> None:
    """Compiles all that is here."""
    sources = sorted(str(path) for path in HERE.glob("*.erl"))
    run(["erlc", "-Werror", "-o", str(folder), *sources])


def on_erlang(area: str, folder: Path) -> Outcomes:
    """Runs an area on a node."""
    return outcomes(run(["erl", "-noshell", "-noinput", "-pa", str(folder), "-s", area, "main"]))


def on_ionvm(area: str, ionvm: Path, mode: str, folder: Path) -> Outcomes:
    """Runs the text test of an area as a program, with the classes that it asks for."""
    texts = [(TEXTS / f"{area}.ionasm").read_text()]
    for line in texts[0].splitlines():
        if line.startswith(";! with "):
            texts.append((HERE.parent / line.removeprefix(";! with ").strip()).read_text())
    whole = folder / f"{area}.ionasm"
    whole.write_text("\n".join(texts))
    flags = ["--stepped"] if mode == "stepped" else []
    return outcomes(run([str(ionvm), "run", "-q", *flags, str(whole)]))


def run(command: list[str]) -> str:
    """Runs a command to its end and gives what it prints."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as late:
        raise Broken(f"{command[0]} does not end in {SECONDS} s") from late
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-12:])
        raise Broken(f"{' '.join(command)} ended with {done.returncode}\n{last}")
    return done.stdout


def outcomes(text: str) -> Outcomes:
    """`ROW OUTCOME`, a line each."""
    rows = [line.split(" ", 1) for line in text.splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 2}


if __name__ == "__main__":
    sys.exit(main())
