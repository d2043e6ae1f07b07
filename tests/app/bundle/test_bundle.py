"""A bundle: what is in it, that it is sound, and that ropa's own check finds what is not."""

import filecmp
import json
import random
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from ropa.app import Moment, Reading
from ropa.app.bundle import Kind, check, layout, write
from ropa.kernel.problem import Code, Problem
from ropa.proofs import timestamp
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.policy import Policy
from ropa.proofs.tlogproof import TlogProof
from ropa.render import Format, render
from tests.app.bundle.forging import flipped, sign_manifest
from tests.app.bundle.making import NOW, House, packed, paths, tombstone, unpacked
from tests.e2e.test_at_rest import Scanner, values
from tests.proofs.authority import Authority
from tests.proofs.signer import Signer


def test_it_is_sound(house: House, whole: Path, part: Path) -> None:
    head = house.register.head
    verdict = check(whole, policy=house.policy)
    assert verdict.sound
    assert (verdict.first, verdict.last, verdict.size, verdict.events) == (1, head, head, head)
    assert verdict.papers_made_again
    assert not verdict.own_policy
    assert verdict.absent > 30
    assert verdict.checkpoints == len(house.register.files.signed())
    some = check(part)
    assert some.sound
    assert some.own_policy
    assert (some.first, some.last, some.events) == (300, 900, 3 * 256)
    assert not some.papers_made_again


def test_the_same_register_gives_the_same_bytes(house: House, part: Path, tmp_path: Path) -> None:
    again = house.bundle(tmp_path / "again.zip", 300, 900, tombstone=tombstone)
    assert again.read_bytes() == part.read_bytes()
    with ZipFile(again) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}


def test_an_auditor_without_keys_makes_the_same_papers(house: House, part: Path) -> None:
    folder = part.with_name("audit")
    with Reading.open(house.register.files.root, clock=lambda: NOW) as reading:
        for name, moment, since in (
            ("from", 299, None),
            ("to", 900, None),
            ("difference", 900, Moment(at=299)),
        ):
            report = "difference" if since else "article30"
            model = reading.make(report, moment=Moment(at=moment), since=since)
            for form in (Format.HTML, Format.JSON):
                text = render(model, form, reading.settings.language)
                assert (folder / f"register/{name}.{form}").read_text(encoding="utf-8") == text


def test_its_proofs_are_those_of_the_log(house: House, part: Path) -> None:
    folder = part.with_name("audit")
    absent = json.loads((folder / "absent.json").read_text())
    for position in {300, 900, *(one["position"] for one in absent)}:
        text = (folder / layout.proof_path(position)).read_text(encoding="utf-8")
        assert TlogProof.read(text) == house.register.proving.proof(position)


def test_boxes_that_are_gone_are_on_record(house: House, whole: Path) -> None:
    records = json.loads((whole.with_name("audit") / "absent.json").read_text())
    named = {
        (event.position, activity): (box.key, box.sha256)
        for event in house.register.events()
        for activity, box in event.sealed.items()
    }
    gone = {place for place in named if place[0] % 50 == 0}
    assert {(one["position"], one["activity"]) for one in records} == gone
    for one in records:
        assert (one["key"], one["sha256"]) == named[one["position"], one["activity"]]
        erased = tombstone(one["key"])
        told = {"position": 7, "ground": "requested", "on": "2026-11-22"} if erased else None
        assert one["erased"] == told
    assert {one["erased"] is None for one in records} == {True, False}


def test_nothing_personal_is_in_it(house: House, whole: Path) -> None:
    folder = whole.with_name("audit")
    contents = [(folder / path).read_bytes() for path in paths(folder)]
    scanner = Scanner(values())
    planted = [b"x" + b"Anna Lindqvist".hex().encode()]
    assert [scanner.found(content) for content in planted] == [{"Anna Lindqvist"}]
    assert {secret for content in contents for secret in scanner.found(content)} == set()
    boxes = house.register._log.boxes(range(1, house.register.head + 1)).values()
    together = b"".join(contents)
    assert len(boxes) > 1_000
    assert not [
        box for box in list(boxes)[::9] if box in together or box.hex().encode() in together
    ]


@pytest.mark.parametrize(
    ("first", "last"), [(1, 1), (1, 256), (256, 257), (257, 512), (513, 513), (200, 2_826)]
)
def test_any_range_will_do(house: House, tmp_path: Path, first: int, last: int) -> None:
    bundle = house.bundle(tmp_path / "audit.zip", first, last)
    verdict = check(bundle, policy=house.policy)
    assert verdict.sound
    assert (verdict.first, verdict.last) == (first, last)
    assert verdict.papers_made_again is (first == 1)


def test_one_byte_anywhere_is_found_and_located(house: House, small: Path, tmp_path: Path) -> None:
    chance = random.Random(20260713)
    for path in paths(small):
        content = (small / path).read_bytes()
        for _ in range(3):
            at, by = chance.randrange(len(content)), chance.randrange(1, 256)
            (small / path).write_bytes(flipped(content, at, by))
            try:
                verdict = check(packed(small, tmp_path / "audit.zip"), policy=house.policy)
            except Problem as problem:
                # Without a manifest that can be read, no more is looked at.
                assert (problem.code, path) == (Code.BUNDLE_MALFORMED, "manifest")  # noqa: PT017
            else:
                # Over a tile that is not full there is but the root, which tells no more.
                where = "checkpoint" if ".p/" in path and "entries" not in path else path
                assert where in {finding.path for finding in verdict.findings}, (path, at, by)
        (small / path).write_bytes(content)
    assert check(packed(small, tmp_path / "audit.zip"), policy=house.policy).sound


