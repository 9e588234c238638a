"""Why a file is not taken at all. What is wrong with single rows is in the import's report."""

from backend.core.errors import Conflict, Malformed, Text, TooLarge, TooMany, Unavailable


class NotReadable(Malformed):
    """The file is in none of the forms that are read: a table, patent XML, JSON, or a ZIP of these."""

    code = "file_not_readable"
    title = Text("无法识别的文件", "The file is in no form that is read")
    detail = Text(
        "文件内容是 {found}，不是表格、专利 XML、JSON 或它们的 ZIP。",
        "The file holds {found}: no table, patent XML, JSON, or ZIP of these.",
    )
    cure = Text("请另存为 CSV（UTF-8）或 XLSX 后再上传。", "Save it as CSV (UTF-8) or XLSX and send that.")


class NotText(Malformed):
    """The file is written in none of the encodings that are read: UTF-8, GB18030, UTF-16 with a byte order mark."""

    code = "encoding_unknown"
    title = Text("无法识别文件编码", "The file's encoding is not known")
    cure = Text("请另存为 UTF-8 编码的 CSV 后再上传。", "Save it as CSV in UTF-8 and send that.")


class Damaged(Malformed):
    """The file begins as a workbook or table and cannot be read to its end."""

    code = "file_damaged"
    title = Text("文件已损坏", "The file is damaged")
    detail = Text("在第 {row} 行附近无法继续读取。", "It cannot be read on near row {row}.")
    cure = Text("请用表格软件打开、检查引号并重新保存。", "Check its quotes in a spreadsheet and save it again.")


class EmptyFile(Malformed):
    """The file holds no row with headings."""

    code = "file_empty"
    title = Text("文件中没有数据", "The file is empty")
    cure = Text("请上传第一行为列名的表格。", "Send a table whose first row holds the headings.")


class WorkbookTooLarge(TooLarge):
    """The workbook unpacks to more than is read at once; a CSV of the same rows has no such limit."""

    code = "workbook_too_large"
    title = Text("工作簿过大", "The workbook is too large")
    detail = Text("解压后超过 {limit} 字节或 {cells} 个单元格。", "Unpacked it exceeds {limit} bytes or {cells} cells.")
    cure = Text("请另存为 CSV（UTF-8）后上传。", "Save it as CSV (UTF-8) and send that.")


class EncodingMixed(Malformed):
    """Some lines of the file are written in UTF-8 and some in another encoding, as when two files were joined."""

    code = "encoding_mixed"
    title = Text("文件中混有两种编码", "Two encodings are mixed in the file")
    detail = Text("从第 {row} 行起编码不同。", "From line {row} on the encoding is another one.")
    cure = Text("请把各部分分别另存为 UTF-8 后再合并上传。", "Save each part as UTF-8, then join and send them.")


class DeclaresEntities(Malformed):
    """The XML file declares entities of its own; none is ever resolved."""

    code = "xml_entities_refused"
    title = Text("XML 文件声明了实体", "The XML file declares entities")
    cure = Text("请删去 DOCTYPE 中的 ENTITY 声明后再上传。", "Remove the ENTITY declarations from its DOCTYPE.")


class FormNotForKind(Malformed):
    """A file in this form does not tell what this kind of import needs."""

    code = "format_not_for_kind"
    title = Text("这种格式不能用于此类导入", "This form does not serve this kind of import")
    detail = Text("{form} 文件不含此类导入所需的内容。", "A {form} file does not tell what this kind needs.")
    cure = Text("请改用表格（CSV 或 XLSX）上传。", "Send a table (CSV or XLSX).")


class TooManyRows(TooLarge):
    """The file has more rows than one import takes."""

    code = "too_many_rows"
    title = Text("行数过多", "Too many rows")
    detail = Text("一次导入最多 {most} 行。", "One import takes at most {most} rows.")
    cure = Text("请分成几个文件上传。", "Split it into several files.")


class ArchiveTooLarge(TooLarge):
    """The archive holds too many files, or unpacks to more than is read."""

    code = "archive_too_large"
    title = Text("压缩包过大", "The archive is too large")
    detail = Text(
        "解压后超过 {limit} 字节、压缩比异常或文件多于 {members} 个。",
        "Unpacked it exceeds {limit} bytes, grows beyond reason, or holds more than {members} files.",
    )
    cure = Text("请分成几个压缩包，或直接上传 CSV。", "Split it, or send the CSV itself.")


class ArchiveUnsafe(Malformed):
    """A member's name leaves the archive, stands there twice, or is no plain file."""

    code = "archive_unsafe"
    title = Text("压缩包中的文件名不安全", "A name in the archive is not safe")
    detail = Text(
        "“{member}”指向压缩包之外、重复或不是普通文件。",
        "“{member}” leads out, is there twice, or is no plain file.",
    )
    cure = Text("请重新打包这些文件。", "Pack the files anew.")


