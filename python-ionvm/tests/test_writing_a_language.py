"""docs/writing-a-language.md and docs/supervision.md tell the truth: the Python of a page is run,
block by block, as one program.

A block of `text` directly behind a block of `python` is what that block prints; a block that has
none behind it prints nothing.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)

sys.path.insert(0, str(ROOT / "examples" / "languages"))


class Sample(NamedTuple):
    """A block of Python, where its code begins, and what it is said to print."""

    line: int
    code: str
    prints: str


def samples(page: Path) -> list[Sample]:
    text = page.read_text(encoding="utf-8")
    found: list[Sample] = []
    end, other = -1, False
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 2
        if block[1] == "python":
            found.append(Sample(line, block[2], ""))
        elif block[1] == "text" and not other:
            assert end >= 0 and not text[end : block.start()].strip(), f"line {line}: of which code?"
            found[-1] = found[-1]._replace(prints=block[2])
        end = block.end() if block[1] == "python" else -1
        # What a program in assembly shows is tested where those are run.
        other = block[1] == "ionasm"
    return found


@pytest.mark.parametrize(("name", "least"), [("writing-a-language", 14), ("supervision", 1)])
def test_every_sample_prints_what_the_page_says(
    name: str,
    least: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    page = PAGES / f"{name}.md"
    found = samples(page)
    # A page that lost its samples would pass without running anything.
    assert len(found) >= least
    for sample in found:
        # Blank lines before it give the code the lines of the page in what a failure says.
        exec(compile("\n" * (sample.line - 1) + sample.code, str(page), "exec"), names)
        printed = capsys.readouterr().out
        assert printed == sample.prints, f"{page.name}:{sample.line}"


@pytest.mark.parametrize(("name", "least"), [("writing-a-language", 10), ("supervision", 0)])
def test_its_links_lead_somewhere(name: str, least: int) -> None:
    text = BLOCK.sub("", (PAGES / f"{name}.md").read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert len(links) >= least
    assert [link for link in links if not (PAGES / link).exists()] == []
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
