"""Signed notes, against those that other people's programs have signed."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.proofs.note import (
    MAX_NOTE,
    MAX_SIGNATURES,
    Note,
    SignatureType,
    VerifierKey,
    read_note,
    sign,
    verify,
)
from tests.proofs.signer import Signer, Witness

# From the documentation and tests of golang.org/x/mod/sumdb/note.
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WW"
    "d1RvMc+QQ=\n"
)
GO_NOTE = f"{GO_TEXT}\n{PETERS_LINE}{ENOCHS_LINE}"

# A checkpoint of a public log in May 2026, with the cosignature of a public witness among others.
CT_LOG = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
CT_NOTE = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
"""  # noqa: E501

LOG = Signer("example.org/log")
OTHER = Signer("example.org/other")
WITNESS = Witness("witness.example.org/w")
TEXT = "first line\n\nlast line å\n"
NOTE = LOG.note(TEXT)


REFUSED = {Code.NOTE_MALFORMED, Code.SIGNATURE_MISSING, Code.SIGNATURE_WRONG}


def opened(note: str) -> str:
    """Give the text of a note that log or witness has signed, or the code of the problem."""
    try:
        found = read_note(note)
        assert set(verify(found, [LOG.key, WITNESS.key])) <= {LOG.key, WITNESS.key}
    except Problem as problem:
        return problem.code
    return found.text


def refused(code: Code, note: str, *keys: VerifierKey) -> Problem:
    with pytest.raises(Problem) as caught:
        verify(read_note(note), keys or (LOG.key,))
    assert caught.value.code is code
    return caught.value


@pytest.mark.parametrize(
    ("note", "text", "vkeys"),
    [
        (GO_NOTE, GO_TEXT, [PETER]),
        (GO_NOTE, GO_TEXT, [ENOCH]),
        (GO_NOTE, GO_TEXT, [PETER, ENOCH]),
        (CT_NOTE, CT_NOTE.partition("\n\n")[0] + "\n", [CT_LOG, REMORA]),
    ],
)
def test_what_others_have_signed_is_verified(note: str, text: str, vkeys: list[str]) -> None:
    keys = [VerifierKey.read(vkey) for vkey in vkeys]
    found = read_note(note)
    assert found.text == text
    assert verify(found, reversed(keys)) == tuple(keys)
    refused(Code.SIGNATURE_WRONG, note.replace("a", "e", 1), *keys[:1])


def test_what_is_signed_is_what_go_signs() -> None:
    key = Ed25519PrivateKey.from_private_bytes(PETERS_SEED)
    assert sign(GO_TEXT, VerifierKey.read(PETER), key.sign) == f"{GO_TEXT}\n{PETERS_LINE}"


@pytest.mark.parametrize("vkey", [PETER, ENOCH, CT_LOG, REMORA])
def test_a_key_is_written_as_it_was_read(vkey: str) -> None:
    assert VerifierKey.read(vkey).vkey() == vkey


def test_the_type_of_a_key_is_part_of_its_id() -> None:
    key = VerifierKey.read(REMORA)
    assert key.type is SignatureType.COSIGNATURE
    other = VerifierKey(key.name, key.public)
    assert other.id != key.id
    with pytest.raises(Problem) as caught:
        verify(read_note(CT_NOTE), [other])
    assert caught.value.code is Code.SIGNATURE_MISSING


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        PETER + "\n",
        " " + PETER,
        PETER.replace("Peter", "Peter "),
        PETER.replace("Peter", "Peter\u2003"),
        PETER.replace("Peter", "Peter\x01"),
        PETER.replace("Peter", "Peter\ud800"),
        PETER.replace("PeterNeumann", ""),
        PETER.replace("Peter", "Petra"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "0c74f20a3"),
        PETER + "====",
        PETER[:-1],
        PETER[:-4],
        "å+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
        VerifierKey("a", bytes(32)).vkey().replace("AQ", "AQ+", 1),
    ],
)
def test_what_is_no_key_is_refused_and_not_told(vkey: str) -> None:
    with pytest.raises(Problem) as caught:
        VerifierKey.read(vkey)
    assert caught.value.code is Code.KEY_MALFORMED
    assert "Neumann" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "public"), [("", bytes(32)), ("a b", bytes(32)), ("a", bytes(31))]
)
def test_no_key_is_made_of_what_is_none(name: str, public: bytes) -> None:
    with pytest.raises(Problem) as caught:
        VerifierKey(name, public)
    assert caught.value.code is Code.KEY_MALFORMED


