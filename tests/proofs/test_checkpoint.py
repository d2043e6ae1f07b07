"""Checkpoints, against those of public logs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log.tree import EMPTY_ROOT
from ropa.proofs.checkpoint import Checkpoint, origin_of, read_checkpoint, signed
from ropa.proofs.note import SignatureType, VerifierKey
from tests.log.making import REGISTER
from tests.proofs.signer import Signer, Witness
from tests.proofs.test_note import CT_LOG, CT_NOTE, REMORA

ORIGIN = origin_of(REGISTER)
LOG = Signer(ORIGIN)
HEAD = Checkpoint(ORIGIN, 4182, bytes(range(32)))
BODY = f"{ORIGIN}\n4182\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
NOTE = signed(HEAD, LOG.key, LOG.signature_of)

# The example of C2SP tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def refused(code: Code, note: str, *keys: VerifierKey, origin: str | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        read_checkpoint(note, keys or (LOG.key,), origin)
    assert caught.value.code is code
    assert REGISTER not in str(caught.value)
    return caught.value


def test_a_public_log_s_checkpoint_is_read() -> None:
    found = read_checkpoint(CT_NOTE, map(VerifierKey.read, [REMORA, CT_LOG]))
    assert found == Checkpoint(
        "arche2025h1.staging.ct.transparency.dev",
        1_432_088_532,
        bytes.fromhex("53b58cefd8ebcf2846679fc65014e933b373c1dc9f171eb5b77468be0702e11a"),
    )


def test_the_text_is_the_published_form() -> None:
    assert HEAD.text() == BODY
    assert LOG.note(BODY) == NOTE
    assert read_checkpoint(NOTE, [LOG.key]) == HEAD
    assert Checkpoint.read(EXAMPLE).text() == EXAMPLE


def test_an_empty_log_has_a_checkpoint_too() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    note = signed(empty, LOG.key, LOG.signature_of)
    assert note.startswith(f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n")
    assert read_checkpoint(note, [LOG.key], ORIGIN) == empty


def test_further_lines_are_signed_and_read_over() -> None:
    note = LOG.note(BODY + "one\n— two three\n")
    assert read_checkpoint(note, [LOG.key]) == HEAD
    refused(Code.SIGNATURE_WRONG, note.replace("one", "six"))


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("\n", None),
        (f"{ORIGIN}\n", None),
        (f"{ORIGIN}\n4182\n", None),
        (BODY.replace(ORIGIN, ""), 1),
        (BODY + "\n", 4),
        (BODY + "one\n\ntwo\n", 5),
        (BODY.replace("4182", ""), 2),
        *(
            (BODY.replace("4182", size), 2)
            for size in (
                "04182",
                "00",
                "-1",
                "+4182",
                " 4182",
                "4182 ",
                "4,182",
                "4_182",
                "0x10",
                "4e3",
                "٤",
                "9223372036854775808",
                "1" * 5_000,
            )
        ),
        *(
            (BODY.replace("AAEC", root), 3)
            for root in ("AAE", "AAE ", "", "AAECAAEC", "AA-C", "AA==AAEC")
        ),
        (BODY.replace("h8=", "h9="), 3),
        (BODY.replace("h8=", "h8"), 3),
        (BODY.replace("h8=", "h8= "), 3),
    ],
)
def test_what_is_signed_but_no_checkpoint_is_refused(body: str, line: int | None) -> None:
    assert refused(Code.NOTE_MALFORMED, LOG.note(body)).where.line == line


@pytest.mark.parametrize("text", ["", "\n\n\n", BODY[:-1], BODY + "x", "\n".join("abc")])
def test_a_text_without_whole_lines_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        Checkpoint.read(text)
    assert caught.value.code is Code.NOTE_MALFORMED


def test_a_size_is_at_most_that_of_a_log() -> None:
    most = Checkpoint(ORIGIN, 2**63 - 1, bytes(32))
    assert read_checkpoint(signed(most, LOG.key, LOG.signature_of), [LOG.key]) == most


def test_only_the_log_itself_makes_a_checkpoint() -> None:
    other = Signer("ropa/another")
    namesake = Signer(ORIGIN, "another seed")
    refused(Code.SIGNATURE_MISSING, other.note(BODY), other.key)
    refused(Code.SIGNATURE_MISSING, other.note(BODY), other.key, LOG.key)
    refused(Code.SIGNATURE_MISSING, namesake.note(BODY))
    assert read_checkpoint(namesake.note(BODY), [LOG.key, namesake.key]) == HEAD


def test_a_witness_of_the_log_s_name_is_not_the_log() -> None:
    witness = Witness(ORIGIN)
    assert witness.key.type is SignatureType.COSIGNATURE
    note = f"{BODY}\n{witness.line(BODY)}"
    refused(Code.SIGNATURE_MISSING, note, witness.key, LOG.key)
    assert read_checkpoint(NOTE + witness.line(BODY), [witness.key, LOG.key]) == HEAD


def test_another_log_s_checkpoint_is_refused() -> None:
    other = Signer("ropa/another")
    body = BODY.replace(ORIGIN, other.key.name)
    assert read_checkpoint(other.note(body), [LOG.key, other.key]).origin == other.key.name
    refused(Code.SIGNATURE_MISSING, other.note(body), LOG.key, other.key, origin=ORIGIN)
    assert read_checkpoint(NOTE, [LOG.key, other.key], ORIGIN) == HEAD


@pytest.mark.parametrize(
    ("head", "key"),
    [
        (HEAD, Signer("ropa/another").key),
        (HEAD, Signer(ORIGIN, "another seed").key),
        (HEAD, VerifierKey(ORIGIN, LOG.key.public, SignatureType.COSIGNATURE)),
        (Checkpoint(ORIGIN, -1, bytes(32)), LOG.key),
        (Checkpoint(ORIGIN, 1, bytes(31)), LOG.key),
        (Checkpoint(f"{ORIGIN}\n7", 1, bytes(32)), LOG.key),
    ],
)
def test_no_note_is_given_that_would_not_be_believed(head: Checkpoint, key: VerifierKey) -> None:
    with pytest.raises(Problem):
        signed(head, key, LOG.signature_of)


names = st.from_regex(r"[^\s+\x00-\x1f\ud800-\udfff]{1,30}", fullmatch=True)


@given(names, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_what_is_read(origin: str, size: int, root: bytes) -> None:
    log = Signer(origin)
    head = Checkpoint(origin, size, root)
    note = signed(head, log.key, log.signature_of)
    assert read_checkpoint(note, [LOG.key, log.key]) == head
    assert Checkpoint.read(head.text()) == head


@given(st.text(max_size=100), st.integers(0, len(BODY)))
def test_any_text_is_a_checkpoint_in_one_form_or_none(text: str, at: int) -> None:
    body = BODY[:at] + text + BODY[at:]
    try:
        form = Checkpoint.read(body).text()
    except Problem as problem:
        form = problem.code
    assert form == Code.NOTE_MALFORMED or body.startswith(form)
