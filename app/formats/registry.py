"""All formats by name, and the one place where a file's format is found out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    label_studio,
    legalbench,
    lexam,
    llmbar,
    mqm,
    mtbench,
    pandalm,
    paperbench,
    parquet,
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
    writing,
)
from app.formats.base import Format, Graded, Losses, Reading, Written
from app.formats.sources import Source, look, ways

FORMATS: Mapping[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        samples, profbench, researchrubrics, healthbench, prbench, apex, biglaw, gdpval, paperbench,
        kqa, kqa_nli, expertqa, ace, lexam, legalbench, humaneval, patches, mtbench, hh_rlhf,
        prometheus, biggen, helpsteer2, helpsteer2_preference, helpsteer3, helpsteer3_edit,
        ultrafeedback, pandalm, llmbar, prm800k, trl_preference, trl_stepwise, trl_unpaired, mqm,
        prodigy, label_studio, plain, table, doccano, answers, results, parquet,
    )
}  # fmt: skip
"""In the order in which a file is tried against them: the most particular first."""
FOREIGN = "results that hold nothing this format has a place for"


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
        offered = [(way.kind, way.first or {}) for way in ways(source)]
        for found in FORMATS.values():
            if found.fits is not None and any(found.fits(kind, first) for kind, first in offered):
                return found
    line, why = _unknown(source)
    raise InputError(
        "format.unknown",
        "What “{name}” holds is no format that can be read here: {why}.",
        params={
            "name": path.name,
            "why": why,
        },
        where=f"{path.name}:{line}",
        hint="Nothing was taken in. `assay formats` lists what can be read; name the format to insist.",
    )


def _unknown(source: Source) -> tuple[int, str]:
    """(line, why) of a file that no format takes."""
    if source.first and next(iter(source.first)).startswith("<"):
        return (
            1,
            "it is markup; a labelling configuration of Label Studio is read beside the file of its tasks",
        )
    if source.first:
        fields = ", ".join(list(source.first)[:8])
        return 1, f"its first record has the fields {fields[:200]}"
    if source.bad is not None:
        line, error = source.bad
        return line, f"no record can be read, and of the first, on line {line}, {error.message}"
    return 1, "it holds no record"


def read(name: str, path: Path, *, limit: int | None = None, answers: Path | None = None) -> Reading:
    """The tasks of a file in a format (`auto` finds out). See `app.formats.base.Reading`."""
    try:
        found = detect(path) if name == "auto" else get(name)
        if found.container is not None:
            found.container(path)
            found = detect(path)
        return reading.read(found, path, limit=limit, answers=answers)
    except OSError as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": str(path)}, where=str(path)
        ) from exc


def write(name: str, graded: Iterable[Graded], out: BinaryIO) -> Written:
    """Write results in a format. Those that hold nothing it has a place for are left out; of the others the panels
    that it has no place for are named, then what its writer says."""
    found = get(name)
    if found.write is None:
        raise InputError("format.read_only", "“{name}” can only be read.", params={"name": name})
    loss, foreign = Losses(), Losses()
    given = 0

    def told() -> Iterator[Graded]:
        nonlocal given
        for one in graded:
            if writing.says(one, *found.carries):
                given += 1
                writing.unsaid(one, loss, *found.carries)
                yield one
            else:
                foreign.leave(FOREIGN)
                writing.unsaid(one, loss)

    own = found.write(told(), out)
    losses = list(dict.fromkeys([*foreign.report(), *loss.report(), *own.report()]))
    return Written(given - own.left_out, losses, foreign.left_out + own.left_out)


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
