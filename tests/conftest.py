"""What every test shares: the Hypothesis profiles, and the papers that are kept as goldens."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages

import pytest
from hypothesis import HealthCheck, settings

import ropa

# The same examples every time, and no deadline: a slow machine is no failure.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# Hypothesis draws words from the modules that are loaded: all of them are, in every worker.
for module in walk_packages(ropa.__path__, "ropa."):
    if not module.name.endswith(("__main__", ".recipes.verify")):
        import_module(module.name)

# Many examples, others each time; what fails is kept in .hypothesis and tried first next time.
settings.register_profile("soak", settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write the goldens anew; look at the difference before you keep them",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of a name in the folder `golden` beside the test."""
    update = request.config.getoption("--update-goldens")
    folder = request.path.parent / "golden"

    def compare(name: str, text: str) -> None:
        file = folder / name
        if update:
            folder.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        assert file.exists(), f"no golden {name}: run pytest --update-goldens"
        assert text == file.read_bytes().decode("utf-8")

    return compare
