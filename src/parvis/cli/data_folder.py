"""The data folder: who owns it, who works in it (one process at a time), where its sockets are."""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from parvis.infra import system_user
from parvis.infra.refused import StartRefused
from parvis.infra.system_user import SystemUser

LOCK = "lock"
_SOCKET_BYTES = 107  # the kernel's limit on a Unix socket's path
_OF = "of"  # names the data folder a run folder belongs to
_SOCKET_NAME = "/.s.PGSQL.5432"


class DataFolderRefused(StartRefused):
    """The folder cannot be used."""


class DataFolderBusy(DataFolderRefused):
    """Another process works in the folder."""


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock; `environment` is how others reach its database, once that runs."""

    pid: int
    environment: dict[str, str] = {}


class DataFolder:
    """A data folder that this process holds."""

    def __init__(self, path: Path, user: SystemUser, lock: int, lock_path: Path) -> None:
        self.path = path
        self.user = user
        self._lock = lock
        self._lock_path = lock_path

    def is_shared(self) -> bool:
        """Whether another role of this network is at work in the folder."""
        return any(_is_held(one) for one in self.path.glob(f"{LOCK}*") if one != self._lock_path)

    def announce(self, environment: Mapping[str, str]) -> None:
        """Tell commands such as `owner-link` how to reach the running network."""
        holder = Holder(os.getpid(), dict(environment))
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, msgspec.json.encode(holder), 0)


@contextmanager
def hold(path: Path, role: str = "all") -> Generator[DataFolder]:
    """Make the folder if need be and keep other networks out of it; refused when one is in."""
    user = _prepare(path)
    # Roles of one network may share a machine and a folder: each role once.
    lock_path = path / (LOCK if role == "all" else f"{LOCK}.{role}")
    lock = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(lock):
            holder = get_holder(path)
            number = f" (process {holder.pid})" if holder else ""
            raise DataFolderBusy(
                f"Another Parvis{number} already works in {path}. Stop it first, or choose another"
                " --data folder."
            )
        folder = DataFolder(path, user, lock, lock_path)
        system_user.give(user, lock_path)
        folder.announce({})
        yield folder
    finally:
        os.close(lock)  # which gives the lock back, as would the end of this process


def get_holder(path: Path) -> Holder | None:
    """Who holds the folder, or held it last."""
    try:
        return msgspec.json.decode((path / LOCK).read_bytes(), type=Holder)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def make_run_folder(folder: DataFolder) -> Path:
    """A private folder with a short path, the same one at each start of this data folder."""
    key = hashlib.sha256(str(folder.path.resolve()).encode()).hexdigest()[:10]
    system = ["/run"] if os.geteuid() == 0 else [os.environ.get("XDG_RUNTIME_DIR", "")]
    for parent in (*system, tempfile.gettempdir(), "/tmp"):  # noqa: S108 - owner and mode are checked
        path = Path(parent) / f"parvis-{key}"
        too_long = len(f"{path}{_SOCKET_NAME}") > _SOCKET_BYTES
        if not parent or too_long or not os.access(parent, os.W_OK | os.X_OK):
            continue
        if _is_ours(path, folder.user):
            _sweep(Path(parent))
            (path / _OF).write_text(str(folder.path.resolve()))
            return path
        return Path(tempfile.mkdtemp(prefix="parvis-", dir=parent))
    raise DataFolderRefused("No folder for sockets: neither /run nor /tmp can be written.")


def _is_ours(path: Path, user: SystemUser) -> bool:
    """Make the folder; false when somebody else made one of that name before us."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700  # noqa: PLR2004
        return private and found.st_uid in {user.uid, os.geteuid()}
    return True


def _sweep(parent: Path) -> None:
    """Remove run folders of networks that were killed and did not come back."""
    for path in parent.glob("parvis-*"):
        try:
            named = (path / _OF).read_text()
        except OSError:  # somebody else's, or not a run folder
            continue
        if not any(_is_held(one) for one in Path(named).glob(f"{LOCK}*")):
            remove_run_folder(path)


def _take(lock: int) -> bool:
    """Take the lock. Asked more than once: who sweeps holds it for a moment to look."""
    for wait_s in (0.02, 0.05, 0):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(wait_s)
        else:
            return True
    return False


def _is_held(lock_path: Path) -> bool:
    """Whether a process holds this lock; what cannot be read counts as held."""
    try:
        lock = os.open(lock_path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _prepare(path: Path) -> SystemUser:
    try:
        is_new = not path.exists() or not any(path.iterdir())
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise DataFolderRefused(f"{path} is a file; --data needs a folder.") from None
    except OSError as error:
        raise DataFolderRefused(
            f"The data folder {path} cannot be made or read: {error.strerror}. Choose another with"
            " --data."
        ) from None
    user = system_user.choose(path)
    if is_new:
        path.chmod(0o700)
    elif path.stat().st_uid != user.uid and not (path / LOCK).exists():
        # Root's own folder, full of other things: it is not ours to give away.
        raise DataFolderRefused(
            f"{path} already holds files that are not Parvis's. Choose an empty folder with --data."
        )
    if path.stat().st_uid != user.uid:
        system_user.give(user, path)
    if not os.access(path, os.W_OK | os.X_OK):
        raise DataFolderRefused(f"You may not write to {path}. Choose another folder with --data.")
    return user


def remove_run_folder(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
