"""What programs are known to say, and which cause that is: `family|line // line`, `-` where none is named.

The lines are worded as the programs word them, and are none of the incidents that runbooks are scored with. Of those
with `-` some mean nothing, and for others silence is the careful answer; a new pattern that names them is welcome to.
"""

from pathlib import Path

import pytest

from tools.runbooks.judging import judge
from tools.runbooks.library import built_in

MESSAGES = Path(__file__).with_name("known_messages.txt").read_text().splitlines()


@pytest.mark.parametrize("message", MESSAGES)
def test_a_known_message_names_its_cause_and_an_unclear_one_nothing(message: str) -> None:
    family, _, lines = message.partition("|")
    named = judge(lines.split(" // "), built_in().values()).named
    assert (named.runbook.family if named else "-") == family
