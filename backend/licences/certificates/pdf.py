"""The layout of the licence certificate: its parts, rows and columns; margins and typeface are `paper.py`'s."""

from datetime import date
from typing import Final

from backend.core.clock import CHINA
from backend.core.documents.paper import BLUE, GREY, LEFT, LINE, RED, SMALL, WIDTH, Colour, Language, Paper
from backend.core.errors import Text
from backend.licences.certificates import wording as words
from backend.licences.certificates.content import (
    Certificate,
    CertificateStatus,
    CertifiedParty,
    certificate_hash,
    check_url,
)
from backend.reference.lists import label
from backend.rights.codes import LicenceType

WHITE: Final[Colour] = (255, 255, 255)
STATUS_COLOURS: Final[dict[CertificateStatus, Colour]] = {
    CertificateStatus.VALID: (22, 110, 62),
    CertificateStatus.CONTESTED: (166, 92, 0),
}
AMOUNTS: Final = 36.0
DAYS, STEPS, SUMS, GAP = 24.0, 52.0, 28.0, 4.0
QR: Final = 36.0
HASH_SIZE: Final = 8.0


def certificate_pdf(certificate: Certificate, language: Language) -> bytes:
    """Return the certificate as PDF with the labels of `language` first; it computes for some tenths of a second."""
    mark = words.DEMONSTRATION if certificate.is_demonstration else None
    first, second = words.MADE_UP if language == "zh" else reversed(words.MADE_UP)
    paper = Paper(language, foot=certificate.licence_id, mark=mark, under_mark=f"{first} · {second}")
    paper.describe(
        title=f"{paper.both(_title(certificate))} · {certificate.licence_id}",
        author=words.AUTHOR,
        subject=certificate.patent.title,
        made_at=certificate.issued_at,
    )
    paper.add_page()
    for part in (_head, _patent, _parties, _licence, _fees, _chain, _check):
        part(paper, certificate)
    return bytes(paper.output())


def _title(certificate: Certificate) -> Text:
    return words.TITLE if certificate.type is LicenceType.OPEN else words.CONTRACT_TITLE


def _head(paper: Paper, certificate: Certificate) -> None:
    y = paper.get_y()
    paper.put(paper.text_of(_title(certificate)), LEFT, y + 8, 21, BLUE)
    paper.put(paper.besides(_title(certificate)), LEFT, y + 15, 11, GREY)
    status = paper.both(words.STATUS[certificate.status])
    wide = paper.width(status, 11) + 8
    paper.set_fill_color(STATUS_COLOURS.get(certificate.status, RED))
    paper.rect(LEFT + WIDTH - wide, y + 9, wide, 8, style="F", round_corners=True, corner_radius=1.5)
    paper.put(status, LEFT + WIDTH - wide, y + 14.3, 11, WHITE, across=wide)
    paper.set_y(y + 20)
    paper.rule(BLUE, 0.4)
    paper.row(words.LICENCE_ID, [certificate.licence_id])
    paper.row(words.ISSUED_AT, [f"{certificate.issued_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S} UTC+8"])


def _patent(paper: Paper, certificate: Certificate) -> None:
    patent = certificate.patent
    paper.section(words.PATENT)
    paper.row(words.PATENT_TITLE, [patent.title])
    if patent.title_en:
        paper.row(words.PATENT_TITLE_EN, [patent.title_en])
    paper.row(words.APPLICATION_NUMBER, _if_stated(patent.application_number))
    paper.row(words.GRANT_NUMBER, _if_stated(patent.grant_number))
    if patent.kind:
        kind = Text(*(label("patent-kinds", patent.kind, language) for language in ("zh", "en")))
        paper.row(words.KIND, [paper.both(kind)])
    paper.row(words.MAIN_IPC, _if_stated(patent.main_ipc))
    paper.row(words.FILING_DATE, _day(patent.filing_date))
    paper.row(words.GRANT_DATE, _day(patent.grant_date))
    paper.row(words.EXPIRY_DATE, _day(patent.expiry_date))


def _parties(paper: Paper, certificate: Certificate) -> None:
    paper.section(words.PARTIES)
    for party in certificate.licensors:
        _side(paper, words.LICENSORS, party)
    if not certificate.licensors:
        paper.row(words.LICENSORS, [])
    _side(paper, words.LICENSEE, certificate.licensee)
    paper.row(words.COUNTRY, [_place(paper, certificate.licensee.country)])


