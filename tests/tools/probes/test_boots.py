import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.boots import Boots

BOOT = b"d35c90c9-3a46-448a-bc90-7acf8f2dd17f\n12.34 20.00\n"
STOPPED = b"MESSAGE=Journal stopped\nMESSAGE_ID=d93fb3c9c24d451a97cea615ce59c00b\n"


def parsed(text: bytes) -> Boots:
    boots = Boots.parse(text)
    assert isinstance(boots, Boots)
    return boots


def line(fields: bytes) -> bytes:
    return b"__CURSOR=s=1\n" + fields + b"\n"


def test_a_recorded_first_boot_has_none_before_it() -> None:
    boots = parsed(output("boots"))
    assert (len(boots.boot_id), boots.ended_cleanly) == (32, None) and boots.uptime_seconds < 60


@pytest.mark.parametrize(
    "last",
    [
        STOPPED + b"_TRANSPORT=driver\n_UID=0\n_PID=44\n",
        b"UNIT=reboot.target\nJOB_RESULT=done\nMESSAGE=Reached target reboot.target.\n_PID=1\n_UID=0\n",
        b"MESSAGE_ID=98268866d1d54a499c4e98921d93bc40\nMESSAGE=Shutting down.\n_PID=1\n_UID=0\n",
    ],
)
def test_a_boot_that_journald_or_the_manager_ended_was_clean(last: bytes) -> None:
    assert parsed(BOOT + line(b"MESSAGE=x\n") + line(last)).ended_cleanly is True


@pytest.mark.parametrize(
    "last",
    [
        STOPPED + b"_TRANSPORT=journal\n_UID=1000\n_PID=99\n",
        b"UNIT=reboot.target\nJOB_RESULT=done\nMESSAGE=Reached target reboot.target.\n_PID=99\n_UID=0\n",
        b"UNIT=session-1.scope\nJOB_RESULT=done\nMESSAGE=Deactivated.\n_PID=1\n_UID=0\n",
    ],
)
def test_a_boot_that_just_stops_was_not_clean_whatever_a_user_logs(last: bytes) -> None:
    boots = parsed(BOOT + line(last))
    assert boots.ended_cleanly is False and len(boots.last_lines) == 1


def test_a_kernel_that_does_not_tell_is_skipped() -> None:
    assert isinstance(Boots.parse(b"nonsense\n"), Skipped)
