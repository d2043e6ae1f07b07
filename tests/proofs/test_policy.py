"""Trust policies: which are read, and whom they believe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.note import VerifierKey
from ropa.proofs.policy import MAX_POLICY, Group, Policy
from tests.proofs.signer import Signer, Witness

LOG = Signer("example.org/log")
OLD = Signer("example.org/log", "the key before")
OTHER = Signer("example.org/other")
X = [Witness(f"x{number}.example.org") for number in range(3)]
Y = [Witness(f"y{number}.example.org") for number in range(3)]
LOG_LINE = f"log {LOG.key.vkey()}\n"

# The example of C2SP tlog-policy.
TWO_LEVELS = f"""\
{LOG_LINE}
witness X1 {X[0].key.vkey()}
witness X2 {X[1].key.vkey()}
witness X3 {X[2].key.vkey()}
group X-witnesses 2 X1 X2 X3

witness Y1 {Y[0].key.vkey()}
witness Y2 {Y[1].key.vkey()}
witness Y3 {Y[2].key.vkey()}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
X1 = f"witness X1 {X[0].key.vkey()}\n"
X2 = f"witness X2 {X[1].key.vkey()}\n"

HEAD = Checkpoint(LOG.key.name, 7, bytes(32))


def refused(text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        Policy.read(text)
    assert caught.value.code is Code.KEY_MALFORMED
    assert "example" not in str(caught.value)
    assert "KANARIE" not in str(caught.value)
    return caught.value


def test_our_own_policy_is_two_lines() -> None:
    policy = Policy((LOG.key,))
    assert policy.text() == f"{LOG_LINE}quorum none\n"
    assert Policy.read(policy.text()) == policy
    assert policy.satisfied([])


def test_a_policy_with_groups_is_read() -> None:
    policy = Policy.read(TWO_LEVELS)
    assert policy.logs == (LOG.key,)
    assert policy.keys == (LOG.key, *(one.key for one in X + Y))
    assert policy.groups == {
        "X-witnesses": Group(2, ("X1", "X2", "X3")),
        "Y-witnesses": Group(1, ("Y1", "Y2", "Y3")),
        "X-and-Y": Group(2, ("X-witnesses", "Y-witnesses")),
    }
    assert policy.quorum == "X-and-Y"
    assert Policy.read(policy.text()) == policy


@pytest.mark.parametrize(
    ("signers", "enough"),
    [
        ([], False),
        (X, False),
        (Y, False),
        ([*X[:1], *Y], False),
        ([*X[:2], Y[2]], True),
        ([X[0], X[2], *Y], True),
        (X + Y, True),
    ],
)
def test_a_quorum_is_as_many_as_its_groups_ask_for(signers: list[Signer], enough: bool) -> None:  # noqa: FBT001 - what is expected
    policy = Policy.read(TWO_LEVELS)
    keys = [LOG.key, *(one.key for one in signers)]
    assert policy.satisfied(keys) is enough
    note = LOG.note(HEAD.text()) + "".join(one.line(HEAD.text()) for one in signers)
    if enough:
        assert policy.read_checkpoint(note) == HEAD
    else:
        with pytest.raises(Problem) as caught:
            policy.read_checkpoint(note)
        assert caught.value.code is Code.SIGNATURE_MISSING


def test_a_single_witness_can_be_the_quorum() -> None:
    policy = Policy.read(f"{X1}{X2}quorum X2\n")
    assert policy.satisfied([X[1].key])
    assert not policy.satisfied([X[0].key])


def test_a_witness_s_plain_signature_is_no_cosignature() -> None:
    policy = Policy.read(f"{LOG_LINE}{X1}quorum X1\n")
    plain = VerifierKey(X[0].key.name, X[0].key.public)
    assert not policy.satisfied([LOG.key, plain])


def test_a_checkpoint_is_believed_by_any_key_that_the_log_has_had() -> None:
    policy = Policy((OLD.key, LOG.key, OTHER.key))
    assert Policy.read(policy.text()) == policy
    assert policy.log_keys(LOG.key.name) == (OLD.key, LOG.key)
    assert policy.log_keys("example.org/unknown") == ()
    for signer in (OLD, LOG):
        assert policy.read_checkpoint(signer.note(HEAD.text()), LOG.key.name) == HEAD


@pytest.mark.parametrize(
    ("note", "origin", "code"),
    [
        (OTHER.note(HEAD.text()), None, Code.SIGNATURE_MISSING),
        (LOG.note(HEAD.text()), OTHER.key.name, Code.SIGNATURE_MISSING),
        (Signer("example.org/unknown").note(HEAD.text()), None, Code.SIGNATURE_MISSING),
        (LOG.note(HEAD.text()).replace("7", "8", 1), None, Code.SIGNATURE_WRONG),
        (LOG.note("no checkpoint\n"), None, Code.NOTE_MALFORMED),
    ],
)
def test_a_checkpoint_is_not_believed_otherwise(note: str, origin: str | None, code: Code) -> None:
    with pytest.raises(Problem) as caught:
        Policy((LOG.key, OTHER.key)).read_checkpoint(note, origin)
    assert caught.value.code is code


def test_blanks_comments_and_addresses_are_read_over() -> None:
    text = (
        f"# KANARIE å\n\n \t \n\t#quorum X9\n"
        f" log\t {LOG.key.vkey()}  https://example.org/log \n"
        f"witness Å {X[0].key.vkey()} https://w.example.org\n"
        "group both  any\tÅ\nquorum both\t\n"
        f"log {OTHER.key.vkey()}\n#"
        "\n"
    )
    assert Policy.read(text) == Policy(
        (LOG.key, OTHER.key), {"Å": X[0].key}, {"both": Group(1, ("Å",))}, "both"
    )


def test_a_name_is_told_from_one_that_looks_alike() -> None:
    kelvin = f"witness \u212a {X[1].key.vkey()}\nwitness K {X[0].key.vkey()}\nquorum K\n"
    policy = Policy.read(kelvin)
    assert policy.satisfied([X[0].key])
    assert not policy.satisfied([X[1].key])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("\n", None),
        (LOG_LINE, None),
        ("quorum none", None),
        (f"{LOG_LINE}quorum none\r\n", None),
        ("quorum none\x7f\n", None),
        ("#\x00\nquorum none\n", None),
        ("#\ud800\nquorum none\n", None),
        ("quorum none\n#" + "x" * MAX_POLICY + "\n", None),
        ("quorum\n", 1),
        ("quorum none none\n", 1),
        ("quorum\u00a0none\n", 1),
        ("Quorum none\n", 1),
        ("quorum none\nquorum none\n", 2),
        ("quorum X1\n", 1),
        (f"quorum X1\n{X1}", 1),
        ("log\nquorum none\n", 1),
        ("log KANARIE\nquorum none\n", 1),
        (f"quorum none\nlog {LOG.key.vkey()} a b\n", 2),
        (f"quorum none # comment\n{LOG_LINE}", 1),
        (f"{LOG_LINE}{LOG_LINE}quorum none\n", 2),
        (f"{LOG_LINE}log {VerifierKey('other', LOG.key.public).vkey()}\nquorum none\n", 2),
        (f"log {X[0].key.vkey()}\nquorum none\n", 1),
        (f"witness X1 {LOG.key.vkey()}\nquorum none\n", 1),
        (f"witness {X[0].key.vkey()}\nquorum none\n", 1),
        (f"witness none {X[0].key.vkey()}\nquorum none\n", 1),
        (f"{X1}{X2.replace('X2', 'X1')}quorum none\n", 2),
        (f"{X1}{X1.replace('X1', 'X2')}quorum none\n", 2),
        (f"{X1}group X1 any X1\nquorum none\n", 2),
        (f"{X1}group none any X1\nquorum none\n", 2),
        (f"{X1}group g any\nquorum none\n", 2),
        (f"{X1}group g any none\nquorum none\n", 2),
        (f"{X1}group g any X2\n{X2}quorum none\n", 2),
        (f"{X1}group g any g\nquorum none\n", 2),
        (f"{X1}group g any X1 X1\nquorum none\n", 2),
        (f"{X1}group g any X1\ngroup h any X1\nquorum none\n", 3),
        *(
            (f"{X1}{X2}group g {needed} X1 X2\nquorum none\n", 3)
            for needed in ("0", "3", "02", "-1", "+1", "1.0", "ALL", "٢", "9" * 5_000)
        ),
    ],
)
def test_what_is_no_policy_is_refused_and_not_told(text: str, line: int | None) -> None:
    assert refused(text).where.line == line


