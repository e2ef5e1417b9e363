from hypothesis import given
from hypothesis import strategies as st

from tools.hosts import Completed
from tools.hosts.capture import Capture, Stream


@given(st.lists(st.binary(max_size=20)), st.integers(0, 60))
def test_the_first_bytes_are_kept_and_the_rest_is_noticed(chunks: list[bytes], limit_bytes: int) -> None:
    stream = Stream(limit_bytes)
    for chunk in chunks:
        stream.add(chunk)
    everything = b"".join(chunks)
    assert stream.kept() == everything[:limit_bytes]
    assert stream.is_truncated == (len(everything) > limit_bytes)


def test_one_stream_cut_makes_the_answer_a_cut_one() -> None:
    capture = Capture(2)
    capture.stdout.add(b"ab")
    assert capture.completed(0) == Completed(0, b"ab", b"")
    capture.stderr.add(b"abc")
    assert capture.completed(0) == Completed(0, b"ab", b"ab", is_truncated=True)


def test_an_end_that_was_not_seen_makes_the_answer_a_cut_one() -> None:
    assert Capture(2).completed(0, is_whole=False).is_truncated
