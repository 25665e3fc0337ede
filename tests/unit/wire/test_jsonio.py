"""The strict reader: what it refuses, where it says so, and that it never crashes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InputError
from app.wire import jsonio
from tests.shared_data import shared_data

REFUSED = [
    (b'{"a": 1, "a": 2}', "json.double", "/a"),
    (b'{"x": [1, {"k": 1, "k": 1}]}', "json.double", "/x/1/k"),
    (b"[NaN]", "json.number", "/0"),
    (b"[1, -Infinity]", "json.number", "/1"),
    (b'{"n": 1e999}', "json.number", "/n"),
    (b"[9007199254740993]", "json.integer", "/0"),
    (b"[-9007199254740993]", "json.integer", "/0"),
    (b"[1" + b"0" * 5000 + b"]", "json.integer", "/0"),
    (b'["\\ud800"]', "json.surrogate", "/0"),
    (b'{"\\udfff": 1}', "json.surrogate", "/"),
    (b"\xef\xbb\xbf{}", "json.bom", ""),
    (b'"\xff"', "json.utf8", ""),
    (b"[1,]", "json.syntax", ""),
    (b'{"a/b": {"~": [1, NaN]}}', "json.number", "/a~1b/~0/1"),
    ("[1]".encode("utf-16"), "json.utf8", ""),
    ('["\ud800"]', "json.surrogate", ""),
    (b"", "json.syntax", ""),
    (b'"a\tb"', "json.syntax", ""),
]


@pytest.mark.parametrize(("data", "code", "where"), REFUSED)
def test_refuses_and_says_where(data: bytes | str, code: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        jsonio.loads(data)
    assert (caught.value.code, caught.value.where) == (code, where)


@pytest.mark.parametrize("levels", [65, 500, 100_000])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")])
def test_refuses_depth_over_64(levels: int, pair: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="64 levels") as caught:
        jsonio.loads(pair[0] * levels + "1" + pair[1] * levels)
    assert caught.value.code == "json.depth"


def test_takes_depth_64() -> None:
    assert jsonio.loads("[" * 64 + "]" * 64)


def test_breadth_is_not_depth() -> None:
    assert len(jsonio.loads("[" + ",".join(["{}"] * 1000) + "]")) == 1000


def test_names_file_and_path() -> None:
    with pytest.raises(InputError) as caught:
        jsonio.loads(b'{"a":[NaN]}', where="tasks.jsonl, line 3")
    assert caught.value.where == "tasks.jsonl, line 3, at /a/0"


def test_refuses_what_is_over_the_limit() -> None:
    with pytest.raises(InputError) as caught:
        jsonio.loads(b'"' + b"x" * 100 + b'"', limit=50)
    assert caught.value.code == "json.long"


@pytest.mark.parametrize("number", [2**53, -(2**53), 0, -0.0, 1.5, 1e308])
def test_takes_numbers_that_are_exact(number: float) -> None:
    assert jsonio.loads(jsonio.dumps([number])) == [number]


def test_the_writer_is_compact_and_keeps_order_and_script() -> None:
    assert jsonio.dumps({"b": 1, "a": "醫師 👍"}) == '{"b":1,"a":"醫師 👍"}'.encode()
    for bad in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError, match=r"."):
            jsonio.dumps(bad)


def test_lines_end_at_line_feeds_only() -> None:
    stream = io.BytesIO('{"a":"\u2028"}\r\n\n  \n{"b":1}'.encode())
    assert list(jsonio.lines(stream)) == [(1, '{"a":"\u2028"}\r'.encode()), (4, b'{"b":1}')]


def test_a_line_over_the_limit_is_named() -> None:
    with pytest.raises(InputError) as caught:
        list(jsonio.lines(io.BytesIO(b"[1]\n[1234567]\n"), limit=8, where="x.jsonl"))
    assert caught.value.where == "x.jsonl, line 2"
    assert [n for n, _ in jsonio.lines(io.BytesIO(b"[123456]\n"), limit=8)] == [1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False,
    allow_infinity=False) | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) |
    st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), inner, max_size=4), max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_what_is_written_is_read_again(value: object) -> None:
    assert jsonio.loads(jsonio.dumps(value)) == value


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:0123456789.eE+-\\utrnfalsd \n', max_size=100))
def test_anything_is_read_or_refused_as_the_standard_library_would_at_least(data: bytes | str) -> None:
    try:
        found = jsonio.loads(data)
    except InputError:
        return
    assert found == json.loads(data)


SUITE = {
    "y_": ["[]", '{"a":[1,2.5e3,true,null,"\\u00e9"]}', " 1 ", '"\\u0000"'],
    "n_": ["[1,]", "{'a':1}", "[01]", "[+1]", "tru", '["a]', '{"a":1}}', "[1 2]", "\f[]", "[0x1]", "[1_0]"],
}
OURS = (
    "object_duplicated_key", "object_extreme_numbers", "same_key", "string_incomplete_surrogate",
    "string_1_", "500_nested", "BOM",
)  # fmt: skip
"""Cases of the suite on which this reader is stricter than RFC 8259 asks."""


def suite() -> Iterator[tuple[str, bytes]]:
    for kind, texts in SUITE.items():
        yield from ((f"{kind}own_{i}", text.encode()) for i, text in enumerate(texts))
    folder = (shared_data() or Path("absent")) / "security" / "json"
    for path in sorted(folder.glob("test_parsing_*.json")):
        yield path.stem.removeprefix("test_parsing_"), path.read_bytes()


@pytest.mark.parametrize(("name", "data"), list(suite()), ids=lambda x: x if isinstance(x, str) else "")
def test_the_parsing_suite(name: str, data: bytes) -> None:
    try:
        jsonio.loads(data)
        taken = True
    except InputError:
        taken = False
    if name.startswith("n_"):
        assert not taken
    elif name.startswith("y_") and not any(part in name for part in OURS):
        assert taken
