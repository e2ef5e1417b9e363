"""The base image of the hosts: Debian 12 by mmdebstrap plus base/setup.sh, built once and cached."""

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("TESTBED_CACHE", "/var/tmp/macha-testbed"))
PACKAGES = (
    "systemd,systemd-sysv,libpam-systemd,dbus,openssh-server,sudo,python3,procps,iproute2,iputils-ping,cron,"
    "logrotate,nginx-light,redis-server,openssl,curl,lsof,psmisc,libfaketime"
)
UNREAD = ("man", "locale", "doc")
DOWNLOAD_LIBSSL = (  # for faults of an upgrade
    'mkdir -p "$1/opt/debs" && cd "$1/opt/debs" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download libssl3'
)
SET_UP = f'mkdir "$1/testbed" && cp {shlex.quote(str(HERE))}/base/* "$1/testbed/" && chroot "$1" sh /testbed/setup.sh'
DOWNLOAD_LXCFS = "apt-get download lxcfs libfuse3-3 && for d in *.deb; do dpkg -x $d .; done"


class ImageError(RuntimeError):
    """The base image cannot be built here."""


def build_base(cache: Path = CACHE, extra_packages: str = "") -> Path:
    """The directory of the base image; built (in about a minute) once per list of packages and content of base/."""
    packages = f"{PACKAGES},{extra_packages}".strip(",")
    content = [packages.encode(), *(path.read_bytes() for path in sorted((HERE / "base").iterdir()))]
    base = cache / f"base-{hashlib.sha256(b''.join(content)).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not base.is_dir():
            _bootstrap(base, packages)
        if not (cache / "lxcfs").exists():
            _fetch_lxcfs(cache / "lxcfs")
    return base


def _bootstrap(base: Path, packages: str) -> None:
    """Build under another name and rename, so that a base image is complete or absent."""
    unfinished = Path(tempfile.mkdtemp(prefix="build-", dir=base.parent))
    try:
        _run(
            "mmdebstrap",
            "--mode=root",
            "--variant=apt",
            f"--include={packages}",
            *(f"--dpkgopt=path-exclude=/usr/share/{directory}/*" for directory in UNREAD),
            f"--customize-hook={DOWNLOAD_LIBSSL}",
            f"--customize-hook={SET_UP}",
            "bookworm",
            str(unfinished),
        )
        unfinished.chmod(0o755)
        unfinished.rename(base)
    except BaseException:
        shutil.rmtree(unfinished)
        raise


def _fetch_lxcfs(target: Path) -> None:
    """Optional: without lxcfs the guests see this machine's memory, load and processors."""
    unfinished = Path(tempfile.mkdtemp(prefix="build-", dir=target.parent))
    subprocess.run(["sh", "-c", DOWNLOAD_LXCFS], cwd=unfinished, capture_output=True)
    if (unfinished / "usr/bin/lxcfs").exists():
        unfinished.rename(target)
    else:
        shutil.rmtree(unfinished)


def _run(*argv: str) -> None:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, errors="replace")
    except FileNotFoundError:
        raise ImageError(f"{argv[0]} is missing") from None
    if done.returncode:
        raise ImageError(f"{argv[0]} failed: {done.stderr[-2000:]}")
