"""How each sender proves that a delivery is its own; done when it is sent, because some signatures age."""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from streams.simulator.outbox import SimDelivery


def sign(delivery: SimDelivery, secret: str) -> dict[str, str]:
    """The delivery's headers with its sender's proof. Raises KeyError for a source that isn't simulated."""
    return delivery.headers | SIGNERS[delivery.source](delivery, secret)


def secrets_from(environ: Mapping[str, str]) -> dict[str, str]:
    """Source → the newest of its secrets, from `LEADLINE_SECRET_<SOURCE>`; sources without one are left out."""
    found = {source: environ.get(variable(source), "").replace(",", "\n").split() for source in SIGNERS}
    return {source: secrets[0] for source, secrets in found.items() if secrets}


def variable(source: str) -> str:
    """The name of the environment variable that holds a source's secrets."""
    return f"LEADLINE_SECRET_{source.upper()}"


def _hmac(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def _github(delivery: SimDelivery, secret: str) -> dict[str, str]:
    return {"x-hub-signature-256": f"sha256={_hmac(delivery.body, secret)}"}


def _pagerduty(delivery: SimDelivery, secret: str) -> dict[str, str]:
    return {"x-pagerduty-signature": f"v1={_hmac(delivery.body, secret)}"}


def _events(delivery: SimDelivery, secret: str) -> dict[str, str]:
    """Standard Webhooks where the secret is one of theirs (`whsec_…`), else a bearer token."""
    if not secret.startswith("whsec_"):
        return {"authorization": f"Bearer {secret}"}
    now = datetime.now(UTC)
    signature = Webhook(secret).sign(delivery.delivery_id, now, delivery.body.decode())
    return {
        "webhook-id": delivery.delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


SIGNERS: dict[str, Callable[[SimDelivery, str], dict[str, str]]] = {
    "github": _github,
    "pagerduty": _pagerduty,
    "events": _events,
}
