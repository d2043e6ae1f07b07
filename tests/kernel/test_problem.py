"""A problem says what was wrong, where, and what to do."""

from ropa.kernel.problem import Code, Problem, Where

PROBLEM = Problem(
    Code.NOTHING_GIVEN,
    "The event gives nothing.",
    advice="Give something.",
    where=Where(field="data.personal"),
)


def test_a_problem_is_one_line_with_its_code_last() -> None:
    assert str(PROBLEM) == (
        "field data.personal: The event gives nothing. Give something. [nothing-given]"
    )
    assert str(Problem(Code.REQUEST_CLOSED, "It is closed.")) == "It is closed. [request-closed]"


def test_a_place_is_told_from_the_file_inwards() -> None:
    where = Where(file="shop.ndjson", line=7, field="data.activities", position=12)
    assert str(where) == "shop.ndjson, line 7, field data.activities, position 12"
    assert str(Where(line=0, position=0)) == "line 0, position 0"
    assert not str(Where())


def test_who_knows_more_of_the_place_adds_it_and_overrules_nothing() -> None:
    found = PROBLEM.at(file="shop.ndjson", line=7, field="time", position=3)
    assert found.where == Where(file="shop.ndjson", line=7, field="data.personal", position=3)
    assert found.at(file="other.ndjson", line=8, position=4).where == found.where
    assert (found.code, found.detail, found.advice) == (
        PROBLEM.code,
        PROBLEM.detail,
        PROBLEM.advice,
    )
    assert PROBLEM.where == Where(field="data.personal")
