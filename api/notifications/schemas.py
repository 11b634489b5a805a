"""Webhooks and deliveries as the API takes and shows them."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, Field

from api.http.fields import NO_CONTROLS, Line
from runtime.notifications.webhooks import WebhookRequest
from storage.database.notifications.events import EventKind
from storage.database.notifications.webhooks import Delivery, Webhook

MOST_KINDS = len(get_args(EventKind))
State = Literal["waiting", "delivered", "given_up"]


class WebhookShape(BaseModel):
    """One address, without its secret."""

    id: int
    url: str
    kinds: list[EventKind]
    institution_id: int | None
    area: str | None
    made_at: datetime
    ended_at: datetime | None


class NewWebhook(BaseModel, extra="forbid"):
    """Where to send which events, of one institution, of one area, or of all."""

    url: str = Field(max_length=500, pattern=NO_CONTROLS, examples=["https://claims.example.org/xueshi"])
    kinds: list[EventKind] = Field(min_length=1, max_length=MOST_KINDS)
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None

    @property
    def wanted(self) -> WebhookRequest:
        """The same for whoever makes it."""
        return WebhookRequest(self.url, tuple(self.kinds), self.institution_id, self.area)


class MadeWebhook(WebhookShape):
    """The address with the secret that signs what is sent there; shown this once."""

    secret: str


class DeliveryShape(BaseModel):
    """One event for one address; ``token`` is the ``Xueshi-Delivery`` header, the same at every attempt."""

    id: int
    token: str
    webhook_id: int
    event_id: int
    state: State
    attempts: int
    due_at: datetime
    answer: str


def webhook_shape(found: Webhook) -> WebhookShape:
    """The address as the API shows it."""
    return WebhookShape.model_validate(
        {
            "id": found.id,
            "url": found.url,
            "kinds": found.kinds.split(","),
            "institution_id": found.institution_id,
            "area": found.area,
            "made_at": found.made_at,
            "ended_at": found.ended_at,
        }
    )


def delivery_shape(found: Delivery) -> DeliveryShape:
    """The delivery as the API shows it."""
    return DeliveryShape.model_validate(found, from_attributes=True)
