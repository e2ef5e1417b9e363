from tools.probes.wall_clock import WallClock, measured


def test_the_offset_lies_within_the_round_trip() -> None:
    clock = WallClock.parse(b"now=1000.5\nsynchronized=yes\n" + measured(b"1005.20\n", b"1005.40\n", 1000.0, 0.6))
    assert clock == WallClock(1000.5, True, 5.0, 0.2)


def test_a_host_whose_date_has_no_fractions_is_not_measured() -> None:
    assert measured(b"1005.%N\n", b"", 1000.0, 0.6) == b""
    assert WallClock.parse(b"now=1005.%N\n") == WallClock(None, None, None, None)


def test_the_controller_has_the_last_word_about_the_offset() -> None:
    assert WallClock.parse(b"offset=0\noffset_error=0\n\noffset=70.5\noffset_error=0.5\n").offset_seconds == 70.5
