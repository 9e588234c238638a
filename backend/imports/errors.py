"""Why a file is not taken at all. What is wrong with single rows is in the import's report."""

from backend.core.errors import Conflict, Malformed, Text, TooLarge


class NotReadable(Malformed):
    """The file is neither a text table (CSV) nor an Excel workbook (XLSX)."""

    code = "file_not_readable"
    title = Text("无法识别的文件", "The file is not a table")
    detail = Text("文件内容是 {found}，不是 CSV 或 XLSX。", "The file holds {found}, not CSV or XLSX.")
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


class MappingWrong(Malformed):
    """The mapping in the request is not a JSON object of headings in the file and fields of this kind."""

    code = "mapping_wrong"
    title = Text("mapping 不正确", "The mapping is wrong")


class NoLongerRunning(Conflict):
    """The import has ended already; there is nothing left to cancel."""

    code = "import_ended"
    title = Text("导入已结束", "The import has ended already")
    detail = Text("当前状态为 {status}。", "Its status is {status}.")
