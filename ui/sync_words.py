"""How a sync went, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.i18n import sentences, tr, trn

if TYPE_CHECKING:
    from app.services.sending import Report


def said(report: Report) -> str:
    parts = []
    if report.pulled:
        parts.append(trn("{n} task came.", "{n} tasks came.", report.pulled))
    if report.receipted:
        parts.append(trn("{n} receipt came.", "{n} receipts came.", report.receipted))
    if report.returned:
        parts.append(trn("{n} result came back.", "{n} results came back.", report.returned))
    if report.opened:
        parts.append(
            trn(
                "Others’ grades of {n} task can be read now.",
                "Others’ grades of {n} tasks can be read now.",
                report.opened,
            )
        )
    if report.conflicts:
        parts.append(trn("{n} result needs you.", "{n} results need you.", report.conflicts))
    if report.refused:
        parts.append(trn("{n} item was set aside.", "{n} items were set aside.", len(report.refused)))
    return sentences(*parts) or tr("Nothing new.")
