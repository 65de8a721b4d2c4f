"""Which user of the machine a child runs as; how it takes that user on, and dies with us."""

import asyncio
import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from parvis.infra.refused import StartRefused

AHEAD = -10  # as nice(2) has it
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded before any fork: a forked child must not have to load it


class UserRefused(StartRefused):
    """No user of this machine can run the network; the message says what to change."""


class SystemUser(msgspec.Struct, frozen=True):
    """A user with a passwd entry: PostgreSQL refuses to run as anybody else."""

    uid: int
    gid: int
    name: str

    @property
    def is_current(self) -> bool:
        return self.uid == os.geteuid()


def get_current() -> SystemUser:
    return _by_uid(os.geteuid())


def choose(data: Path) -> SystemUser:
    """The owner of the data folder. For root never root itself: else `parvis`, else `nobody`."""
    if os.geteuid() != 0:
        return get_current()
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return _by_uid(owner)
    for name in ("parvis", "nobody"):
        try:
            return _from(pwd.getpwnam(name))
        except KeyError:
            continue
    raise UserRefused(
        "Parvis never runs its database as root, and this machine has neither a user `parvis` nor"
        " `nobody`. Create one: useradd --system parvis"
    )


def can_use(user: SystemUser, *paths: Path) -> bool:
    """Whether that user may read each path."""
    return _passes(user, "-r", paths)


def can_write(user: SystemUser, path: Path) -> bool:
    """Whether that user may write to the path, or make files in the folder."""
    return _passes(user, "-w", (path,))


def _passes(user: SystemUser, test: str, paths: Sequence[Path]) -> bool:
    # Asked of the kernel and not guessed from modes.
    each = f'for path; do test {test} "$path" || exit 1; done'
    asked = ["/bin/sh", "-c", each, "sh", *map(str, paths)]
    process = spawn(asked, user=user, death=signal.SIGKILL, env={})
    return process.wait() == 0


def give(user: SystemUser, path: Path) -> None:
    """Hand over one path; without effect unless we are root acting for somebody else."""
    if not user.is_current:
        os.chown(path, user.uid, user.gid)


def spawn(
    arguments: Sequence[str],
    *,
    user: SystemUser,
    death: signal.Signals,
    env: Mapping[str, str],
    output: int | None = None,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a child that receives `death` when we die. Call it from the main thread only: the
    kernel watches the thread that spawned, not the process.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        # After Popen has set the user: changing it clears the signal (prctl(2)).
        _libc.prctl(_PR_SET_PDEATHSIG, int(death))
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    other = None if user.is_current else user
    return subprocess.Popen(  # noqa: S603 - the arguments are ours
        arguments,
        env=dict(env),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=pass_fds,
        process_group=0,  # Ctrl-C reaches the supervisor alone, which closes streams first
        user=other and other.uid,
        group=other and other.gid,
        extra_groups=None if other is None else [],
        preexec_fn=die_with_parent,  # noqa: PLW1509 - spawned from a single-threaded supervisor
    )


def put_ahead(pid: int) -> None:
    """What must not wait gets a core before the rest of us; where we may not do that, all stays as it is."""
    with suppress(PermissionError, ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, pid, AHEAD)


async def ended(process: subprocess.Popen[bytes]) -> int:
    """The exit status, as soon as there is one."""
    if process.poll() is None:
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        watched = os.pidfd_open(process.pid)
        loop.add_reader(watched, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(watched)
            os.close(watched)
    return process.wait()


async def has_ended(process: subprocess.Popen[bytes], patience_s: float) -> bool:
    """Whether it ended in time."""
    try:
        await asyncio.wait_for(ended(process), patience_s)
    except TimeoutError:
        return False
    return True


def _by_uid(uid: int) -> SystemUser:
    try:
        return _from(pwd.getpwuid(uid))
    except KeyError:
        raise UserRefused(
            f"User id {uid} has no name on this machine, and PostgreSQL refuses to run without one."
            f" Add it: echo 'parvis:x:{uid}:{uid}::/:/bin/false' >> /etc/passwd"
        ) from None


def _from(entry: pwd.struct_passwd) -> SystemUser:
    return SystemUser(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)