@pytest.mark.parametrize(
    "text", ["\n", "a\n", "\n\n\n", "a\n\n\n", TEXT, "— x y\n", "a\u2028b\x85c\x7f\n"]
)
def test_any_text_that_ends_in_a_newline_can_be_signed(text: str) -> None:
    note = read_note(LOG.note(text))
    assert note.text == text
    assert verify(note, [OTHER.key, LOG.key]) == (LOG.key,)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT + "\n",
        LOG.line(TEXT),
        "\n" + LOG.line(""),
        TEXT + LOG.line(TEXT),
        NOTE[:-1],
        NOTE[:-1] + "x",
        NOTE + "\n",
        NOTE + "\n\n",
        NOTE + "x",
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("first", "fi\trst"),
        NOTE.replace("first", "fi\x00rst"),
        NOTE.replace("first", "fi\ud800rst"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—"),
        NOTE.replace("— ", "—  "),
        NOTE.replace("\n— ", "\n — "),
        NOTE.replace("log ", "log  "),
        NOTE.replace("log ", "log"),
        NOTE.replace("log ", "l+og "),
        NOTE.replace("log ", "l\u00a0og "),
        NOTE.replace("— example.org/log ", "—  "),
        NOTE[:-1] + " \n",
        NOTE[:-1] + "=\n",
        NOTE.replace("=\n", "\n"),
        NOTE + "— a \n",
        NOTE + "— a AAAAAA==\n",
        NOTE + "— a AAAAAAE\n",
        NOTE + "— a AAAAAAF=\n",
        NOTE + "— a AAAA-_E=\n",
        NOTE + "— a",
    ],
)
def test_what_is_no_note_is_refused_and_not_told(note: str) -> None:
    problem = refused(Code.NOTE_MALFORMED, note)
    assert "example" not in str(problem)


def test_the_line_that_is_to_blame_is_told() -> None:
    assert refused(Code.NOTE_MALFORMED, NOTE + "— a !\n").where.line == 6
    wrong = OTHER.note(TEXT) + LOG.line("another\n")
    assert refused(Code.SIGNATURE_WRONG, wrong).where.line == 6


