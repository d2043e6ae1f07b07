"""The trust policy: by whose keys a checkpoint is believed (C2SP tlog-policy)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ropa.kernel.problem import Code, Problem, Where
from ropa.proofs.checkpoint import Checkpoint, attested
from ropa.proofs.note import SignatureType, VerifierKey, read_note, verify

MAX_POLICY = 1_000_000
"""The greatest length of a policy, in characters."""

NONE = "none"
"""The quorum that asks for no witness."""

_BLANK = re.compile("[ \t]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile("[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Group:
    """Several witnesses or groups, of which so many must have cosigned."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The keys that are trusted, and how many witnesses it takes.

    Attributes:
        logs: The keys that logs sign with; a log that has changed its key has several.
        witnesses: The witnesses' keys, by the names that they have in the policy.
        groups: The groups by name, each after its members.
        quorum: The witness or group that must have cosigned, or "none".
    """

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Give all keys: those of the logs, then those of the witnesses."""
        return (*self.logs, *self.witnesses.values())

    def log_keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """Give the keys of the log with this origin."""
        return tuple(key for key in self.logs if key.name == origin)

    def satisfied(self, signers: Iterable[VerifierKey]) -> bool:
        """Tell whether these keys are as many witnesses as the policy asks for."""
        signed = set(signers)
        found = {NONE, *(name for name, key in self.witnesses.items() if key in signed)}
        for name, group in self.groups.items():
            if len(found.intersection(group.members)) >= group.needed:
                found.add(name)
        return self.quorum in found

    def read_checkpoint(self, note: str, origin: str | None = None) -> Checkpoint:
        """Read a signed checkpoint, and believe it only as the policy says.

        Args:
            note: The whole note.
            origin: Whose checkpoint it must be; None for any log of the policy.

        Raises:
            Problem: `note-malformed`, `signature-wrong`, or `signature-missing` where the log
                itself or a witness is lacking.
        """
        found = read_note(note)
        signers = verify(found, self.keys)
        checkpoint = attested(found, signers, origin)
        if not self.satisfied(signers):
            raise Problem(
                Code.SIGNATURE_MISSING,
                "The checkpoint is cosigned by fewer witnesses than the policy asks for.",
                advice="Have it cosigned, or take a copy that is.",
            )
        return checkpoint

    def text(self) -> str:
        """Give the policy's text."""
        lines = [f"log {key.vkey()}" for key in self.logs]
        lines += [f"witness {name} {key.vkey()}" for name, key in self.witnesses.items()]
        lines += [
            f"group {name} {group.needed} {' '.join(group.members)}"
            for name, group in self.groups.items()
        ]
        return "\n".join((*lines, f"quorum {self.quorum}", ""))

    @staticmethod
    def read(text: str) -> "Policy":
        """Read a policy's text. Addresses of logs and witnesses are read over: nothing is sent.

        Raises:
            Problem: `key-malformed`, with the line.
        """
        if len(text) > MAX_POLICY:
            raise _malformed("The policy is longer than a policy may be.", None)
        if _FORBIDDEN.search(text):
            raise _malformed("The policy is not valid UTF-8, or holds a control sign.", None)
        if not text.endswith("\n"):
            raise _malformed("The last line of the policy is cut off.", None)
        found = _Lines()
        for at, line in enumerate(text.split("\n"), 1):
            words = _BLANK.split(line.strip(" \t"))
            if words[0] and not words[0].startswith("#"):
                try:
                    found.add(words)
                except Problem as problem:
                    raise problem.at(line=at) from None
        if found.quorum is None:
            raise _malformed("The policy does not say which quorum it asks for.", None)
        return Policy(tuple(found.logs), found.witnesses, found.groups, found.quorum)


class _Lines:
    """What has been read of a policy so far."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._grouped: set[str] = set()

    def add(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(_key(vkey, SignatureType.ED25519, self.logs))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._must_be_new(name)
                self.witnesses[name] = _key(
                    vkey, SignatureType.COSIGNATURE, self.witnesses.values()
                )
            case ["group", name, needed, *members] if members:
                self._must_be_new(name)
                self.groups[name] = Group(_needed(needed, len(members)), tuple(members))
                for member in members:
                    if member == name or not self._is_defined(member) or member in self._grouped:
                        raise _malformed("A member of a group is unknown, or used before.")
                    self._grouped.add(member)
            case ["quorum", name] if self.quorum is None:
                if name != NONE and not self._is_defined(name):
                    raise _malformed("The quorum is no witness or group of the lines before.")
                self.quorum = name
            case _:
                raise _malformed("The line is not of a form that the policy may have.")

    def _is_defined(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _must_be_new(self, name: str) -> None:
        if name == NONE or self._is_defined(name):
            raise _malformed("A name is given twice, or means something else.")


def _key(vkey: str, kind: SignatureType, others: Iterable[VerifierKey]) -> VerifierKey:
    key = VerifierKey.read(vkey)
    if key.type is not kind:
        raise _malformed("The key is not of the kind that signs or cosigns checkpoints.")
    if any(key.public == other.public for other in others):
        raise _malformed("The key is given twice.")
    return key


def _needed(word: str, members: int) -> int:
    if word in {"any", "all"}:
        return 1 if word == "any" else members
    if not _NUMBER.fullmatch(word) or int(word) > members:
        raise _malformed("A group asks for none of its members, or for more than it has.")
    return int(word)


def _malformed(detail: str, line: int | None = None) -> Problem:
    return Problem(
        Code.KEY_MALFORMED,
        detail,
        advice="Take the policy from its source again, as it stands there.",
        where=Where(line=line),
    )
