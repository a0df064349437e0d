"""The examples, run as users run them: as scripts of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ionvm
from ionvm import IonPackReader

EXAMPLES = Path(__file__).parents[2] / "examples"


def script(name: str, folder: Path) -> str:
    command = [sys.executable, str(EXAMPLES / name)]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


def test_hello(tmp_path: Path) -> None:
    script("hello.py", tmp_path)
    pack = tmp_path / "hello.ionpack"
    assert IonPackReader(pack).manifest["Name"] == "hello-world"
    assert ionvm.run(pack) == 42.0


def test_worker(tmp_path: Path) -> None:
    assert script("worker.py", tmp_path) == "225\n"
    assert ionvm.run(tmp_path / "worker.ionpack") == 225.0
