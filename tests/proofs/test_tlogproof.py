"""The text of a proof: written, read, and refused where it is not that very text."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log import MAX_STATE
from ropa.proofs.tlogproof import MAX_TEXT, TlogProof

HASH = bytes(range(32))
LINE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
CHECKPOINT = f"ropa/1\n5\n{LINE}\n\n— ropa/1 c2lnbmF0dXJl\n"
TEXT = f"c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 4\n{LINE}\n{LINE}\n\n{CHECKPOINT}"
PROOF = TlogProof(4, (HASH, HASH), CHECKPOINT, b"extra")

proofs = st.builds(
    TlogProof,
    index=st.integers(0, 2**63 - 1),
    hashes=st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    checkpoint=st.text(min_size=1, max_size=300),
    extra=st.none() | st.binary(min_size=1, max_size=300),
)


def refused(text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        TlogProof.read(text)
    assert caught.value.code == Code.PROOF_MALFORMED
    return caught.value


def test_the_text_of_a_proof() -> None:
    assert PROOF.text() == TEXT
    assert TlogProof.read(TEXT) == PROOF


def test_the_shortest_proof_has_neither_extra_nor_hashes() -> None:
    text = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{CHECKPOINT}"
    for extra in (None, b""):
        assert TlogProof(0, (), CHECKPOINT, extra).text() == text
    assert TlogProof.read(text) == TlogProof(0, (), CHECKPOINT)


@given(proofs)
def test_what_is_written_is_read_back(proof: TlogProof) -> None:
    assert TlogProof.read(proof.text()) == proof


@given(st.data())
def test_what_is_read_is_what_would_be_written(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT)))
    to = data.draw(st.integers(at, min(at + 3, len(TEXT))))
    put = data.draw(st.text("AQ=+/-_ \n\r\t0129exindé\x00\u0664", max_size=3))
    text = TEXT[:at] + put + TEXT[to:]
    try:
        proof = TlogProof.read(text)
    except Problem as problem:
        assert problem.code == Code.PROOF_MALFORMED  # noqa: PT017 - both outcomes are right
    else:
        assert proof.text() == text


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("c2sp.org/tlog-proof@v1\n", "", 1),
        ("@v1", "@v2", 1),
        ("@v1", "@v1 ", 1),
        ("@v1\n", "@v1\r\n", 1),
        ("c2sp", " c2sp", 1),
        ("c2sp", "\ufeffc2sp", 1),
        ("extra ZXh0cmE=", "extra ", 2),
        ("extra ZXh0cmE=", "extra", 2),
        ("extra ZXh0cmE=", "extra  ZXh0cmE=", 2),
        ("extra ZXh0cmE=", "extra ZXh0cmE", 2),
        ("extra ZXh0cmE=", "extra ZXh0cmF=", 2),
        ("extra ZXh0cmE=", "extra ZXh0cmE= ", 2),
        ("extra ZXh0cmE=", "extra ZXh0cmE=\nextra ZXh0cmE=", 3),
        ("extra ZXh0cmE=\nindex 4", "index 4\nextra ZXh0cmE=", 3),
        ("index 4\n", "", 3),
        ("index 4", "index", 3),
        ("index 4", "index ", 3),
        ("index 4", "index  4", 3),
        ("index 4", "index 4 ", 3),
        ("index 4", "index 4\r", 3),
        ("index 4", "index 04", 3),
        ("index 4", "index 00", 3),
        ("index 4", "index -1", 3),
        ("index 4", "index +4", 3),
        ("index 4", "index 4_0", 3),
        ("index 4", "index \u0664", 3),
        ("index 4", "index 4\u0664", 3),
        ("index 4", f"index {2**63}", 3),
        ("index 4", "index " + "9" * 5_000, 3),
        ("index 4", "Index 4", 3),
        ("index 4", "index 4\nindex 4", 4),
    ],
)
def test_a_line_that_is_none_of_a_proofs(old: str, new: str, line: int) -> None:
    assert refused(TEXT.replace(old, new, 1)).where.line == line


@pytest.mark.parametrize(
    "hashed",
    [
        LINE[:-1],
        LINE + "=",
        LINE[:-2] + "9=",  # the same bytes, said otherwise
        LINE + " ",
        " " + LINE,
        LINE + "\r",
        LINE[:20] + " " + LINE[20:],
        LINE.replace("I", "-"),
        LINE.replace("A", "é"),
        b64encode(HASH[:31]).decode(),
        b64encode(HASH + b"\0").decode(),
        "=",
        "A",
    ],
)
def test_a_line_that_is_no_hash(hashed: str) -> None:
    assert refused(TEXT.replace(LINE, hashed, 1)).where.line == 4
    second = TEXT.replace(f"{LINE}\n{LINE}\n\n", f"{LINE}\n{hashed}\n\n")
    assert refused(second).where.line == 5


def test_no_tree_needs_more_than_63_hashes() -> None:
    assert len(TlogProof.read(TlogProof(0, (HASH,) * 63, CHECKPOINT).text()).hashes) == 63
    assert refused(TlogProof(0, (HASH,) * 64, CHECKPOINT).text()).where.line == 66


def test_a_proof_without_its_checkpoint() -> None:
    head, _, _ = TEXT.partition("\n\n")
    for text in ("", head, head + "\n", head + "\n\n", head + "\n" + CHECKPOINT):
        refused(text)


def test_a_long_text_is_refused_unread() -> None:
    whole = TEXT + "x" * (MAX_TEXT - len(TEXT))
    assert TlogProof.read(whole).text() == whole
    refused(whole + "x")
    longest = TlogProof(0, (HASH,) * 63, CHECKPOINT, b"x" * MAX_STATE)
    assert TlogProof.read(longest.text()) == longest
