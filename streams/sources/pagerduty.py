"""PagerDuty's v3 webhooks (developer.pagerduty.com/docs/webhooks/v3-overview): incidents."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from models.delivery import Delivery
from models.errors import DeadLetterError, NotAuthenticError
from models.events import Incident
from models.source import Events, Headers, Source
from streams.bodies import misfit, read_json
from streams.signatures import require_secret, verify_hmac

STATUSES = {
    "incident.triggered": "opened",
    "incident.acknowledged": "acknowledged",
    "incident.resolved": "resolved",
    "incident.reopened": "reopened",
    "incident.unacknowledged": "reopened",  # nobody is at it any longer: open again, from its first opening
    "incident.priority_updated": "updated",
    "incident.service_updated": "updated",
}
IGNORED = frozenset(
    {
        "incident.action_invocation.created", "incident.action_invocation.terminated",
        "incident.action_invocation.updated", "incident.annotated", "incident.conference_bridge.updated",
        "incident.custom_field_values.updated", "incident.delegated", "incident.escalated",
        "incident.incident_type.changed", "incident.reassigned",
        "incident.responder.added", "incident.responder.replied", "incident.role.assigned", "incident.role.unassigned",
        "incident.status_update_published", "incident.task.completed",
        "incident.task.created", "incident.task.deleted", "incident.task.reassigned", "incident.task.reopened",
        "incident.task.updated", "incident.workflow.completed", "incident.workflow.started", "pagey.ping",
        "service.created", "service.custom_field_values.updated", "service.deleted", "service.updated",
    }
)  # fmt: skip


def verify(body: bytes, headers: Headers, secrets: Sequence[str]) -> None:
    """X-PagerDuty-Signature: `v1=` and a hex HMAC, several separated by commas while a secret rotates."""
    require_secret("pagerduty", secrets)
    parts = (part.strip() for part in headers.get("x-pagerduty-signature", "").split(","))
    given = [part.removeprefix("v1=") for part in parts if part.startswith("v1=")]
    if not given:
        raise NotAuthenticError("the header X-PagerDuty-Signature is missing", "use a v3 webhook subscription")
    verify_hmac(body, given, secrets)


def parse(delivery: Delivery) -> Events:
    """An incident's change; none for types that are known and not needed."""
    try:
        event = read_json(delivery.body)["event"]
        kind = event["event_type"]
        if kind in IGNORED:
            return []
        if kind not in STATUSES:
            raise DeadLetterError(f"PagerDuty's event {kind!r} is not known here", kind="unknown_type")
        return [_incident(event, STATUSES[kind])]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise DeadLetterError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DeadLetterError(misfit(error)) from None


def _incident(event: dict[str, Any], status: str) -> Incident:
    data = event["data"]
    service = data.get("service") or {}
    return Incident.model_validate(
        {
            "id": event["id"],
            "at": event["occurred_at"],
            "incident": data["id"],
            "status": status,
            "opened_at": None if status == "opened" else data.get("created_at"),
            "bindings": [f"pagerduty.com/service-id={service['id']}"] if service.get("id") else [],
            "severity": (data.get("priority") or {}).get("summary") or data.get("urgency"),
            "title": data.get("title"),
            "url": data.get("html_url"),
        }
    )


def _event(payload: Any) -> dict[str, Any]:
    event = payload.get("event") if isinstance(payload, dict) else None
    return event if isinstance(event, dict) else {}


def event_type(delivery: Delivery) -> str:
    return str(_event(read_json(delivery.body)).get("event_type", ""))


def delivery_id(headers: Headers, payload: Any, body: bytes) -> str:
    return str(_event(payload).get("id") or headers.get("x-webhook-id") or "")


def key(headers: Headers, payload: Any) -> str:
    """What happens to one incident stays in order."""
    data = _event(payload).get("data")
    return f"pagerduty/{data.get('id', '') if isinstance(data, dict) else ''}"


SETUP = """
1. In PagerDuty open Integrations → Generic Webhooks (v3) → New Webhook.
2. Webhook URL `{url}/webhooks/pagerduty`, scope: the account, or the services you want.
3. Events: incident.triggered, incident.acknowledged, incident.resolved, incident.reopened, incident.priority_updated,
   incident.service_updated.
4. PagerDuty shows the secret once: give it to the receiver as `LEADLINE_SECRET_PAGERDUTY`.
5. In the catalog, give each component the annotation `pagerduty.com/service-id`.

Try it from a shell:

    body='{"event":{"id":"1","event_type":"pagey.ping","occurred_at":"2026-01-01T00:00:00Z","data":{}}}'
    sig=$(printf %s "$body" | openssl dgst -sha256 -hmac "$LEADLINE_SECRET_PAGERDUTY" | sed 's/.* //')
    curl -i {url}/webhooks/pagerduty -H 'Content-Type: application/json' \\
      -H "X-PagerDuty-Signature: v1=$sig" -d "$body"
"""

SOURCE = Source(
    name="pagerduty",
    verify=verify,
    delivery_id=delivery_id,
    key=key,
    parse=parse,
    event_type=event_type,
    kept_headers=frozenset(),
    setup=SETUP,
)