def _side(paper: Paper, name: Text, party: CertifiedParty) -> None:
    """Write a side in rows of their own, so that no name can say that it is verified."""
    paper.row(name, [party.name])
    if party.credit_code:
        paper.row(words.CREDIT_CODE, [party.credit_code])
    paper.row(words.VERIFICATION, [paper.both(words.VERIFIED if party.verified else words.UNVERIFIED)])


def _licence(paper: Paper, certificate: Certificate) -> None:
    paper.section(words.LICENCE)
    kind = words.TYPES[certificate.type]
    paper.row(words.TYPE, [paper.text_of(kind), paper.besides(kind)])
    paper.row(words.SUB_LICENSING, [paper.both(words.YES if certificate.sub_licensing else words.NO)])
    if certificate.declaration:
        paper.row(words.DECLARATION, _if_stated(certificate.declaration.number))
        paper.row(words.ANNOUNCED_ON, _day(certificate.declaration.announced_on))
    if certificate.contract:
        paper.row(words.CONTRACT, _if_stated(certificate.contract.number))
        paper.row(words.SIGNED_ON, _day(certificate.contract.signed_on))
    paper.row(words.TERRITORY, [_place(paper, certificate.territory)])
    paper.row(words.EFFECTIVE_ON, _day(certificate.effective_on))
    paper.row(words.STARTS_ON, _day(certificate.starts_on))
    paper.row(words.ENDS_ON, _day(certificate.ends_on) or [paper.both(words.AS_LONG_AS_THE_PATENT)])


def _fees(paper: Paper, certificate: Certificate) -> None:
    paper.section(words.FEES)
    for fee in certificate.fees:
        amount = _yuan(fee.amount_fen)
        paper.cells([(0, WIDTH - AMOUNTS, Text(fee.zh, fee.en)), (WIDTH - AMOUNTS, AMOUNTS, amount)])


def _chain(paper: Paper, certificate: Certificate) -> None:
    paper.section(words.CHAIN)
    for event in certificate.chain:
        paper.cells(
            [
                (0, DAYS, event.day.isoformat()),
                (DAYS, STEPS, words.STEPS[event.step]),
                (DAYS + STEPS, SUMS, _yuan(event.amount_fen)),
                (DAYS + STEPS + SUMS + GAP, WIDTH - DAYS - STEPS - SUMS - GAP, event.reference or ""),
            ]
        )


def _check(paper: Paper, certificate: Certificate) -> None:
    address = check_url(certificate)
    lines = paper.lines(address, WIDTH - QR - 6, 9)
    paper.room(52 + LINE * len(lines))
    paper.section(words.CHECK)
    paper.down(2)
    top = paper.get_y()
    paper.qr(address, LEFT + WIDTH - QR, top, QR)
    _fact(paper, words.HASH, [certificate_hash(certificate)], "Courier")
    _fact(paper, words.TERMS_HASH, [certificate.terms_hash], "Courier")
    _fact(paper, words.TERMS_VERSION, [str(certificate.terms_version)], "sans")
    begin = paper.get_y()
    _fact(paper, words.CHECK_URL, lines, "sans")
    paper.link(LEFT, begin, WIDTH - QR - 6, paper.get_y() - begin, address)
    paper.set_y(max(paper.get_y(), top + QR) + 2)
    for note in (words.NOTE, *([words.UNDRAWN] if paper.lacked_characters else [])):
        for line in (*paper.lines(paper.text_of(note), WIDTH, SMALL), *paper.lines(paper.besides(note), WIDTH, SMALL)):
            paper.room(4)
            paper.put(line, LEFT, paper.get_y() + 3, SMALL, GREY)
            paper.down(4)


def _fact(paper: Paper, name: Text, lines: list[str], font: str) -> None:
    """Write a label, and under it lines that stand beside the QR code."""
    wide = paper.put(paper.text_of(name), LEFT, paper.get_y() + 3, 8)
    paper.put(paper.besides(name), LEFT + wide + 2, paper.get_y() + 3, SMALL, GREY)
    paper.down(4)
    for line in lines:
        paper.put(line, LEFT, paper.get_y() + 3.4, HASH_SIZE if font == "Courier" else 9, font=font)
        paper.down(4.6)
    paper.down(1.2)


def _place(paper: Paper, place: str) -> str:
    return f"{paper.both(words.CHINA)} (CN)" if place == "CN" else place


def _if_stated(value: str | None) -> list[str]:
    return [value] if value else []


def _day(day: date | None) -> list[str]:
    return [day.isoformat()] if day else []


def _yuan(amount_fen: int | None) -> str:
    return "" if amount_fen is None else f"¥{amount_fen // 100:,}.{amount_fen % 100:02}"