def test_a_long_chain_of_groups_is_no_trouble() -> None:
    chain = "".join(
        f"group g{number} all {'X1' if number == 0 else f'g{number - 1}'}\n"
        for number in range(5_000)
    )
    policy = Policy.read(f"{X1}{chain}quorum g4999\n")
    assert policy.satisfied([X[0].key])
    assert not policy.satisfied([X[1].key])


@given(st.text(max_size=60), st.integers(0, len(TWO_LEVELS)))
def test_any_text_is_read_as_what_it_is_written_or_refused(put: str, at: int) -> None:
    try:
        policy = Policy.read(TWO_LEVELS[:at] + put + TWO_LEVELS[at:])
    except Problem as problem:
        assert "example" not in str(problem)  # noqa: PT017 - either outcome is right
    else:
        assert Policy.read(policy.text()) == policy


@given(st.data())
def test_as_many_as_a_group_needs_are_enough(data: st.DataObject) -> None:
    needed = data.draw(st.integers(1, 6))
    signers = data.draw(st.sets(st.sampled_from(range(6))))
    witnesses = {f"W{number}": one.key for number, one in enumerate(X + Y)}
    policy = Policy((), witnesses, {"g": Group(needed, tuple(witnesses))}, "g")
    assert policy.satisfied((X + Y)[at].key for at in signers) is (len(signers) >= needed)
    assert Policy.read(policy.text()) == policy
