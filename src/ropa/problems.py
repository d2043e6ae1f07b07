"""What each problem code means to whoever runs ropa: exit code, HTTP status, and a title."""

from collections.abc import Mapping
from enum import IntEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

from ropa.kernel.problem import Code


class Exit(IntEnum):
    """The exit codes of the command line."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_PERMITTED = 4
    CONFLICT = 5
    DAMAGED = 6


class Meaning(NamedTuple):
    """What a code means outside."""

    exit: Exit
    status: HTTPStatus
    title: str


def _refused(title: str) -> Meaning:
    return Meaning(Exit.REFUSED, HTTPStatus.UNPROCESSABLE_ENTITY, title)


def _malformed(title: str) -> Meaning:
    return Meaning(Exit.REFUSED, HTTPStatus.BAD_REQUEST, title)


def _not_found(title: str) -> Meaning:
    return Meaning(Exit.NOT_FOUND, HTTPStatus.NOT_FOUND, title)


def _not_permitted(title: str) -> Meaning:
    return Meaning(Exit.NOT_PERMITTED, HTTPStatus.FORBIDDEN, title)


def _conflict(title: str) -> Meaning:
    return Meaning(Exit.CONFLICT, HTTPStatus.CONFLICT, title)


def _damaged(title: str) -> Meaning:
    return Meaning(Exit.DAMAGED, HTTPStatus.INTERNAL_SERVER_ERROR, title)


def _unavailable(title: str) -> Meaning:
    return Meaning(Exit.REFUSED, HTTPStatus.SERVICE_UNAVAILABLE, title)


MEANINGS: Mapping[Code, Meaning] = MappingProxyType(
    {
        Code.MALFORMED_JSON: _malformed("Not JSON"),
        Code.LINE_TOO_LONG: _malformed("Line too long"),
        Code.NOT_UTF8: _malformed("Not UTF-8"),
        Code.TRUNCATED_FILE: _malformed("File cut off"),
        Code.MALFORMED_ENVELOPE: _malformed("Malformed envelope"),
        Code.UNKNOWN_EVENT_TYPE: _malformed("Unknown event type"),
        Code.UNKNOWN_FIELD: _malformed("Unknown field"),
        Code.MISSING_FIELD: _malformed("Missing field"),
        Code.MALFORMED_VALUE: _malformed("Malformed value"),
        Code.NOTHING_GIVEN: _malformed("Nothing given"),
        Code.OCCURRED_IN_FUTURE: _refused("Occurred in the future"),
        Code.PERSONAL_VALUE_IN_CLEAR: _refused("Personal value in a clear field"),
        Code.INTERNAL_EVENT_TYPE: _refused("The register's own event type"),
        Code.ID_REUSED: _conflict("Id used before"),
        Code.STALE_VERSION: _conflict("Stale version"),
        Code.UNKNOWN_SOURCE: _refused("Unknown source"),
        Code.UNKNOWN_SUBJECT: _not_found("Unknown subject"),
        Code.UNKNOWN_ACTIVITY: _not_found("Unknown activity"),
        Code.UNKNOWN_RECIPIENT: _not_found("Unknown recipient"),
        Code.UNKNOWN_NOTICE: _not_found("Unknown notice"),
        Code.UNKNOWN_REQUEST: _not_found("Unknown request"),
        Code.UNKNOWN_BREACH: _not_found("Unknown breach"),
        Code.UNKNOWN_STAFF: _not_found("Unknown member of staff"),
        Code.UNKNOWN_CONTROLLER: _not_found("No controller"),
        Code.ALREADY_EXISTS: _conflict("Exists already"),
        Code.RETIRED: _refused("Retired"),
        Code.NO_ACTIVITY_FOR_VALUE: _refused("Value without activity"),
        Code.NOT_DECLARED: _refused("Not declared in the register"),
        Code.BASIS_NOT_DECLARED: _refused("Basis not declared"),
        Code.CONSENT_NEEDED: _refused("Consent needed"),
        Code.OBJECTED: _refused("The person has objected"),
        Code.NO_RIGHT_TO_OBJECT: _refused("No right to object"),
        Code.NOT_OBJECTED: _refused("No objection"),
        Code.NOT_RESTRICTED: _refused("Not restricted"),
        Code.ON_HOLD: _refused("On hold"),
        Code.NOT_ON_HOLD: _refused("Not on hold"),
        Code.ERASED: _refused("Erased"),
        Code.ERASURE_PENDING: _conflict("An erasure is not finished"),
        Code.SAME_PERSON: _refused("The same record"),
        Code.NOT_MERGED: _refused("Not merged"),
        Code.REQUEST_CLOSED: _refused("Request closed"),
        Code.REQUEST_KIND_NOT_ASKED: _refused("Not asked for"),
        Code.REQUEST_NOT_DECIDED: _refused("Not decided"),
        Code.EXTENSION_TOO_LATE: _refused("Extension too late"),
        Code.ALREADY_DONE: _refused("Done already"),
        Code.BREACH_CLOSED: _refused("Case closed"),
        Code.NOT_A_REGISTER: _not_found("Not a register"),
        Code.REGISTER_EXISTS: _conflict("Register exists"),
        Code.SETTINGS_UNREADABLE: _malformed("Settings unusable"),
        Code.CLOCK_BEHIND: _unavailable("Clock behind"),
        Code.EVENT_TOO_LARGE: _refused("Event too large"),
        Code.DISK_FULL: _unavailable("Disk full"),
        Code.LOG_BUSY: _unavailable("Register busy"),
        Code.LOG_VERSION: _damaged("Log of another version"),
        Code.LOG_DAMAGED: _damaged("Log damaged"),
        Code.VAULT_VERSION: _damaged("Vault of another version"),
        Code.VAULT_OF_ANOTHER_REGISTER: _damaged("Vault of another register"),
        Code.VAULT_DAMAGED: _damaged("Vault damaged"),
        Code.ROOT_KEY_MISSING: _not_permitted("No root key"),
        Code.ROOT_KEY_UNREADABLE: _not_permitted("Root key unreadable"),
        Code.ROOT_KEY_WRONG: _not_permitted("Wrong root key"),
        Code.FILE_UNREADABLE: _not_found("File unreadable"),
        Code.TEMPLATE_BROKEN: _malformed("Template broken"),
        Code.NOTE_MALFORMED: _malformed("Malformed checkpoint"),
        Code.KEY_MALFORMED: _malformed("Malformed key"),
        Code.SIGNATURE_MISSING: _damaged("Not signed by a known key"),
        Code.SIGNATURE_WRONG: _damaged("Wrong signature"),
        Code.PROOF_MALFORMED: _malformed("Malformed proof"),
        Code.PROOF_WRONG: _damaged("The proof does not hold"),
        Code.CHECKPOINT_AHEAD: _damaged("Checkpoint ahead of the log"),
        Code.LOG_ROLLED_BACK: _damaged("An older copy of the log"),
        Code.LOG_FORKED: _damaged("Not the log that was signed"),
        Code.TIMESTAMP_MALFORMED: _malformed("Malformed time stamp"),
        Code.TIMESTAMP_WRONG: _damaged("The time stamp does not hold"),
        Code.TIMESTAMP_REFUSED: _unavailable("No time stamp given"),
        Code.BUNDLE_MALFORMED: _malformed("Malformed bundle"),
        Code.NOT_PERMITTED: _not_permitted("Not permitted"),
        Code.NOT_FOUND: _not_found("Not found"),
        Code.NOT_IN_HISTORY: _not_found("Not in the history"),
        Code.USAGE: Meaning(Exit.USAGE, HTTPStatus.BAD_REQUEST, "Usage"),
    }
)
"""The one table of codes; a test holds that each code stands in it."""
