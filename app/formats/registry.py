"""All formats by name, and the one place where a file's format is found out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from app.errors import InputError
from app.formats import (
    ace,
    answers,
    apex,
    biggen,
    biglaw,
    doccano,
    expertqa,
    gdpval,
    healthbench,
    helpsteer2,
    helpsteer2_preference,
    helpsteer3,
    helpsteer3_edit,
    hh_rlhf,
    humaneval,
    kqa,
    kqa_nli,
    legalbench,
    lexam,
    llmbar,
    mqm,
    mtbench,
    pandalm,
    paperbench,
    patches,
    plain,
    prbench,
    prm800k,
    prodigy,
    profbench,
    prometheus,
    reading,
    researchrubrics,
    results,
    samples,
    table,
    trl_preference,
    trl_stepwise,
    trl_unpaired,
    ultrafeedback,
)
from app.formats.base import Format, Graded, Reading
from app.formats.sources import look

FORMATS: Mapping[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        samples, profbench, researchrubrics, healthbench, prbench, apex, biglaw, gdpval, paperbench,
        kqa, kqa_nli, expertqa, ace, lexam, legalbench, humaneval, patches, mtbench, hh_rlhf,
        prometheus, biggen, helpsteer2, helpsteer2_preference, helpsteer3, helpsteer3_edit,
        ultrafeedback, pandalm, llmbar, prm800k, trl_preference, trl_stepwise, trl_unpaired, mqm,
        prodigy, plain, table, doccano, answers, results,
    )
}  # fmt: skip
"""In the order in which a file is tried against them: the most particular first."""


def get(name: str) -> Format:
    """The format of this name. InputError naming the known ones."""
    found = FORMATS.get(name)
    if found is None:
        raise InputError(
            "format.name",
            "There is no format “{name}”.",
            params={"name": name, "known": ", ".join(("auto", *FORMATS))},
            hint="Known: {known}.",
        )
    return found


def detect(path: Path) -> Format:
    """The format of a file, by its content. InputError when none fits or it cannot be read."""
    if path.is_dir():
        if samples.is_sample(path):
            return samples.FORMAT
        raise InputError("format.folder", "“{name}” is a folder, not a file.", params={"name": path.name})
    source = look(path)
    if source.first is not None:
        for found in FORMATS.values():
            if found.fits is not None and found.fits(source.kind, source.first):
                return found
    fields = ", ".join(list(source.first)[:8]) if source.first is not None else ""
    raise InputError(
        "format.unknown",
        "What “{name}” holds is no format that can be read here: {why}.",
        params={
            "name": path.name,
            "why": f"its first record has the fields {fields[:200]}" if fields else "it holds no record",
        },
        where=f"{path.name}:1",
        hint="Nothing was taken in. `assay formats` lists what can be read; name the format to insist.",
    )


def read(name: str, path: Path, *, limit: int | None = None, answers: Path | None = None) -> Reading:
    """The tasks of a file in a format (`auto` finds out). See `app.formats.base.Reading`."""
    try:
        found = detect(path) if name == "auto" else get(name)
        return reading.read(found, path, limit=limit, answers=answers)
    except OSError as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": str(path)}, where=str(path)
        ) from exc


def write(name: str, graded: Iterable[Graded], out: BinaryIO) -> list[str]:
    """Write results in a format; returns what it could not carry, in plain words."""
    found = get(name)
    if found.write is None:
        raise InputError("format.read_only", "“{name}” can only be read.", params={"name": name})
    return found.write(graded, out)


def listing() -> list[dict[str, object]]:
    """What `assay formats` prints."""
    return [
        {
            "name": f.name,
            "reads": f.reads,
            "writes": f.writes,
            "tried": f.tried,
            "description": f.description + ("" if f.tried else " — not tried on a real file"),
        }
        for f in FORMATS.values()
    ]
