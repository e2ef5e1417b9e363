"""Whether a file that says what Macha may do is written by nobody but those who may say it."""

import grp
import os
import pwd
import shlex
import stat
from pathlib import Path


def why_not_trusted(file: Path) -> str | None:
    """Why others than root and the caller could have written what a file says, with what mends it; None if not.

    Besides the file its folder counts, and where it is a link, that of the file it leads to: who may write there may
    put another file in its place. Raises OSError where one of them cannot be looked at.
    """
    if why := _why_not(file, "the configuration", is_folder=False):
        return why
    folders = [file.absolute().parent]
    if file.is_file():  # a pipe leads nowhere
        folders.append(file.resolve().parent)
    return next((why for folder in folders if (why := _why_not(folder, "its folder", is_folder=True))), None)


def _why_not(path: Path, name: str, *, is_folder: bool) -> str | None:
    status, quoted = path.stat(), shlex.quote(str(path))
    if stat.S_ISCHR(status.st_mode):
        return None  # /dev/null, or a terminal: only root makes one
    if status.st_uid not in (0, os.getuid()):
        return f"{path}: {name} belongs to {_user(status.st_uid)}, who is neither root nor you; chown root {quoted}"
    who = _who_else_writes(status, is_folder)
    return f"{path}: {name} can be written by {who}; chmod go-w {quoted}" if who else None


def _who_else_writes(status: os.stat_result, is_folder: bool) -> str | None:
    """Who besides the owner and root may write; in a sticky folder others can add files, and replace none."""
    if is_folder and status.st_mode & stat.S_ISVTX:
        return None
    if status.st_mode & stat.S_IWOTH:
        return "everybody"
    is_shared = status.st_mode & stat.S_IWGRP and status.st_gid != 0 and not _is_private(status.st_gid, status.st_uid)
    return f"the group {_group(status.st_gid)}" if is_shared else None


def _is_private(group: int, owner: int) -> bool:
    """Whether a group is the owner's own, as most distributions make one for each user: its name, and nobody else."""
    try:
        user, found = pwd.getpwuid(owner), grp.getgrgid(group)
    except KeyError:
        return False
    return (user.pw_gid, user.pw_name) == (group, found.gr_name) and set(found.gr_mem) <= {user.pw_name}


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"gid {gid}"
