from tools.probes.parts import parts


def test_text_before_the_first_heading_is_dropped_and_the_first_of_a_name_counts() -> None:
    assert parts("junk\n== a\n1\n== b\n== a\n2\n") == {"a": "\n1\n", "b": "\n"}


def test_a_heading_is_a_whole_line() -> None:
    assert parts("== a\nx == b\n== c d\n") == {"a": "\nx == b\n== c d\n"}
