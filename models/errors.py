"""The errors that cross a folder's boundary. Each tells its reader what to do.

`DeadLetterError` and `TryAgainError` carry the whole error policy of the stream: a delivery that can't be
understood becomes a dead letter, a batch that can't be written now ends the process and comes again.
"""


class LeadlineError(Exception):
    """A failure that a person can act on: `message` says what is wrong, `hint` what to do. CLI exit code 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} — {self.hint}" if self.hint else self.message


class DeadLetterError(LeadlineError):
    """Raised by a source's `parse`: this delivery can't become events. Kept with its reason, replayable."""

    def __init__(self, reason: str, kind: str = "rejected") -> None:
        super().__init__(reason)
        self.kind = kind
        """`rejected` (a known type whose content is wrong) or `unknown_type`."""


class TryAgainError(LeadlineError):
    """The batch could not be written now; nothing was acknowledged, it comes again."""


class NotAuthenticError(LeadlineError):
    """Raised by a source's `verify`: no secret configured, no signature, or a wrong one. HTTP 401."""


class BadQueryError(LeadlineError):
    """A reader asked for something that doesn't exist; the message names the choices. HTTP 4xx, CLI exit 2."""

    def __init__(self, message: str, hint: str = "", status: int = 400) -> None:
        super().__init__(message, hint)
        self.status = status
