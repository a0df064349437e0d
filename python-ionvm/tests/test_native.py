"""What goes through the native module: verifying, reading packages, values both ways."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionvm import (
    Function,
    Instruction,
    IonPackBuilder,
    IonPackError,
    IonPackReader,
    IonVerifyError,
    Library,
    Module,
    Value,
    _native,
)
from strategies import values

MAIN = Function("main", 0, 1, [Instruction.load_const(0, 42.0), Instruction.return_reg(0)])


def test_a_sound_class_is_verified() -> None:
    module = Module("Main", MAIN)
    assert module.verify() is module


def test_all_that_is_wrong_is_told_with_its_place() -> None:
    code = [Instruction.move(0, 7), Instruction.jump(9), Instruction.return_(8)]
    with pytest.raises(IonVerifyError) as caught:
        Module("Main", [MAIN, Function("broken", 1, 0, code)]).verify()
    lines = caught.value.diagnostics
    assert len(lines) == 3
    assert str(caught.value) == "\n".join(lines)
    for i, line in enumerate(lines):
        assert f"class Main, function broken/1, instruction {i}" in line


@given(values.filter(lambda value: "function_ref" not in repr(value)))
def test_values_go_in_and_come_back(value: Value) -> None:
    assert _native.echo(value) == value


def test_values_too_deep_are_refused() -> None:
    deep = Value.nil()
    for _ in range(999):
        deep = Value.array([deep])
    assert _native.echo(deep) == deep
    with pytest.raises(ValueError, match="deeper than 1000 levels"):
        _native.echo(Value.array([deep]))
    with pytest.raises(ValueError, match=r"use Value\.extern"):
        _native.echo(Value.function_ref("f"))
    shared = Value.of("x")
    for _ in range(300):
        shared = Value.tuple([shared])
    assert _native.echo(shared) == shared


def pack() -> IonPackBuilder:
    return (
        IonPackBuilder("demo", "1.2.3")
        .add_class("Main", MAIN)
        .main_class("Main")
        .entry_point("main")
        .description("all of it")
        .dependency("base", ">= 1.0")
        .add_source("main.ion", "print 42\n")
        .add_resource("a/\u00fc.bin", b"\x00\x01")
        .add_library("fast", b"elf", "linux", "x86_64")
        .add_library("fast", b"any")
    )


def test_packages_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "demo.ionpack"
    with path.open("wb") as f:
        pack().build(f)
    for source in (path, str(path), io.BytesIO(path.read_bytes()), path.read_bytes()):
        reader = IonPackReader(source)
        assert reader.manifest["Name"] == "demo"
        assert list(reader.manifest)[:3] == ["IonPack-Version", "Name", "Version"]
        assert reader.manifest["Dependencies"] == "base >= 1.0"
        assert reader.classes() == ["Main"]
        assert reader.read_class("Main") == Module("Main", MAIN)
        assert list(reader) == [Module("Main", MAIN)]
        assert reader.resources() == ["a/\u00fc.bin"]
        assert reader.read_resource("a/\u00fc.bin") == b"\x00\x01"
        assert reader.sources() == ["main.ion"]
        assert reader.read_source("main.ion") == b"print 42\n"
        assert reader.libraries() == [
            Library("fast", None, None, 3),
            Library("fast", "linux", "x86_64", 3),
        ]
        assert repr(reader) == "<IonPackReader demo 1.2.3>"


def test_packages_are_what_the_machine_would_write() -> None:
    for builder in (
        pack(),
        IonPackBuilder("bare", "0"),
        IonPackBuilder("p", "1").description("").author("A: B").dependency("x   >=  1.0"),
        pack().export("Main").export("Main:main").dependency("util"),
    ):
        data = builder.to_bytes()
        assert _native.read_pack(data).rebuild() == data


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-zA-Z\u00e4\u3042][a-z0-9 .]{0,8}[a-z]", fullmatch=True),
        st.binary(max_size=50),
        max_size=5,
    )
)
def test_any_contents_are_what_the_machine_would_write(contents: dict[str, bytes]) -> None:
    folded = {name.lower(): name for name in contents}
    builder = IonPackBuilder("p", "1")
    for name in folded.values():
        builder.add_resource(f"a/{name}", contents[name])
        builder.add_source(name, contents[name])
    data = builder.to_bytes()
    assert _native.read_pack(data).rebuild() == data


def test_what_is_missing_is_named() -> None:
    reader = IonPackReader(io.BytesIO(pack().to_bytes()))
    with pytest.raises(IonPackError, match="Main"):
        reader.read_class("Other")
    with pytest.raises(IonPackError, match="nothing"):
        reader.read_resource("nothing")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        IonPackReader("nowhere.ionpack")
    with pytest.raises(TypeError, match="opened for bytes"):
        IonPackReader(io.StringIO("text"))  # type: ignore[arg-type]


def test_damaged_packages_are_refused() -> None:
    whole = pack().to_bytes()
    for end in range(0, len(whole), 7):
        with pytest.raises(IonPackError):
            IonPackReader(whole[:end])
    for at in range(0, len(whole), 11):
        broken = bytearray(whole)
        broken[at] ^= 0x10
        try:
            for module in IonPackReader(bytes(broken)):
                assert module == Module("Main", MAIN)
        except (IonPackError, IonVerifyError):
            pass
