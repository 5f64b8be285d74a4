"""PagerDuty as a sender: its v3 webhooks."""

from datetime import datetime
from typing import Any

from streams.simulator.ledger import Incident
from streams.simulator.outbox import Outbox, zulu

SITE, API = "https://acme.pagerduty.com", "https://api.pagerduty.com"
EVENT = {
    "opened": ("incident.triggered", "triggered"),
    "acknowledged": ("incident.acknowledged", "acknowledged"),
    "resolved": ("incident.resolved", "resolved"),
    "reopened": ("incident.reopened", "triggered"),
}
"""Our word for a change → PagerDuty's event type, and the incident's status afterwards."""


class PagerdutyHost:
    """Writes incidents of services that PagerDuty knows by an id of its own."""

    def __init__(self, outbox: Outbox, service_ids: dict[str, str]) -> None:
        self._outbox = outbox
        self._service_ids = service_ids
        self._webhook = outbox.uuid()

    def incident(self, incident: Incident, at: datetime, status: str) -> None:
        """An incident changed: opened | acknowledged | resolved | reopened."""
        event_type, state = EVENT[status]
        (service,) = incident.services
        number = self._service_ids[service]
        data: dict[str, Any] = {
            "id": incident.incident,
            "type": "incident",
            "self": f"{API}/incidents/{incident.incident}",
            "html_url": f"{SITE}/incidents/{incident.incident}",
            "number": incident.number,
            "status": state,
            "incident_key": f"{service}/{incident.number}",
            "created_at": zulu(incident.changes[0][0]),
            "title": incident.title,
            "service": {
                "html_url": f"{SITE}/services/{number}",
                "id": number,
                "self": f"{API}/services/{number}",
                "summary": service,
                "type": "service_reference",
            },
            "assignees": [],
            "escalation_policy": None,
            "teams": [],
            "priority": None,
            "urgency": "high",
            "conference_bridge": None,
            "resolve_reason": None,
        }
        event_id = self._outbox.uuid()
        event = {
            "id": event_id,
            "event_type": event_type,
            "resource_type": "incident",
            "occurred_at": zulu(at),
            "agent": None,
            "client": None,
            "data": data,
        }
        headers = {"user-agent": "PagerDuty-Webhook/V3.0", "x-webhook-id": self._webhook}
        self._outbox.send("pagerduty", event_type, event_id, at, headers, {"event": event})
