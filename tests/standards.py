"""The files of the standards, where they are here: in `ROPA_STANDARDS`, or beside the clone."""

import json
import os
from functools import cache
from pathlib import Path

import pytest
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

FOLDER = Path(os.environ.get("ROPA_STANDARDS", Path(__file__).parents[2] / "shared" / "standards"))
CLOUDEVENTS = "cloudevents-1.0.schema.json"
KANTARA = "kantara-consent-receipt-v1.1.schema.json"
SARIF = "sarif-2.1.0.schema.json"
TILT = "tilt-schema.json"


def needs(*names: str) -> pytest.MarkDecorator:
    """Skip a test where one of these files is not on this machine."""
    missing = [name for name in names if not (FOLDER / name).is_file()]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {', '.join(missing)}")


@cache
def validator(name: str) -> Validator:
    """Give what holds a document against a schema."""
    # The schema of consent receipts has two lines that are no JSON.
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    schema = json.loads("\n".join(line for line in lines if not line.lstrip().startswith("//")))
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)
