"""A new signing key for the lab: a list of keys that the old and the new key sign, so that everyone can follow.

The old key stays in the list: what it signed is still read. It is kept beside the new one, since bundles may be on
their way that were encrypted to it.
"""

from __future__ import annotations

import json
from typing import Any

from app.wire import jsonio
from app.wire.signatures import PrivateKey
from lab import keylist
from lab.files import write_durably
from lab.lab import KEY_FILE, Lab

FORMER = "former-keys.json"


def rotate(lab: Lab) -> str:
    """Make the key, tell everyone, then sign with it; its thumbprint. A server that runs goes on with the old key
    until it is started again, which everyone accepts too.

    A cut between the two steps leaves the old key in use and the new one unused.
    """
    new, old = PrivateKey.generate(), lab.key
    kept = former(lab)
    write_durably(lab.folder / FORMER, json.dumps([old.as_jwk(), *kept]).encode(), mode=0o600)
    lab.database.write(lambda connection: keylist.issue(connection, lab, new=new))
    write_durably(lab.folder / KEY_FILE, jsonio.dumps(new.as_jwk()), mode=0o600)
    lab.key = new
    return new.kid


def former(lab: Lab) -> list[dict[str, Any]]:
    """Private keys that the lab signed with before, newest first."""
    path = lab.folder / FORMER
    return list(jsonio.loads(path.read_bytes())) if path.exists() else []
