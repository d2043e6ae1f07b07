"""The runner of pages finds what a page says wrongly."""

from pathlib import Path

import pytest

from tests.docs.pages import missing, run


@pytest.mark.parametrize(
    ("expected", "output", "lacking"),
    [
        ("one\ntwo\n", "one\n\ntwo\n", None),
        ("one\n…\n", "one\ntwo\nthree\n", None),
        ("one\n…\nthree\n", "one\ntwo\nthree\n", None),
        ("a …, c\n", "a b, c\n", None),
        ("on 22 November 2026 15:05\n", "on 22 November 2026 09:59\n", None),
        ("two\n", "one\ntwo\n", "two"),
        ("one\nthree\n", "one\ntwo\nthree\n", "three"),
        ("one\n", "one\ntwo\n", "nothing more, but there is: two"),
        ("on 3 March 2026\n", "on 4 March 2026\n", "on 3 March 2026"),
        ("… two\n", "one three\n", "… two"),
    ],
)
def test_what_a_page_shows_is_held_against_what_was_printed(
    expected: str, output: str, lacking: str | None
) -> None:
    assert missing(expected, output) == lacking


def test_blocks_run_in_order_in_one_shell(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Save this as `a.json`:\n\n```json\n{}\n```\n\n```sh\nX=$(cat a.json)\n```\n"
        "```sh exit=3\n(exit 3)\necho $X\n```\n```text\n{}\n```\n"
        "```sh not-here\nfalse\n```\n```python\nprint('no shell')\n```\n",
        encoding="utf-8",
    )
    first, second, third = run(page, tmp_path)
    assert (first[1].exit, first[2]) == (0, None)
    assert (second[1].exit, second[1].output.strip(), second[2]) == (3, "{}", "{}\n")
    assert (third[1].exit, third[1].output.strip()) == (0, "no shell")
