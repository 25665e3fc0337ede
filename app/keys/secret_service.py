"""Reading from the Secret Service (GNOME's and others' key store) with nothing but the library that speaks to it.

keyring's back end of the same name does the very same, but comes with urllib, ssl, e-mail and archives, which takes
longer than everything else about opening a workspace. Entries are written and deleted by keyring's own class, and
whoever sets properties of it by `KEYRING_PROPERTY_…` has it read, too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing

NAME = "keyring.backends.SecretService.Keyring"


def is_plain(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether nobody changed how keyring's class looks for entries."""
    return not any(name.startswith("KEYRING_PROPERTY_") for name in environ)


def is_available() -> bool:
    """Whether a Secret Service runs here or can be started."""
    try:
        import secretstorage
    except ImportError:  # another system
        return False
    try:
        with closing(secretstorage.dbus_init()) as bus:
            return bool(secretstorage.check_service_availability(bus))
    except secretstorage.exceptions.SecretStorageException:
        return False


def read(service: str, account: str) -> str | None:
    """The text kept for an account of a service, None if there is none. Raises what keyring's class raises."""
    import secretstorage

    bus = secretstorage.dbus_init()
    with closing(bus):
        try:
            collection = secretstorage.get_default_collection(bus)
        except secretstorage.exceptions.SecretStorageException as exc:
            from keyring.errors import InitError

            raise InitError(f"Failed to create the collection: {exc}.") from exc
        _unlock(collection)
        for item in collection.search_items({"username": account, "service": service}):
            _unlock(item)
            return item.get_secret().decode("utf-8")
    return None


def _unlock(thing: object) -> None:
    """The system asks the person; KeyringLocked if she says no."""
    from secretstorage import Collection, Item

    assert isinstance(thing, Collection | Item)
    if thing.is_locked():
        thing.unlock()
        if thing.is_locked():
            from keyring.errors import KeyringLocked

            raise KeyringLocked("It was not unlocked.")
