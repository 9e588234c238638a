"""What the API's description says of the platform and of each group of addresses."""

from typing import Final

TAGS: Final = {
    "sign-in": "Tokens and their end (RFC 6749, RFC 7009).",
    "own account": "One's own account: password, sign-ins, and the way back in.",
    "organisations": "Who is on the platform: registration, public pages, verification.",
    "members": "Invitations to an organisation, its members and their roles.",
    "api keys": "Keys for programs.",
    "parties": "Whoever can hold a patent, on the platform or not.",
    "patents": "One row per patent for everybody: register facts, holders, legal events, assessments, annuities.",
    "listings": "The transferable-patent database: what can be had, and on what footing.",
    "rights": "What burdens a patent, what may be done with it and why not, and consents.",
    "open licences": "Declared to everybody, priced for everybody, taken by notice and payment.",
    "licences": "Licences taken: certificate, recordal, royalties.",
    "search": "Searching what is listed, in Chinese and English.",
    "imports": "Registers uploaded as CSV or XLSX.",
    "jobs": "Long work: progress and results.",
    "statistics": "Figures.",
    "files": "Evidence and documents, read by whoever may see what they are attached to.",
    "inbox": "What happened to what an organisation has, told to its members.",
    "changes": "What happens, in one order without gaps: the public's, and a member's own besides.",
    "webhooks": "What happens, sent to an address of one's own, signed.",
    "reference": "Code lists with labels in Chinese and English.",
    "demonstration": "The demonstration's clock; elsewhere these addresses are 404.",
}
ABOUT: Final = "The backend of a marketplace where universities offer patents and enterprises find and license them."
