"""The batch report: where the batch stands, how the scores lie, how far its graders agree and where they do not."""

from __future__ import annotations

from app.agreement.ratings import Level
from app.agreement.reports.answers import answers
from app.agreement.reports.blocks import Block, Distribution, Intervals, Report, Section, Table
from app.agreement.reports.highlights import highlights
from app.agreement.reports.measuring import Verdicts, histogram, sliced, tags_of, verdicts
from app.agreement.reports.parts import MAX_ROWS, agreement_table, heat_map, kappa, report, sign_of
from app.agreement.reports.source import Source, Tr, score
from app.agreement.reports.standing import standings
from app.agreement.resampling import Bootstrap
from app.agreement.summary import agreement
from app.domain import scoring
from app.domain.decisions import Standing


def batch_report(source: Source, tr: Tr, language: str, bootstrap: Bootstrap) -> Report:
    found = verdicts(source)
    sections = (
        Section(tr("Where the batch stands"), tuple(_standing(source, tr))),
        Section(tr("Scores"), tuple(_scores(source, tr))),
        Section(
            tr("Agreement"),
            (
                *_agreement(source, found, tr, bootstrap),
                *answers(source, tr, bootstrap),
                *highlights(source, tr, bootstrap),
            ),
        ),
        Section(tr("Where graders differ"), tuple(_differences(source, found, tr, bootstrap))),
    )
    return report("batch", tr("Batch report"), source, tr, language, bootstrap, sections)


def _standing(source: Source, tr: Tr) -> list[Block]:
    names = {
        Standing.UNANIMOUS: tr("unanimous"),
        Standing.ADJUDICATED: tr("adjudicated"),
        Standing.UNRESOLVED: tr("unresolved"),
    }
    found = standings(source)
    once = sum(len(results) == 1 and task not in source.decided for task, results in source.by_task.items())
    rows = [(names[s], sum(one is s for one in found.values())) for s in Standing]
    note = tr("{n} of the unresolved have one result only.", n=once) if once else ""
    return [Table(tr("Tasks by standing"), (tr("Standing"), tr("Tasks")), tuple(rows), note)] if found else []


def _scores(source: Source, tr: Tr) -> list[Block]:
    unit = scoring.policy(source.policy).unit
    values = []
    for one in source.graded:
        for response in one.task.responses:
            found = score(source.policy, one.task, one.judgement, response.id)
            if found is not None and found.value is not None:
                values.append(found.value)
    if not values:
        return []
    bins = histogram(values, 0.0, unit)
    note = tr("One score for each response and grader, {n} in all.", n=len(values))
    return [Distribution(tr("Distribution of scores"), bins, note)]


def _agreement(source: Source, found: Verdicts, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    if not found.units:
        return []
    whole = agreement(found.ratings, Level.NOMINAL, bootstrap)
    named = (
        (tr("Observed agreement"), whole["observed"]),
        (tr("Cohen's or Fleiss' kappa"), kappa(whole)),
        (tr("Krippendorff's alpha"), whole["krippendorff_alpha"]),
        (tr("Gwet's AC1"), whole["gwet_ac1"]),
    )
    prevalence = tuple((_value(name, tr), one) for name, one in whole.prevalence.items())
    note = tr(
        "{n} of {all} units were rated at least twice. Kappa and alpha fall when one verdict is common;"
        " AC1 does not: read them together.",
        n=whole.pairable,
        all=whole.units,
    )
    blocks: list[Block] = [Intervals(tr("All graders"), named, *_axis([f.low for _, f in named]), note=note)]
    blocks.append(Intervals(tr("How common each verdict is"), prevalence, 0.0, 1.0))
    if whole.pairable:
        blocks.append(
            agreement_table(
                tr("By sign of the criterion"),
                sliced(found, lambda unit: [sign_of(unit.criterion.points, tr)]).items(),
                bootstrap,
                tr,
            )
        )
        tags = list(sliced(found, tags_of).items())
        if tags:
            tags.sort(key=lambda entry: (-entry[1].count, entry[0]))
            blocks.append(agreement_table(tr("By tag"), sorted(tags[:MAX_ROWS]), bootstrap, tr))
    return blocks


def _differences(source: Source, found: Verdicts, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    heat = heat_map(source, found, tr)
    blocks: list[Block] = [heat] if heat.rows else []
    by_task: dict[str, list[int]] = {}
    said: dict[int, set[int]] = {}
    many: dict[int, int] = {}
    for unit, code in zip(found.ratings.unit.tolist(), found.ratings.code.tolist(), strict=True):
        said.setdefault(unit, set()).add(code)
        many[unit] = many.get(unit, 0) + 1
    for place, values in said.items():
        if many[place] > 1:
            row = by_task.setdefault(found.units[place].task.id, [0, 0])
            row[0] += len(values) > 1
            row[1] += 1
    titles = {task: results[0].task.title for task, results in source.by_task.items()}
    worst = sorted(((n / of, n, of, task) for task, (n, of) in by_task.items() if n), reverse=True)
    if worst:
        rows = tuple((titles[task], task, f"{n} / {of}") for _, n, of, task in worst[:MAX_ROWS])
        head = (tr("Task"), tr("Id"), tr("Units that differ"))
        blocks.append(Table(tr("Tasks with the most differences"), head, rows))
    return blocks


def _value(name: str, tr: Tr) -> str:
    return {
        "met": tr("Met"),
        "not_met": tr("Not met"),
        "partly": tr("Partly"),
        "not_applicable": tr("Not applicable"),
    }.get(name, name)


def _axis(lows: list[float | None]) -> tuple[float, float]:
    """From 0, or from −1 when something lies below 0."""
    return (-1.0 if any(low is not None and low < 0 for low in lows) else 0.0), 1.0
