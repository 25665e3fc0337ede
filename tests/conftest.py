"""Every test runs with a home of its own, without a display, and in English until it says otherwise."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.soaking import Budget, Soak

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.theme.apply import ThemeHolder


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is imported: nothing may read or write the real home."""
    home = Path(tempfile.mkdtemp(prefix="assay-test-home-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["HOME"] = os.environ["USERPROFILE"] = str(home)
    for name, folder in (
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        (home / folder).mkdir(mode=0o700)
        os.environ[name] = str(home / folder)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.pop("ASSAY_HOME", None)


@pytest.fixture(autouse=True)
def collected_in_one_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """With widgets, Python's collector runs in the GUI thread only, as in the program (`ui.garbage`)."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.unfreeze()
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def soak_budget(request: pytest.FixtureRequest) -> Budget:
    return Budget.of_run(sum("soak" in getattr(item, "fixturenames", ()) for item in request.session.items))


@pytest.fixture
def soak(soak_budget: Budget, request: pytest.FixtureRequest) -> Soak:
    """For the one long loop of a test; what it counts stands in the report of the run."""
    return Soak(soak_budget.share(), lambda words: request.node.user_properties.append(("counted", words)))


@pytest.fixture(scope="session")
def theme_holder(qapp: QApplication) -> Iterator[ThemeHolder]:
    """The one theme holder of the test process; tests take `look`."""
    from app.paths import resources
    from ui.clipboard import hand_over
    from ui.theme.apply import ThemeHolder

    yield ThemeHolder(qapp, resources())
    hand_over()


@pytest.fixture
def look(theme_holder: ThemeHolder, qapp: QApplication) -> Iterator[ThemeHolder]:
    """Light, 100 %, English; put back after the test.

    Windows go before that: a theme is put on every widget that lives, and the collector may come late.
    """
    from PySide6.QtCore import QEvent

    from app.i18n import Translator
    from app.paths import resources
    from ui import i18n

    def reset() -> None:
        i18n.use(Translator("en", resources() / "translations"))
        theme_holder.choose(appearance="light", scale=1.0, language="en", reduce_motion=True)

    reset()
    yield theme_holder
    for window in qapp.topLevelWidgets():
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    reset()
