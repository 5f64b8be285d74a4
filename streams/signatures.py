"""How senders prove themselves. All over raw bytes, constant-time, fail closed; no message ever holds a secret."""

import hmac
from collections.abc import Sequence

from standardwebhooks import Webhook, WebhookVerificationError

from models.errors import NotAuthenticError
from models.source import Headers


def require_secret(source: str, secrets: Sequence[str]) -> None:
    """Raises NotAuthenticError where no secret is configured: never open."""
    if not secrets:
        raise NotAuthenticError(
            f"no secret is configured for {source}", f"set LEADLINE_SECRET_{source.upper()} where the receiver runs"
        )


def hmac_sha256(body: bytes, secret: str) -> str:
    """Lower-case hex HMAC-SHA256."""
    return hmac.digest(secret.encode(), body, "sha256").hex()


def verify_hmac(body: bytes, given: Sequence[str], secrets: Sequence[str]) -> None:
    """Raises NotAuthenticError unless one of the hex signatures `given` is that of one of the secrets."""
    good = False
    for secret in secrets:
        wanted = hmac_sha256(body, secret).encode()
        for signature in given:
            good |= hmac.compare_digest(wanted, signature.encode("utf-8", "replace"))
    if not good:
        raise NotAuthenticError("the signature doesn't match the body", "give sender and receiver the same secret")


def verify_bearer(headers: Headers, secrets: Sequence[str]) -> None:
    """Raises NotAuthenticError unless `Authorization: Bearer` holds one of the secrets."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    good = False
    for secret in secrets:
        good |= hmac.compare_digest(secret.encode(), token.strip().encode("utf-8", "replace"))
    if scheme.lower() != "bearer" or not good:
        raise NotAuthenticError("the bearer token is missing or wrong", "send `Authorization: Bearer <secret>`")


def verify_standard_webhook(body: bytes, headers: Headers, secrets: Sequence[str]) -> None:
    """Raises NotAuthenticError unless a Standard Webhooks signature (standardwebhooks.com) of one secret holds.

    A secret is `whsec_` + base64, as Standard Webhooks has it.
    """
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return
    raise NotAuthenticError("the webhook signature doesn't match the body", "sign with the secret configured here")
