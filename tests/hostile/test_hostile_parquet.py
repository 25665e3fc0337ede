"""Parquet files that are damaged, lie, or were made to do harm: a clear error within bounded memory, or its records."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from app.errors import InputError
from app.formats import parquet_reader, parquet_rows, sources
from tests.command_line import ROOT
from tests.parquet_files import columns, in_bytes, read

ROWS = [
    {"prompt": f"Q{n}", "response": f"A{n}", "tags": ["x", "y"], "more": {"n": n / 2, "kind": "ab"[n % 2]}}
    for n in range(120)
]
MIB = 1024 * 1024


def refused(path: Path, stored: str = "parquet") -> str:
    """Why the file as a whole is refused; the error is whole: file, what is safe, what to do."""
    with pytest.raises(InputError) as caught:
        read(path, stored)
    error = caught.value
    assert error.code == "format.parquet_file"
    assert error.where.startswith(path.name)
    assert "Nothing was taken in" in error.hint
    assert all(row["prompt"] not in str(error) for row in ROWS[:1])
    return str(error)


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_every_tenth_cut_is_refused(tmp_path: Path) -> None:
    data = in_bytes(ROWS, row_group_size=40)
    for end in range(5, len(data), 10):
        assert "damaged" in refused(put(tmp_path / "a.parquet", data[:end])), end
    good, bad = read(put(tmp_path / "a.parquet", data))
    assert (good, bad) == (ROWS, {})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changed_bytes_are_refused_or_read_and_end_nothing(tmp_path: Path, seed: int) -> None:
    change = random.Random(seed)
    options: list[dict[str, Any]] = [
        {"row_group_size": 40},
        {"compression": "none", "use_dictionary": False, "data_page_version": "2.0"},
        {"compression": "zstd", "store_schema": False},
    ]
    data = in_bytes(ROWS, **options[seed - 1])
    ends = []
    for _ in range(25):
        changed = bytearray(data)
        for _ in range(change.choice((1, 3, 20))):
            changed[change.randrange(len(changed))] ^= 1 << change.randrange(8)
        try:
            read(put(tmp_path / "a.parquet", bytes(changed)))
            ends.append("read")
        except InputError as exc:
            ends.append(exc.code)
    assert "format.parquet_file" in ends
    assert all(end == "read" or end.startswith("format.") for end in ends)


def test_a_changed_byte_of_what_we_write_is_always_noticed(tmp_path: Path) -> None:
    data = in_bytes(ROWS, write_page_checksum=True, compression="none")
    place = data.index(b"A77")
    assert "damaged" in refused(put(tmp_path / "a.parquet", data[:place] + b"B77" + data[place + 3 :]))


def repeated(rows: int, size: int) -> Any:
    """One value that is stored once and stands in every row."""
    return pa.DictionaryArray.from_arrays(
        pa.array([0] * rows, pa.int32()), pa.array([b"\0" * size], pa.binary())
    )


PEAK = """
import resource, sys
from pathlib import Path
from app.errors import InputError
from app.formats import sources
try:
    print(sum(1 for _ in sources.records(Path(sys.argv[1]), "parquet")))
except InputError as exc:
    print(exc.code, exc.message)
own = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(own) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def watched(path: Path) -> tuple[str, int]:
    """(what came of it, the most MiB that it took, here or in the process that reads)"""
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], cwd=ROOT, capture_output=True, check=True)
    said, peaks = done.stdout.decode().splitlines()
    return said, max(map(int, peaks.split()))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("a column of 1 GiB of zeros", {"a": repeated(128, 8 * MIB)}),
        ("20 GiB over 40 columns", {f"c{n}": repeated(64, 8 * MIB) for n in range(40)}),
        ("one value of 64 MiB", {"a": pa.array([b"\0" * (64 * MIB)])}),
    ],
)
def test_what_unpacks_to_far_more_stays_within_its_memory(
    tmp_path: Path, name: str, given: dict[str, Any]
) -> None:
    path = columns(tmp_path / "a.parquet", {"compression": "zstd", "store_schema": False}, **given)
    assert path.stat().st_size < MIB, name
    said, peak = watched(path)
    assert "more memory" in said or said == "1"
    assert peak < parquet_reader.MEMORY // MIB + 200


def test_more_columns_than_any_record_has(tmp_path: Path) -> None:
    many = columns(tmp_path / "a.parquet", {"write_statistics": False}, **{f"c{n}": [1] for n in range(3000)})
    assert "more than 2000 columns" in refused(many)
    most = pa.schema([(f"c{n}", pa.int32()) for n in range(100_000)])
    pq.write_metadata(most, tmp_path / "b.parquet")
    assert "more than 2000 columns" in refused(tmp_path / "b.parquet")
    long = b"PAR1" + bytes(parquet_rows.MAX_FOOTER + 1)
    lying = put(tmp_path / "d.parquet", long + (parquet_rows.MAX_FOOTER + 1).to_bytes(4, "little") + b"PAR1")
    assert "longer than 16 MiB" in refused(lying)
    assert "no columns" in refused(columns(tmp_path / "c.parquet"))