def told(house: House, folder: Path, bundle: Path) -> set[tuple[Kind, str]]:
    """Give what is found where the operator has signed for the files as they are now."""
    sign_manifest(folder, house.note)
    verdict = check(packed(folder, bundle), policy=house.policy)
    return {(finding.kind, finding.path) for finding in verdict.findings}


@pytest.mark.parametrize("paper", layout.PAPERS)
def test_papers_that_the_operator_made_up_are_found(
    house: House, folder: Path, tmp_path: Path, paper: str
) -> None:
    text = (folder / paper).read_text(encoding="utf-8")
    (folder / paper).write_text(text.replace("e", "f", 1).replace("a", "o"), encoding="utf-8")
    assert (Kind.PAPER, paper) in told(house, folder, tmp_path / "audit.zip")


def test_papers_printed_at_another_time_are_the_same(
    house: House, whole: Path, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=400)
    with Reading.open(house.register.files.root, clock=lambda: later) as reading:
        out = tmp_path / "later.zip"
        write(reading, out, first=1, last=reading.head, sign=house.note, tombstone=tombstone)
    assert check(out).papers_made_again
    assert check(out).sound
    before, after = whole.with_name("audit"), unpacked(out, tmp_path / "later")
    other = {
        path for path in paths(after) if not filecmp.cmp(before / path, after / path, shallow=False)
    }
    assert other == {"manifest", *layout.PAPERS}


def test_papers_by_another_version_are_not_compared(
    house: House, folder: Path, tmp_path: Path
) -> None:
    (folder / layout.PAPERS[0]).write_text("a page as another version sets it", encoding="utf-8")
    sign_manifest(folder, house.note, version="99.0")
    verdict = check(packed(folder, tmp_path / "audit.zip"), policy=house.policy)
    assert (verdict.sound, verdict.papers_made_again) == (True, False)


@pytest.mark.parametrize(
    ("before", "after"), [('"key":"', '"key":"x'), ('"position":', '"position":1'), ("[\n", "[\n9")]
)
def test_records_that_the_operator_made_up_are_found(
    house: House, small: Path, tmp_path: Path, before: str, after: str
) -> None:
    text = (small / layout.ABSENT).read_text(encoding="utf-8")
    (small / layout.ABSENT).write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        findings = told(house, small, tmp_path / "audit.zip")
    except Problem as problem:
        findings = {(Kind.ABSENT, problem.where.file or "")}
    assert findings == {(Kind.ABSENT, layout.ABSENT)}


def test_a_checkpoint_of_another_size_is_found(house: House, folder: Path, tmp_path: Path) -> None:
    sides = [path for path in paths(folder) if path.startswith("checkpoints/")]
    content = (folder / layout.CHECKPOINT).read_bytes()
    for path in sides:
        (folder / path).write_bytes(content)
    later = Checkpoint(house.key.name, 9_999, bytes(32)).text()
    (folder / layout.side_path(9_999)).write_text(house.note(later), encoding="utf-8")
    sign_manifest(folder, house.note)
    verdict = check(packed(folder, tmp_path / "audit.zip"), policy=house.policy)
    assert sides
    assert {(finding.path, finding.detail) for finding in verdict.findings} == {
        (path, "It is of another size.") for path in (*sides, layout.side_path(9_999))
    }


def test_a_manifest_that_another_signed_too_is_refused(
    house: House, small: Path, tmp_path: Path
) -> None:
    # Nothing vouches for the bytes of a signature by a key that nobody knows.
    manifest = small / layout.MANIFEST
    text = manifest.read_text(encoding="utf-8")
    line = Signer("ropa/another").line(text.partition("\n\n")[0] + "\n")
    manifest.write_text(text + line, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        check(packed(small, tmp_path / "audit.zip"), policy=house.policy)
    assert caught.value.code is Code.BUNDLE_MALFORMED


def test_the_key_of_another_is_not_believed(part: Path, house: House) -> None:
    another = Policy((Signer(house.key.name, "another").key,))
    findings = {finding.path for finding in check(part, policy=another).findings}
    assert {"manifest", "checkpoint"} <= findings
    assert all(path.startswith(("manifest", "checkpoint")) for path in findings)


def test_time_stamps_are_verified(house: House, tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "authority"), Authority(tmp_path / "other")
    size = house.register.covering(900)
    assert size is not None
    file = house.register.files.checkpoint(size)
    asked = timestamp.request(file.read_bytes())
    stamp = file.with_suffix(".tsr")
    stamp.write_bytes(authority.answer(asked))
    try:
        bundle = house.bundle(tmp_path / "audit.zip", 300, 900)
        later = house.bundle(tmp_path / "later.zip", 300, size + 1)
    finally:
        stamp.unlink()
    assert check(bundle, policy=house.policy).stamps == ()
    for made, path in ((bundle, "checkpoint.tsr"), (later, f"checkpoints/{size:012}.tsr")):
        verdict = check(made, policy=house.policy, authorities=[authority.root])
        assert verdict.sound
        assert [(one.size, one.at - NOW > timedelta(days=-365)) for one in verdict.stamps] == [
            (size, True)
        ]
        refused = check(made, policy=house.policy, authorities=[other.root])
        assert [(one.kind, one.path) for one in refused.findings] == [(Kind.STAMP, path)]
        content = (unpacked(made, tmp_path / made.stem) / path).read_bytes()
        assert authority.attests(file.read_bytes(), content)