class ArchiveNested(Malformed):
    """An archive within the archive."""

    code = "archive_nested"
    title = Text("压缩包中还有压缩包", "The archive holds another archive")
    detail = Text("“{member}”本身是压缩包。", "“{member}” is an archive itself.")
    cure = Text("请解开后把其中的文件直接打包。", "Unpack it and pack its files directly.")


class ArchiveEncrypted(Malformed):
    """A member of the archive is encrypted."""

    code = "archive_encrypted"
    title = Text("压缩包已加密", "The archive is encrypted")
    detail = Text("“{member}”需要密码。", "“{member}” needs a password.")
    cure = Text("请不设密码重新打包。", "Pack it without a password.")


class NothingInArchive(Malformed):
    """No file in the archive can be imported."""

    code = "archive_without_files"
    title = Text("压缩包中没有可导入的文件", "No file in the archive can be imported")
    detail = Text("已跳过：{skipped}。", "Skipped: {skipped}.")
    cure = Text("请打包 CSV、XLSX、专利 XML 或 JSON 文件。", "Pack CSV, XLSX, patent XML or JSON files.")


class ColumnsMissing(Malformed):
    """No column was recognised for something that every row needs."""

    code = "columns_missing"
    title = Text("缺少必需的列", "A required column is missing")
    detail = Text("没有识别到这些列：{missing}。", "No column was recognised for: {missing}.")
    cure = Text(
        "请补上该列，或在 mapping 中说明哪一列是它。", "Add the column, or say in `mapping` which heading means it."
    )


class ColumnTwice(Malformed):
    """Two columns of the file mean the same field, and only a person can say which one counts."""

    code = "columns_ambiguous"
    title = Text("两列含义相同", "Two columns mean the same field")
    detail = Text("这些列都表示 {field}：{headings}。", "These columns all mean {field}: {headings}.")
    cure = Text(
        "请在 mapping 中把不用的列设为 null，或删去一列。",
        "Set the one that shall not count to null in `mapping`, or remove it.",
    )


class HoldersUnread(Malformed):
    """The file names holders in a column that is not read, and whoever sends it is not taken for the holder instead."""

    code = "holders_not_understood"
    title = Text("没有识别出权利人所在的列", "It is not clear which column names the holders")
    detail = Text(
        "这些列似乎写明权利人，但未被读取：{headings}。",
        "These columns seem to speak of the holders and are not read: {headings}.",
    )
    cure = Text(
        "请在 mapping 中说明哪一列是 holders 或 applicants；不写名称的列可设为 null，名称请另列“专利权人”。",
        "Say in `mapping` which heading means `holders` or `applicants`. One that holds no names can be set to null; "
        "give the names in a column “holder” then.",
    )


class MappingWrong(Malformed):
    """The mapping in the request is not a JSON object of headings in the file and fields of this kind."""

    code = "mapping_wrong"
    title = Text("mapping 不正确", "The mapping is wrong")


class ImportsWaiting(TooMany):
    """The organisation has many imports that have not ended; more are taken once some of them have."""

    code = "too_many_imports_waiting"
    title = Text("贵机构尚有许多导入未完成", "Your organisation has many imports that have not ended")
    detail = Text("未完成的导入有 {waiting} 个。", "There are {waiting} of them.")
    cure = Text(
        "请待其完成或取消一些，再于 Retry-After 所示秒数后重试。",
        "Let some end or cancel some, and try again after the seconds in Retry-After.",
    )

    def __init__(self, waiting: int) -> None:
        super().__init__(headers={"Retry-After": "30"}, waiting=waiting)


class ImportBytesWaiting(TooMany):
    """The files of the organisation's imports that have not ended are large; more are taken once some have."""

    code = "import_bytes_waiting"
    title = Text("贵机构未完成的导入文件过大", "The files of your unfinished imports are large")
    detail = Text(
        "未完成的导入文件合计不得超过 {limit} 字节。",
        "Together the files of unfinished imports have {limit} bytes at most.",
    )
    cure = Text(
        "请待其完成或取消一些，再于 Retry-After 所示秒数后重试；通过核验的单位额度更高。",
        "Let some end or cancel some, and try again after the seconds in Retry-After."
        " Verified organisations have more.",
    )

    def __init__(self, limit: int) -> None:
        super().__init__(headers={"Retry-After": "30"}, limit=limit)


class ImportsFull(Unavailable):
    """Many imports of all organisations wait for their turn; more are taken once some have ended."""

    code = "imports_full"
    title = Text("等待处理的导入过多", "Too many imports wait for their turn")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "60"})


class NoLongerRunning(Conflict):
    """The import has ended already; there is nothing left to cancel."""

    code = "import_ended"
    title = Text("导入已结束", "The import has ended already")
    detail = Text("当前状态为 {status}。", "Its status is {status}.")
    cure = Text("无须取消；请读取该导入的结果。", "Nothing is left to cancel: read what the import did.")
