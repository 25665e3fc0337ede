"""After the lab's data came back from a backup: cursors of the time after it are worthless, and are told so."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from lab.lab import Lab
from lab.tables import result, seen_token, state


def restored(lab: Lab) -> str:
    """A new epoch, which is returned. Every workstation then asks what the lab does not hold, and sends it again.

    Processes that serve the lab must be started anew: they know the epoch from their start.
    """
    epoch = lab.entropy(8).hex()

    def job(connection: Connection) -> None:
        connection.execute(update(state).where(state.c.name == "epoch").values(value=epoch))
        # Transactions are counted anew in a database that was dumped and loaded: what is there comes before all.
        connection.execute(update(result).values(xid=0))
        connection.execute(delete(seen_token))

    lab.database.write(job)
    return epoch
