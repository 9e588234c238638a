"""Small workbooks and archives, made byte by byte where no library writes them."""

import io
import struct
import zipfile
from collections.abc import Sequence

SECTOR = 512
END = 0xFFFFFFFE
FAT = 0xFFFFFFFD
FREE = 0xFFFFFFFF
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def record(kind: int, data: bytes) -> bytes:
    """Return a BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def compound(name: str, stream: bytes) -> bytes:
    """Return a compound file with one stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    tables = -(-(sectors + 1 + 128) // 127)
    first = tables + 1
    chain = [*[FAT] * tables, END, *range(first + 1, first + sectors), END]
    fat = struct.pack(f"<{128 * tables}I", *chain, *[FREE] * (128 * tables - len(chain)))
    entries = b""
    for title, sort, start, size, child in (("Root Entry", 5, END, 0, 1), (name, 2, first, len(stream), FREE)):
        written = (title + "\0").encode("utf-16-le")
        entries += written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), sort, 1, FREE, FREE, child)
        entries += b"\0" * 36 + struct.pack("<IQ", start, size)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 10 + struct.pack("<IIIIIIII", tables, tables, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    return head + fat + entries.ljust(SECTOR, b"\0") + stream


def shared_text(text: str) -> bytes:
    """Return the record of a workbook's one shared text, continued as often as it must be."""
    pieces = [text[at : at + 8_000].encode("latin-1") for at in range(0, len(text), 8_000)]
    head = struct.pack("<IIHB", 1, 1, len(text), 0)
    return record(0x00FC, head + pieces[0]) + b"".join(record(0x003C, b"\0" + piece) for piece in pieces[1:])


def xls(rows: Sequence[Sequence[str | int]], *, claims: tuple[int, int] | None = None, shared: str = "") -> bytes:
    """Return an Excel 97 workbook with the rows.

    `claims` are the rows and columns that it says it has. With a `shared` text each number stands for that text.
    """
    most = claims or (len(rows), max(map(len, rows), default=0))
    cells = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    cells += record(0x0200, struct.pack("<IIHHH", 0, most[0], 0, most[1], 0))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHH", r, c, 0) + text)
            elif shared:
                cells += record(0x00FD, struct.pack("<HHHI", r, c, 0, cell))
            else:
                cells += record(0x0203, struct.pack("<HHHd", r, c, 0, cell))
    cells += record(0x000A, b"")
    title = struct.pack("<BB", 1, 1) + "S".encode("utf-16-le")
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    texts = shared_text(shared) if shared else b""
    at = len(begin) + 4 + 6 + len(title) + len(texts) + 4
    sheet = record(0x0085, struct.pack("<IBB", at, 0, 0) + title)
    return compound("Workbook", begin + sheet + texts + record(0x000A, b"") + cells)


def ods(table: str) -> bytes:
    """Return an OpenDocument spreadsheet with the rows as XML."""
    file = io.BytesIO()
    content = f"<office:document-content {ODS_NAMES}><office:body><office:spreadsheet><table:table>{table}"
    content += "</table:table></office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", ODS)
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def ods_row(*cells: str, **repeated: int) -> str:
    """Return a row of texts."""
    times = "".join(f' table:number-{name}-repeated="{n}"' for name, n in repeated.items())
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells
    )
    return f"<table:table-row{times}>{inner}</table:table-row>"


def archive(**files: bytes | str) -> bytes:
    """Return a ZIP of the files; `__` in a name stands for the dot."""
    return zipped([(name.replace("__", "."), content) for name, content in files.items()])


def zipped(files: Sequence[tuple[str, bytes | str]]) -> bytes:
    """Return a ZIP of the files in their order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(name, content)
    return file.getvalue()