@pytest.mark.parametrize("depth", [65, 150, 400])
def test_nesting_has_an_end(tmp_path: Path, depth: int) -> None:
    kind, value = pa.int64(), 1
    for _ in range(depth):
        kind, value = pa.struct([("a", kind)]), {"a": value}  # type: ignore[assignment]
    path = columns(tmp_path / "a.parquet", a=pa.array([value], kind))
    why = refused(path)
    assert "nested more than 64" in why or "damaged" in why


def test_two_columns_of_one_name_are_refused_at_any_depth(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), tmp_path / "a.parquet")
    assert "one name" in refused(tmp_path / "a.parquet")
    inner = pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], ["x", "x"])
    assert "one name" in refused(columns(tmp_path / "b.parquet", a=pa.array([1]), b=inner))


def test_rows_that_cost_nothing_are_counted(tmp_path: Path) -> None:
    path = columns(tmp_path / "a.parquet", a=pa.nulls(parquet_reader.MAX_ROWS + 1))
    assert path.stat().st_size < MIB
    assert "more than 2000000 rows" in refused(path)


def test_other_peoples_types_are_read_as_they_are_stored(tmp_path: Path) -> None:
    class Own(pa.ExtensionType):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(pa.string(), "somebody.own")

        def __arrow_ext_serialize__(self) -> bytes:
            return b"cos\nsystem\n(S'exit 1'\ntR."

        @classmethod
        def __arrow_ext_deserialize__(cls, _storage: Any, _said: bytes) -> Any:
            return cls()

    column = pa.ExtensionArray.from_storage(Own(), pa.array(["x"]))
    assert read(columns(tmp_path / "a.parquet", a=column)) == ([{"a": "x"}], {})


def test_an_encrypted_file_says_so(tmp_path: Path) -> None:
    class Keys(pe.KmsClient):  # type: ignore[misc]
        def wrap_key(self, key_bytes: bytes, _master: str) -> bytes:
            return key_bytes.hex().encode()

        def unwrap_key(self, wrapped_key: bytes, _master: str) -> bytes:
            return bytes.fromhex(wrapped_key.decode())

    table = pa.Table.from_pylist(ROWS)
    for plain in (False, True):
        secret = pe.EncryptionConfiguration(
            footer_key="k", column_keys={"k": ["prompt"]}, plaintext_footer=plain
        )
        made = pe.CryptoFactory(lambda _: Keys()).file_encryption_properties(pe.KmsConnectionConfig(), secret)
        with pq.ParquetWriter(tmp_path / "a.parquet", table.schema, encryption_properties=made) as file:
            file.write_table(table)
        assert "encrypted" in refused(tmp_path / "a.parquet")


def test_a_file_packed_again_says_so(tmp_path: Path) -> None:
    packed = put(tmp_path / "a.parquet.gz", gzip.compress(in_bytes(ROWS)))
    with pytest.raises(InputError) as caught:
        sources.look(packed)
    assert "gzip" in str(caught.value)


@pytest.mark.parametrize("answer", ["", "=[1]\n.\n", "?[]\n", '?{"columns":[],"flat":true}\n', "x\n"])
def test_a_process_that_is_not_itself_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    path = put(tmp_path / "a.parquet", in_bytes(ROWS))
    fake = put(tmp_path / "fake_reader.py", f"print({answer!r}, end='')".encode())
    monkeypatch.setenv("PYTHONPATH", str(fake.parent))
    monkeypatch.setattr(parquet_reader, "__name__", "fake_reader")
    assert "ended" in refused(path)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("os.abort()", "ended"),
        ("[0] * 10 ** 12", "ended"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "too long"),
    ],
)
def test_a_process_that_ends_in_the_middle_ends_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, why: str
) -> None:
    path = put(tmp_path / "a.parquet", in_bytes(ROWS))
    half = '?{"columns":[],"flat":false}\n={"prompt":"Q"}\n'
    code = f"import os, signal, sys\nsys.stdout.write({half!r})\nsys.stdout.flush()\n{act}"
    put(tmp_path / "fake_reader.py", code.encode())
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(parquet_reader, "__name__", "fake_reader")
    with pytest.raises(InputError) as caught:
        read(path)
    assert why in str(caught.value)
    assert caught.value.where == "a.parquet:2"


def test_the_process_gives_everything_up_and_ends_with_its_reader(tmp_path: Path) -> None:
    path = put(tmp_path / "a.parquet", in_bytes(ROWS * 2000, row_group_size=1000))
    with parquet_rows.opened(path) as file:
        assert next(file.rows)[0] == 1
        children = Path(f"/proc/self/task/{_thread()}/children").read_text(encoding="ascii").split()
        limits = Path(f"/proc/{children[-1]}/limits").read_text(encoding="ascii")
        kept = {line[:20].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
        assert (kept["Max core file size"], kept["Max file size"], kept["Max processes"]) == ("0", "0", "0")
        assert kept["Max address space"] != "unlimited"
        names = Path(f"/proc/{children[-1]}/environ").read_bytes()
        assert b"HOME=" not in names
    assert not Path(f"/proc/{children[-1]}").exists()


def _thread() -> int:
    import threading

    return threading.get_native_id()
