"""A problem: the one way in which ropa says that something was refused or is wrong."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Code(StrEnum):
    """The stable code of a problem; published, and never renamed."""

    # What came in could not be read.
    MALFORMED_JSON = "malformed-json"
    LINE_TOO_LONG = "line-too-long"
    NOT_UTF8 = "not-utf8"
    TRUNCATED_FILE = "truncated-file"
    MALFORMED_ENVELOPE = "malformed-envelope"
    UNKNOWN_EVENT_TYPE = "unknown-event-type"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    MALFORMED_VALUE = "malformed-value"
    NOTHING_GIVEN = "nothing-given"
    OCCURRED_IN_FUTURE = "occurred-in-future"
    PERSONAL_VALUE_IN_CLEAR = "personal-value-in-clear"
    INTERNAL_EVENT_TYPE = "internal-event-type"

    # The fact does not go with what is recorded.
    ID_REUSED = "id-reused"
    STALE_VERSION = "stale-version"
    UNKNOWN_SOURCE = "unknown-source"
    UNKNOWN_SUBJECT = "unknown-subject"
    UNKNOWN_ACTIVITY = "unknown-activity"
    UNKNOWN_RECIPIENT = "unknown-recipient"
    UNKNOWN_NOTICE = "unknown-notice"
    UNKNOWN_REQUEST = "unknown-request"
    UNKNOWN_BREACH = "unknown-breach"
    UNKNOWN_STAFF = "unknown-staff"
    UNKNOWN_CONTROLLER = "unknown-controller"
    ALREADY_EXISTS = "already-exists"
    RETIRED = "retired"
    NO_ACTIVITY_FOR_VALUE = "no-activity-for-value"
    BASIS_NOT_DECLARED = "basis-not-declared"
    NOT_DECLARED = "not-declared"
    CONSENT_NEEDED = "consent-needed"
    OBJECTED = "objected"
    NO_RIGHT_TO_OBJECT = "no-right-to-object"
    NOT_OBJECTED = "not-objected"
    NOT_RESTRICTED = "not-restricted"
    ON_HOLD = "on-hold"
    NOT_ON_HOLD = "not-on-hold"
    ERASED = "erased"
    ERASURE_PENDING = "erasure-pending"
    LOG_ROLLED_BACK = "log-rolled-back"
    SAME_PERSON = "same-person"
    NOT_MERGED = "not-merged"
    REQUEST_CLOSED = "request-closed"
    REQUEST_KIND_NOT_ASKED = "request-kind-not-asked"
    REQUEST_NOT_DECIDED = "request-not-decided"
    EXTENSION_TOO_LATE = "extension-too-late"
    ALREADY_DONE = "already-done"
    BREACH_CLOSED = "breach-closed"

    # The register as a whole.
    NOT_A_REGISTER = "not-a-register"
    REGISTER_EXISTS = "register-exists"
    SETTINGS_UNREADABLE = "settings-unreadable"
    CLOCK_BEHIND = "clock-behind"
    EVENT_TOO_LARGE = "event-too-large"
    DISK_FULL = "disk-full"
    LOG_BUSY = "log-busy"
    LOG_VERSION = "log-version"
    LOG_DAMAGED = "log-damaged"
    VAULT_VERSION = "vault-version"
    VAULT_OF_ANOTHER_REGISTER = "vault-of-another-register"
    VAULT_DAMAGED = "vault-damaged"
    ROOT_KEY_MISSING = "root-key-missing"
    ROOT_KEY_UNREADABLE = "root-key-unreadable"
    ROOT_KEY_WRONG = "root-key-wrong"
    FILE_UNREADABLE = "file-unreadable"
    TEMPLATE_BROKEN = "template-broken"

    # What proves the log.
    NOTE_MALFORMED = "note-malformed"
    KEY_MALFORMED = "key-malformed"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_WRONG = "signature-wrong"
    PROOF_MALFORMED = "proof-malformed"
    PROOF_WRONG = "proof-wrong"
    CHECKPOINT_AHEAD = "checkpoint-ahead"
    LOG_FORKED = "log-forked"
    TIMESTAMP_MALFORMED = "timestamp-malformed"
    TIMESTAMP_WRONG = "timestamp-wrong"
    TIMESTAMP_REFUSED = "timestamp-refused"
    BUNDLE_MALFORMED = "bundle-malformed"

    # What was asked for.
    NOT_PERMITTED = "not-permitted"
    NOT_FOUND = "not-found"
    NOT_IN_HISTORY = "not-in-history"
    USAGE = "usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a problem lies: the parts that are known."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    position: int | None = None

    def __str__(self) -> str:
        """Give the parts in reading order, as in `shop.ndjson, line 7, field data.activities`."""
        parts = (
            self.file,
            f"line {self.line}" if self.line is not None else None,
            f"column {self.column}" if self.column is not None else None,
            f"field {self.field}" if self.field else None,
            f"position {self.position}" if self.position is not None else None,
        )
        return ", ".join(part for part in parts if part)


class Problem(Exception):  # noqa: N818 - the field's word, as in RFC 9457
    """What was wrong, where, and what to do about it.

    No text of a problem may hold a personal value or anything else that came in: `detail` and
    `advice` are built from our own words, from names that the register has published, and from
    positions. That is why problems are never made from another library's message.
    """

    def __init__(
        self, code: Code, detail: str, *, advice: str = "", where: Where | None = None
    ) -> None:
        """Make a problem.

        Args:
            code: The stable code.
            detail: What was wrong: one English sentence.
            advice: What to do: one English sentence, or nothing where there is nothing to do.
            where: Where it lies.
        """
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.advice = advice
        self.where = where or Where()

    def at(
        self,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
        position: int | None = None,
    ) -> "Problem":
        """Give the same problem with more of its place known; what is known already stays."""
        where = replace(
            self.where,
            file=self.where.file or file,
            line=self.where.line if self.where.line is not None else line,
            field=self.where.field or field,
            position=self.where.position if self.where.position is not None else position,
        )
        return Problem(self.code, self.detail, advice=self.advice, where=where)

    def __str__(self) -> str:
        """Give the whole as one line, code last."""
        place = f"{self.where}: " if str(self.where) else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{place}{self.detail}{advice} [{self.code}]"
