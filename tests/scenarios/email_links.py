"""E-mails as the platform would write them: whom they go to, with which link and words."""

from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.errors import Text
from backend.core.events.log import EVENT


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail to one address: its text in English, whatever language it goes out in."""

    address: str
    link: str
    text: str
    language: str


async def emails(app: FastAPI, event_type: str, address: str | None = None) -> list[Email]:
    """Return what is due now of all events of a kind, to one address or to any, oldest first."""
    template = app.state.registry.emails[event_type]
    settings = app.state.settings
    found = []
    async with app.state.database.read() as session:
        events = (await session.execute(sa.select(EVENT).where(EVENT.c.type == event_type).order_by(EVENT.c.id))).all()
        for event in events:
            for one in await template.recipients(session, settings, event):
                said: list[Text] = [template.subject, *template.paragraphs, template.action]
                for text in said:
                    text.say("zh", one.facts)
                written = "\n".join(text.say("en", one.facts) for text in said)
                found.append(Email(one.address, one.link, written, one.language))
    return [one for one in found if address in (None, one.address)]


async def confirmation_link(app: FastAPI, address: str) -> str:
    """Return the latest link that confirms the address."""
    return (await emails(app, "account.email_confirmation_asked", address))[-1].link
