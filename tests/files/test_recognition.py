"""A file is what its content says; what is none of the accepted, or two of them at once, is refused."""

import io

import pytest

from backend.core.errors import Problem
from backend.files.errors import FileNotWhole, FileTwoInOne, FileTypeNotAccepted, FileUnpacksTooLarge
from backend.files.recognition import recognised
from backend.files.rules import LONGEST_NAME, LONGEST_NAME_BYTES, Form, defused, disposition
from tests import hostile_archives
from tests.scenarios.files import docx, jpeg, ofd, packed, pdf, png, tiff, xlsx

LIES = (10).to_bytes(4, "little")


def form_of(content: bytes) -> Form:
    return recognised(io.BytesIO(content))


def named(value: object) -> str | None:
    """Contents are made anew each time, and all processes of a test run must name their tests alike."""
    return "" if isinstance(value, bytes) else None


def refusal_of(content: bytes) -> type[Problem]:
    with pytest.raises(Problem) as refused:
        form_of(content)
    return refused.type


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (pdf(), Form.PDF),
        (png(), Form.PNG),
        (jpeg(), Form.JPEG),
        (tiff(), Form.TIFF),
        (b"MM\0*\0\0\0\x08\0\x01" + bytes(12), Form.TIFF),
        (b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x01" + bytes(27), Form.TIFF),
        (jpeg() + bytes(300), Form.JPEG),
        (jpeg() + jpeg() + b"SEFT", Form.JPEG),
        (png() + b"\n", Form.PNG),
        (pdf() + b"3 0 obj<</Type/EmbeddedFile>>stream\n" + pdf() + b"endstream\n%%EOF", Form.PDF),
        (docx(), Form.DOCX),
        (xlsx(), Form.XLSX),
        (ofd(), Form.OFD),
        ("许可使用费：壹万元\n".encode(), Form.TEXT),
        (b"\xef\xbb\xbfwith a mark\r\n\tand a tab", Form.TEXT),
        (b"a < b, and b > c", Form.TEXT),
    ],
    ids=named,
)
def test_each_accepted_form_is_recognised_by_its_content(content: bytes, form: Form) -> None:
    assert form_of(content) is form


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\n  <html><body onload=alert(1)>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<?xml version='1.0'?><svg/>",
        b" " * 5_000 + b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf" + b"\r\n" * 200_000 + b"<script>alert(1)</script>",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01\0",
        b"GIF89a\x01\0\x01\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        "许可".encode("gb18030"),
        "许可".encode("utf-16"),
        b"text with\0a zero",
        b"text with \x1b[31m a terminal's command",
        "半个".encode()[:-1],
        packed("a.txt"),
        packed("word/document.xml"),
        docx(**{"word/vbaProject.bin": b"macros"}),
    ],
    ids=named,
)
def test_what_is_none_of_them_is_refused(content: bytes) -> None:
    assert refusal_of(content) is FileTypeNotAccepted


@pytest.mark.parametrize(
    "content",
    [
        pdf()[:60],
        png()[:40],
        docx()[:-5],
        docx()[:40],
        xlsx() + b"more behind it",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff" + b"MZ\x90" * 10,
        b"\xff\xd8\xff\xd9",
        jpeg()[:-2],
        b"II*\0",
        tiff()[:20],
        b"II*\0\x08\0\0\0\0\0\0\0\0\0",
        png() + b"<html><script>alert(1)</script>",
        jpeg() + b"<html><script>alert(1)</script>",
    ],
    ids=named,
)
def test_half_a_file_is_refused(content: bytes) -> None:
    assert refusal_of(content) is FileNotWhole


@pytest.mark.parametrize(
    "content",
    [
        pdf() + docx(),
        png() + packed("a.txt"),
        jpeg()[:-2] + pdf(),
        pdf() + docx() + b"\n%%EOF\n",
        jpeg() + packed("a.txt") + bytes(300),
        pdf() + pdf(),
        docx() + docx(),
        packed("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"),
        b"a text\n" + pdf(),
        b"a text\n" + docx(),
        packed("[Content_Types].xml", "word/document.xml", "WORD/document.xml"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(content: bytes) -> None:
    assert refusal_of(content) in (FileTwoInOne, FileTypeNotAccepted)


def test_a_document_that_unpacks_to_too_much_is_refused_unread() -> None:
    bomb = docx(**{"word/media/a.xml": bytes(100 << 20)})
    assert len(bomb) < 200_000
    assert refusal_of(bomb) is FileUnpacksTooLarge


def test_a_document_that_lies_about_its_size_is_refused() -> None:
    size = 100 << 20
    bomb = docx(**{"word/media/a.xml": bytes(size)}).replace(size.to_bytes(4, "little"), LIES)
    assert refusal_of(bomb) is FileNotWhole


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (hostile_archives.crowded(40_000), FileUnpacksTooLarge),
        (hostile_archives.crowded(70_000, large=True), FileUnpacksTooLarge),
        (hostile_archives.claiming(5_000), FileNotWhole),
        (hostile_archives.claiming(1 << 58, large=True), FileUnpacksTooLarge),
        (hostile_archives.overlapping(b"x", ("[Content_Types].xml", "word/document.xml")), FileNotWhole),
    ],
    ids=named,
)
def test_a_documents_directory_is_measured_before_it_is_read(content: bytes, refusal: type[Problem]) -> None:
    assert refusal_of(content) is refusal


def test_a_document_of_very_many_parts_is_refused_before_they_are_listed() -> None:
    parts = {f"p{number}": b"" for number in range(5_001)}
    assert refusal_of(docx(**parts)) is FileUnpacksTooLarge


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\证据.PDF", "证据.PDF"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("\u200b\ufeff.pdf", "file.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("con.pdf", "_con.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("page.html", "page.html.pdf"),
    ],
)
def test_a_name_is_defused(name: str, kept: str) -> None:
    assert defused(name, Form.PDF) == kept


@pytest.mark.parametrize("name", ["长" * 500 + ".pdf", "x" * 500, "😀" * 300 + ".pdf"])
def test_a_long_name_is_cut_and_keeps_its_extension(name: str) -> None:
    kept = defused(name, Form.PDF)
    assert kept.endswith(".pdf")
    assert len(kept) <= LONGEST_NAME
    assert len(kept.encode()) <= LONGEST_NAME_BYTES


def test_a_name_is_sent_in_ascii_and_in_utf_8() -> None:
    said = disposition('证据 "1" 50%.pdf')
    assert said == "attachment; filename=\"__ _1_ 50_.pdf\"; filename*=UTF-8''%E8%AF%81%E6%8D%AE%20%221%22%2050%25.pdf"
