"""What proves the log: bundles, as they come from a stranger."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from stat import S_IFLNK
from types import MappingProxyType
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

from ropa.kernel.problem import Code
from tests.contract.world import ASCII_CANARY, CANARY, Call, Case, bundle, call, grow, sign
from tests.proofs.signer import Signer

Spoil = Callable[[Path], object]
"""Makes something else of a bundle."""

_TEXT = CANARY.encode()


def _bytes(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda made: made.write_bytes(change(made.read_bytes()))


def _put(name: str, content: bytes = _TEXT) -> Spoil:
    """Pack the bundle with another file, or one more."""
    return lambda made: pack(made, {**files_of(made), name: content})


def _leave_out(name: str) -> Spoil:
    def spoil(made: Path) -> None:
        files = files_of(made)
        del files[name]
        pack(made, files)

    return spoil


def _state(change: Callable[[str], str]) -> Spoil:
    """Have the manifest say something else, signed by a stranger."""

    def spoil(made: Path) -> None:
        files = files_of(made)
        text = files["manifest"].decode().partition("\n\n")[0] + "\n"
        note = Signer(CANARY).note(change(text))
        pack(made, {**files, "manifest": note.encode()})

    return spoil


def listed(name: str, content: bytes) -> Spoil:
    """Put another file into the bundle, and what it is into the manifest."""

    def spoil(made: Path) -> None:
        before, after = (sha256(one).hexdigest() for one in (files_of(made)[name], content))
        _put(name, content)(made)
        _state(lambda text: text.replace(before, after))(made)

    return spoil


def _add(name: str, *, kind: int = ZIP_DEFLATED, mode: int = 0) -> Spoil:
    def spoil(made: Path) -> None:
        info = ZipInfo(name)
        info.external_attr = mode << 16
        with ZipFile(made, "a") as archive:
            archive.writestr(info, _TEXT, kind)

    return spoil


def _comment(made: Path) -> None:
    with ZipFile(made, "a") as archive:
        archive.comment = _TEXT


def files_of(made: Path) -> dict[str, bytes]:
    with ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(made: Path, files: Mapping[str, bytes]) -> None:
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


_SPOILT: Mapping[str, Spoil] = {
    "no-zip": _bytes(lambda _whole: _TEXT * 100),
    "too-short": _bytes(lambda _whole: _TEXT),
    "cut-off": _bytes(lambda whole: whole[:-9]),
    "written-over": _bytes(lambda whole: whole[:99] + _TEXT + whole[99 + len(_TEXT) :]),
    "comment": _comment,
    "another-name": _put(CANARY),
    "outside": _put(f"../{ASCII_CANARY}"),
    "link": _add("checkpoint.tsr", mode=S_IFLNK),
    "packed-otherwise": _add("checkpoint.tsr", kind=ZIP_BZIP2),
    "long-file": _put("policy", _TEXT * 100_000),
    "bomb": _put("absent.json", _TEXT * 1_000_000),
    "no-manifest": _leave_out("manifest"),
    "no-note": _put("manifest"),
    "not-utf8": _put("manifest", CANARY.encode("latin-1")),
    "other-manifest": _state(lambda _text: f"{CANARY}\n"),
    "another-origin": _state(lambda text: text.replace("ropa/", f"{ASCII_CANARY}/", 1)),
    "no-range": _state(lambda text: text.replace("from 1", f"from {CANARY}")),
    "absurd-range": _state(lambda text: text.replace("from 1", "from 99")),
    "another-list": _state(lambda text: f"{text}{CANARY}\n"),
    "lists-another": _state(lambda text: f"{text}{'0' * 64} {CANARY}\n"),
    "absurd-size": _state(lambda text: text.replace("\nsize ", "\nsize 9999999")),
    "not-listed": _put("checkpoints/000000000001.txt"),
    "policy": _put("policy"),
    "record": listed("absent.json", b'[\n{"%s": 1}\n]\n' % _TEXT),
    "tile": lambda made: _put(next(n for n in files_of(made) if n.startswith("tile/0/")))(made),
}


def _malformed(shop: Path) -> list[Call]:
    whole = bundle(shop).read_bytes()
    calls = []
    for name, spoil in _SPOILT.items():
        made = shop / f"{name}.zip"
        made.write_bytes(whole)
        spoil(made)
        calls.append(call("log", "bundle", "--verify", f"{{shop}}/{made.name}"))
    return calls


def _ahead(shop: Path) -> list[Call]:
    bundle(shop)
    grow(shop)
    note = sign(shop) + f"\N{EM DASH} {CANARY} AAAAAAAA\n"
    (shop / "kept").write_text(note, encoding="utf-8")
    return [call("log", "bundle", "--verify", "{shop}/audit.zip", "--against", "{shop}/kept")]


CASES: Mapping[Code, Case] = MappingProxyType(
    {Code.CHECKPOINT_AHEAD: _ahead, Code.BUNDLE_MALFORMED: _malformed}
)
