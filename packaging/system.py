"""What Assay needs from the operating system, what of it is missing, and how to get it on Debian.

Standard library only: it runs before anything is installed. Presence is probed (can the library be loaded,
is the program on PATH, is there such a font), never asked of dpkg, so other distributions are served too.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

CJK_FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)


@dataclass(frozen=True)
class Need:
    """One thing from outside Python: how to see that it is here, and the Debian packages that bring it.

    `packages` are alternatives (Debian renames libraries now and then); the first that apt knows is taken.
    """

    probe: str
    packages: tuple[str, ...]
    also: tuple[str, ...] = ()


OFFSCREEN = (
    Need("lib:libglib-2.0.so.0", ("libglib2.0-0", "libglib2.0-0t64")),
    Need("lib:libGL.so.1", ("libgl1",)),
    Need("lib:libEGL.so.1", ("libegl1",)),
    Need("lib:libxkbcommon.so.0", ("libxkbcommon0",)),
    Need("lib:libfontconfig.so.1", ("libfontconfig1",)),
    Need("lib:libdbus-1.so.3", ("libdbus-1-3",)),
    Need("lib:libX11.so.6", ("libx11-6",)),
)
WINDOW = (
    Need("lib:libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",)),
    Need("lib:libxcb-cursor.so.0", ("libxcb-cursor0",)),
    Need("lib:libxcb-icccm.so.4", ("libxcb-icccm4",)),
    Need("lib:libxcb-keysyms.so.1", ("libxcb-keysyms1",)),
    Need("lib:libxcb-shape.so.0", ("libxcb-shape0",)),
    Need("lib:libxcb-xkb.so.1", ("libxcb-xkb1",)),
    Need("lib:libxcb-render-util.so.0", ("libxcb-render-util0",)),
    Need("lib:libxcb-image.so.0", ("libxcb-image0",)),
    Need("lib:libX11-xcb.so.1", ("libx11-xcb1",)),
)
TEST = (
    Need("bin:Xvfb", ("xvfb",)),
    Need("bin:xauth", ("xauth",)),
    Need("bin:openbox", ("openbox",)),
    Need("bin:xdotool", ("xdotool",)),
    Need("bin:import", ("imagemagick",)),
    Need("bin:dbus-run-session", ("dbus", "dbus-daemon")),
    Need("bin:gnome-keyring-daemon", ("gnome-keyring",)),
    Need("bin:secret-tool", ("libsecret-tools",)),
    Need("bin:node", ("nodejs",), also=("npm",)),
    Need("bin:npm", ("npm",)),
    Need("bin:openssl", ("openssl",)),
    Need("bin:jq", ("jq",)),
    Need("bin:strace", ("strace",)),
    Need("font:NotoSansCJK", ("fonts-noto-cjk",)),
)
PACKAGE = (
    Need("bin:dpkg-deb", ("dpkg",)),
    Need("bin:objdump", ("binutils",)),
    Need("bin:strip", ("binutils",)),
    Need("bin:xz", ("xz-utils",)),
    Need("bin:desktop-file-validate", ("desktop-file-utils",)),
)
SETS: dict[str, tuple[Need, ...]] = {
    "offscreen": OFFSCREEN,
    "window": WINDOW,
    "test": OFFSCREEN + WINDOW + TEST,
    "package": OFFSCREEN + PACKAGE,
}


def is_present(probe: str) -> bool:
    """Whether the thing that `probe` names ("lib:", "bin:" or "font:") is on this machine."""
    kind, _, name = probe.partition(":")
    if kind == "bin":
        return shutil.which(name) is not None
    if kind == "font":
        return any(next(folder.rglob(f"{name}*"), None) is not None for folder in CJK_FONT_FOLDERS)
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(sets: Iterable[str], present: Callable[[str], bool] = is_present) -> list[Need]:
    """The needs of `sets` that are not here, each once, in the order they are listed."""
    needs = dict.fromkeys(need for name in sets for need in SETS[name])
    return [need for need in needs if not present(need.probe)]


def packages_for(needs: Iterable[Need], known: Callable[[str], bool]) -> list[str]:
    """Debian package names for `needs`: of each need's alternatives the first that apt knows."""
    names: dict[str, None] = {}
    for need in needs:
        names[next((name for name in need.packages if known(name)), need.packages[0])] = None
        names.update(dict.fromkeys(need.also))
    return list(names)


def apt_knows(package: str) -> bool:
    """Whether apt has a version of `package` that it could install."""
    answer = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=False)
    return "Candidate:" in answer.stdout and "Candidate: (none)" not in answer.stdout


def can_install() -> bool:
    """Only root on a Debian-like system: this never asks for a password."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> bool:
    """Install `packages` with apt; progress goes to standard error. True if apt says it went well."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return done.returncode == 0


def apt_update() -> None:
    """Fetch apt's lists; a failure is left to the installation that follows, which names what it lacks."""
    subprocess.run(["apt-get", "update", "-q"], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)


def ensure(sets: Iterable[str]) -> str | None:
    """Make the needs of `sets` present; None if they are, otherwise one line that says what to install."""
    names = list(sets)
    lacking = missing(names)
    if not lacking:
        return None
    if can_install():
        apt_update()
        apt_install(packages_for(lacking, apt_knows))
        lacking = missing(names)
        if not lacking:
            return None
    wanted = " ".join(packages_for(lacking, lambda _name: True))
    probes = ", ".join(need.probe.partition(":")[2] for need in lacking)
    return f"missing on this machine: {probes} (Debian: apt-get install {wanted})"


def main(arguments: list[str]) -> int:
    """`system.py SET…`: 0 when everything in these sets is here, 1 and one line otherwise, 2 on misuse."""
    unknown = [name for name in arguments if name not in SETS]
    if unknown or not arguments:
        print(f"usage: system.py {'|'.join(SETS)} …", file=sys.stderr)
        return 2
    complaint = ensure(arguments)
    if complaint is not None:
        print(f"assay: {complaint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
