"""What happens to webhooks, as events."""

from backend.core.events.domain_event import EventPayload
from backend.delivery.webhooks.codes import DisabledBecause


class WebhookEvent(EventPayload, audience="the organisation's members", unnotified="members see it where they did it"):
    """Something happened to a webhook."""


class WebhookMade(WebhookEvent, name="webhook.made"):
    """A webhook was made."""


class WebhookChanged(WebhookEvent, name="webhook.changed"):
    """A webhook was changed."""


class WebhookVerified(WebhookEvent, name="webhook.verified"):
    """A webhook's address has answered with its token."""


class WebhookSecretRenewed(WebhookEvent, name="webhook.secret_renewed"):
    """A webhook has another secret."""


class WebhookRemoved(WebhookEvent, name="webhook.removed"):
    """A webhook was taken away."""


class WebhookDisabled(EventPayload, name="webhook.disabled", audience="the organisation's members"):
    """A webhook is sent nothing any more."""

    because: DisabledBecause


class WebhookSecretsKnown(EventPayload, name="webhook.secrets_known", audience="the organisation's members"):
    """Somebody who left, or is an owner no longer, may know the secrets of the organisation's webhooks."""