def test_the_size_of_a_note_is_bounded() -> None:
    rest = len(LOG.note("\n").encode())
    assert verify(read_note(LOG.note("x" * (MAX_NOTE - rest) + "\n")), [LOG.key])
    refused(Code.NOTE_MALFORMED, LOG.note("x" * (MAX_NOTE - rest + 1) + "\n"))
    refused(Code.NOTE_MALFORMED, LOG.note("å" * (MAX_NOTE // 2) + "\n"))


def test_the_number_of_signatures_is_bounded() -> None:
    unknown = [Signer(f"unknown-{number}").line(TEXT) for number in range(MAX_SIGNATURES)]
    most = NOTE + "".join(unknown[1:])
    assert verify(read_note(most), [LOG.key]) == (LOG.key,)
    refused(Code.NOTE_MALFORMED, most + unknown[0])


def test_a_note_that_nobody_known_has_signed_is_refused() -> None:
    refused(Code.SIGNATURE_MISSING, NOTE, OTHER.key)
    # Of the same name, and of the same id with another name.
    refused(Code.SIGNATURE_MISSING, NOTE, Signer(LOG.key.name, "another seed").key)
    refused(Code.SIGNATURE_MISSING, NOTE.replace("— example.org/log", "— example.com/log"))
    with pytest.raises(Problem) as caught:
        verify(read_note(NOTE), [])
    assert caught.value.code is Code.SIGNATURE_MISSING


def test_unknown_signatures_are_ignored_whatever_they_are() -> None:
    namesake = Signer(LOG.key.name, "another seed").line("another text\n")
    note = f"{TEXT}\n{namesake}— a AAAAAAE=\n{LOG.line(TEXT)}{namesake}"
    assert verify(read_note(note), [LOG.key, OTHER.key]) == (LOG.key,)


def test_a_wrong_signature_by_a_known_key_condemns_the_note() -> None:
    wrong = LOG.line("another text\n")
    for note in (f"{TEXT}\n{wrong}", NOTE + wrong, f"{TEXT}\n{wrong}{LOG.line(TEXT)}"):
        refused(Code.SIGNATURE_WRONG, note, LOG.key, OTHER.key)
        refused(Code.SIGNATURE_WRONG, note + OTHER.line(TEXT), LOG.key, OTHER.key)


def test_a_repeated_signature_counts_once() -> None:
    assert verify(read_note(NOTE + LOG.line(TEXT)), [LOG.key, LOG.key]) == (LOG.key,)


@pytest.mark.parametrize("length", [1, 63, 65, 128])
def test_a_signature_of_another_length_is_wrong(length: int) -> None:
    blob = base64.b64encode(LOG.key.id + bytes(length)).decode()
    refused(Code.SIGNATURE_WRONG, f"{TEXT}\n— {LOG.key.name} {blob}\n")


@pytest.mark.parametrize("time", [0, 1, 2**63 - 1])
def test_a_cosignature_holds_with_its_own_time(time: int) -> None:
    witness = Witness(WITNESS.key.name, time)
    note = NOTE + witness.line(TEXT)
    assert verify(read_note(note), [WITNESS.key, LOG.key]) == (LOG.key, WITNESS.key)
    blob = base64.b64decode(witness.line(TEXT).split()[-1])
    later = blob[:4] + (time ^ 1).to_bytes(8) + blob[12:]
    line = f"— {witness.key.name} {base64.b64encode(later).decode()}\n"
    refused(Code.SIGNATURE_WRONG, NOTE + line, LOG.key, WITNESS.key)


def test_a_cosignature_of_no_time_at_all_is_wrong() -> None:
    late = Witness(WITNESS.key.name, 2**63)
    refused(Code.SIGNATURE_WRONG, NOTE + late.line(TEXT), WITNESS.key)
    short = base64.b64encode(WITNESS.key.id + bytes(7)).decode()
    refused(Code.SIGNATURE_WRONG, NOTE + f"— {WITNESS.key.name} {short}\n", WITNESS.key)


def test_a_plain_signature_is_no_cosignature() -> None:
    # By the same private key and name: the text that was signed differs, and so does the id.
    plain = sign(TEXT, WITNESS.key, WITNESS.signature_of)
    refused(Code.SIGNATURE_WRONG, plain, WITNESS.key)


signs = st.characters(exclude_categories=["Cs"], min_codepoint=0x20) | st.just("\n")


@given(st.text(signs), st.integers(1, 4))
def test_what_is_signed_is_what_is_read(text: str, signers: int) -> None:
    logs = [Signer(f"log-{number}") for number in range(signers)]
    note = logs[0].note(text + "\n") + "".join(log.line(text + "\n") for log in logs[1:])
    found = read_note(note)
    assert found == Note(text + "\n", found.signatures)
    assert verify(found, [log.key for log in logs]) == tuple(log.key for log in logs)


SIGNED = (NOTE + WITNESS.line(TEXT) + OTHER.line(TEXT)).encode()


def refused_or_the_same(changed: bytearray) -> bool:
    try:
        return opened(changed.decode()) in {*REFUSED, TEXT}
    except UnicodeDecodeError:
        return True  # what is not UTF-8 does not come as far as being read


def test_no_bit_of_a_signed_note_can_be_changed_into_another_text() -> None:
    assert opened(SIGNED.decode()) == TEXT
    for at in range(len(SIGNED)):
        for bit in range(8):
            changed = bytearray(SIGNED)
            changed[at] ^= 1 << bit
            assert refused_or_the_same(changed), (at, bit)


edits = st.tuples(st.integers(0, len(SIGNED) - 1), st.binary(max_size=3), st.integers(0, 3))


@given(st.lists(edits, min_size=1, max_size=3))
def test_no_edit_of_a_signed_note_makes_it_another_text(made: list[tuple[int, bytes, int]]) -> None:
    changed = bytearray(SIGNED)
    for at, put, length in made:
        changed[at : at + length] = put
    assert refused_or_the_same(changed)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for note in (text, NOTE + text, text + NOTE, f"{text}\n{LOG.line(text)}"):
        assert opened(note) in {*REFUSED, TEXT, text}
