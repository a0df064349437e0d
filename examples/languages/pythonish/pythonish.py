"""A compiler for a part of Python, and a runtime for it that is written in that part.

    python pythonish.py PROGRAM.py [TEXT...]     runs a program; the texts are its sys.argv
    python pythonish.py --show PROGRAM.py        prints its assembly

Python's own `ast` reads the text, so that these files show what a compiler for IonVM does. README.md
beside this file tells how they work, in which order to read them, and what is part of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import ionvm
from ionvm import IonError, Module

from py_frame import Unsupported
from py_program import Program, runtime_program
from py_report import told

__all__ = ["Unsupported", "compile_file", "compile_text", "run_file", "told"]


def compile_text(text: str, name: str = "Main", file: str = "<text>") -> list[Module]:
    """The classes of a program.

    `run` of the first runs it as a script, with an array of texts as `sys.argv`; `start` runs it
    and then its function `main`, with `main`'s arguments.

    Raises:
        Unsupported: A part of the text is not part of the language.
        SyntaxError: The text is no Python.
    """
    return Program(name, {file: text}, runtime_program()).classes()


def compile_file(path: str | Path) -> list[Module]:
    """The classes of a program in a file."""
    return compile_text(Path(path).read_text(encoding="utf-8"), "Main", str(path))


def run_file(path: str, arguments: list[str]) -> int:
    """Runs a program as a script, and returns the exit code that Python would have."""
    classes = compile_file(path)
    try:
        ionvm.run(classes, [path, *arguments], entry="run")
    except IonError as error:
        sys.stdout.flush()
        print("\n".join(told(error, classes)), file=sys.stderr)
        return 1
    return 0


def main(arguments: list[str]) -> int:
    """The command."""
    if not arguments or arguments == ["--show"]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if arguments[0] == "--show":
            print(ionvm.disassemble(compile_file(arguments[1])[0]))
            return 0
        return run_file(arguments[0], arguments[1:])
    except (Unsupported, SyntaxError) as error:
        file = error.file if isinstance(error, Unsupported) else error.filename
        line = "" if isinstance(error, Unsupported) else f"line {error.lineno}: "
        print(f"{file}, {line}{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"pythonish: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
