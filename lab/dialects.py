"""The few expressions that SQLite and PostgreSQL write differently.

PostgreSQL numbers rows before their transactions commit: a reader that has seen row 6 may meet row 5 later.
What it knows for certain is which transactions have ended: those below `pg_snapshot_xmin` (its manual, 9.27
"Transaction ID and Snapshot Information Functions"). SQLite has one writer: every row that is seen is settled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class TransactionNumber(FunctionElement[int]):
    """The number of the transaction under way; 0 where there is one writer."""

    type = BigInteger()
    name = "transaction_number"
    inherit_cache = True


class SettledBefore(FunctionElement[int]):
    """All transactions below this number have ended, for this reader."""

    type = BigInteger()
    name = "settled_before"
    inherit_cache = True


@compiles(TransactionNumber)
def _zero(_element: TransactionNumber, _compiler: Any, **_more: Any) -> str:
    return "0"


@compiles(TransactionNumber, "postgresql")
def _number(_element: TransactionNumber, _compiler: Any, **_more: Any) -> str:
    return "(pg_current_xact_id()::text::bigint)"


@compiles(SettledBefore)
def _all(_element: SettledBefore, _compiler: Any, **_more: Any) -> str:
    return "9223372036854775807"


@compiles(SettledBefore, "postgresql")
def _xmin(_element: SettledBefore, _compiler: Any, **_more: Any) -> str:
    return "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
