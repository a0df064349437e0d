"""Names of native functions: spellings that compilers use, and the canonical `module.name`.

A native may be spelt without regard to case, by module (`Math.Sqrt`) or flat: the bare name for
the modules `math` and `io` (`PrintLn`), `str` and the name for `string` (`StrLength`), module
and name for all others (`ArrayPush`), underscores left out (`IsNaN`).
"""

from __future__ import annotations

from ._stdlib import NAMES

__all__ = ["canonical_native", "stdlib_native"]

_PREFIXES = {"math": "", "io": "", "string": "str"}


def _flat(name: str) -> str:
    module, _, rest = name.partition(".")
    return _PREFIXES.get(module, module) + rest.replace("_", "")


_SPELLINGS = {**{name: name for name in NAMES}, **{_flat(name): name for name in NAMES}}


def stdlib_native(spelling: str) -> str:
    """The canonical name of a native of the standard library.

    >>> stdlib_native("PrintLn"), stdlib_native("strlength"), stdlib_native("Math.Sqrt")
    ('io.println', 'string.length', 'math.sqrt')

    Raises `ValueError` for a spelling of none.
    """
    # Spellings are ASCII: other letters whose lower case is ASCII spell nothing.
    found = _SPELLINGS.get(spelling.lower()) if spelling.isascii() else None
    if found is None:
        raise ValueError(
            f"there is no native function {spelling!r} in the standard library; "
            "the canonical form is module.name, such as io.println"
        )
    return found


def canonical_native(spelling: str) -> str:
    """The canonical name of any native; a spelling with a dot need not be known.

    >>> canonical_native("PrintLn"), canonical_native("My.Own")
    ('io.println', 'my.own')

    Raises `ValueError` for a flat spelling of none.
    """
    return spelling.lower() if "." in spelling else stdlib_native(spelling)
