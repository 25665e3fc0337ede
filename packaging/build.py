"""`make package`: the portable Linux folder and the .deb, both smoke-tested away from this checkout.

    dist/assay-<version>-linux-<machine>.tar.xz     assay/, install.sh, desktop entry, icon, licences
    dist/assay_<version>_<architecture>.deb         the same under /usr/lib/assay

The built program runs on this system's C library or a newer one, so build on the oldest system to be served.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import licences
import smoke

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ROOT / "packaging/linux"
BUILD, DIST = ROOT / "build", ROOT / "dist"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# What PyInstaller leaves to the system: the graphics drivers' front doors, fonts, and what must match them.
DEPENDS = ["libgl1", "libegl1", "libfontconfig1", "libx11-6", "libxkbcommon0", "libdbus-1-3"]
RECOMMENDS = ["fonts-noto-cjk", "gnome-keyring | kwalletmanager | keepassxc"]


def main() -> int:
    if platform.system() != "Linux":
        print("assay: only the Linux packages are built here; see docs/packaging.md", file=sys.stderr)
        return 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    folder = build_folder()
    archive = build_archive(folder, version)
    package = build_deb(folder, version, project["description"])
    for made, unpack in ((archive, smoke.unpack_archive), (package, smoke.unpack_deb)):
        with smoke.clean_place() as place:
            program = unpack(made, place)
            told = smoke.demo(program, place) | {"attachments": smoke.attachments(program)}
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB; smoke test: {told}")
    return 0


def build_folder() -> Path:
    """Run PyInstaller; the folder with the program in it."""
    shutil.rmtree(BUILD, ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(BUILD / "bundle"), "--workpath", str(BUILD / "pyinstaller")]
    subprocess.run([*command, str(ROOT / "packaging/pyinstaller.spec")], cwd=ROOT, check=True)
    folder = BUILD / "bundle/assay"
    licences.collect(folder / "licences")
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, folder / "licences" / name)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{folder.relative_to(ROOT)}: {size / 1e6:.0f} MB")
    return folder


def build_archive(folder: Path, version: str) -> Path:
    """The portable archive: the program's folder, an install script, desktop entry and icon."""
    top = BUILD / f"assay-{version}"
    top.mkdir()
    shutil.copytree(folder, top / "assay", symlinks=True)
    for name in ("install.sh", "assay.desktop", "assay.svg"):
        shutil.copy(RECIPES / name, top / name)
    DIST.mkdir(exist_ok=True)
    archive = DIST / f"assay-{version}-linux-{platform.machine()}.tar.xz"
    # The same input gives the same archive: names sorted, no owner, one time for all.
    fixed = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{source_date()}"]
    command = ["tar", *fixed, "-C", str(BUILD), "-cJf", str(archive), top.name]
    subprocess.run(command, env={**os.environ, "XZ_OPT": "-6 -T0"}, check=True)
    return archive


def build_deb(folder: Path, version: str, description: str) -> Path:
    """The Debian package, with the program under /usr/lib/assay."""
    root = BUILD / "deb"
    architecture = ARCHITECTURES.get(platform.machine(), platform.machine())
    shutil.copytree(folder, root / "usr/lib/assay", symlinks=True)
    put(RECIPES / "assay.desktop", root / "usr/share/applications/assay.desktop")
    put(RECIPES / "assay.svg", root / "usr/share/icons/hicolor/scalable/apps/assay.svg")
    put(ROOT / "NOTICE", root / "usr/share/doc/assay/copyright")
    put(ROOT / "CHANGELOG.md", root / "usr/share/doc/assay/CHANGELOG.md")
    (root / "usr/bin").mkdir()
    (root / "usr/bin/assay").symlink_to("../lib/assay/assay")
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    subprocess.run(["desktop-file-validate", str(root / "usr/share/applications/assay.desktop")], check=True)
    kilobytes = sum(path.lstat().st_size for path in root.rglob("*")) // 1024
    (root / "DEBIAN").mkdir()
    control = control_file(version, architecture, kilobytes, description)
    (root / "DEBIAN/control").write_text(control, encoding="utf-8")
    package = DIST / f"assay_{version}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "-b", str(root), str(package)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return package


def control_file(version: str, architecture: str, kilobytes: int, description: str) -> str:
    """DEBIAN/control (Debian Policy 5.3)."""
    libc = platform.libc_ver()[1]
    lines = {
        "Package": "assay",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": "The Assay founders <assay@localhost>",
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join([f"libc6 (>= {libc})", *DEPENDS]),
        "Recommends": ", ".join(RECOMMENDS),
        "Section": "misc",
        "Priority": "optional",
        "Description": f"examiner's desk for AI answers\n {description}",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())


def put(source: Path, target: Path) -> None:
    """Copy one file to where it belongs, with the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def source_date() -> int:
    """The time of the last commit, seconds since 1970; of this release's files where there is no git."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    command = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else int((ROOT / "pyproject.toml").stat().st_mtime)


if __name__ == "__main__":
    sys.exit(main())
