"""Why a file is not kept, or not given."""

from backend.core.errors import Malformed, NotFound, Text, TooLarge, Unavailable


class NoSuchFile(NotFound):
    """There is no such file, or the caller may not read it."""

    code = "file_not_found"
    title = Text("没有该文件", "There is no such file")


class FileTypeNotAccepted(Malformed):
    """The content is of a type that is not kept; a file's name does not count."""

    code = "file_type_not_accepted"
    title = Text("不接受这种文件", "Files of this type are not accepted")
    detail = Text("内容是 {found}；可接受：{accepted}。", "It holds {found}. Accepted are: {accepted}.")
    cure = Text("请转换为所列格式之一，例如 PDF，再上传。", "Convert it to one of these, such as PDF, and send that.")


class FileWithoutContent(Malformed):
    """The file has no bytes."""

    code = "file_without_content"
    title = Text("文件为空", "The file is empty")
    cure = Text("请核对文件后重新上传。", "Check the file and send it again.")


class FileNotWhole(Malformed):
    """The file begins as one of the accepted types and cannot be read to its end."""

    code = "file_not_whole"
    title = Text("文件不完整或已损坏", "The file is incomplete or damaged")
    detail = Text("按 {form} 无法读到结尾。", "It cannot be read to its end as {form}.")
    cure = Text("请打开核对、重新保存后再上传。", "Open it, check it, save it anew and send that.")


class FileTwoInOne(Malformed):
    """The same bytes can be read as two different documents, so that nobody can say what was shown to whom."""

    code = "file_two_in_one"
    title = Text("同一文件可读作两种内容", "The file can be read in two ways")
    detail = Text("既可作 {form}，又可作 {other}。", "It can be read as {form} and as {other}.")
    cure = Text("请分别上传各自的文件。", "Send each document as a file of its own.")


class FileUnpacksTooLarge(TooLarge):
    """The file is packed and grows beyond reason."""

    code = "file_unpacks_too_large"
    title = Text("文件解压后过大", "The file unpacks to too much")
    detail = Text(
        "解压后超过 {limit} 字节、压缩比异常，或部件多于 {members} 个。",
        "Unpacked it exceeds {limit} bytes, grows beyond reason, or has more than {members} parts.",
    )
    cure = Text("请另存为 PDF 后上传。", "Save it as PDF and send that.")


class Sha256Mismatch(Malformed):
    """The bytes that arrived are not those that the sender hashed."""

    code = "sha256_mismatch"
    title = Text("SHA-256 不符", "The SHA-256 does not fit")
    detail = Text("收到内容的 SHA-256 为 {actual}。", "What arrived has the SHA-256 {actual}.")
    cure = Text("传输可能有误，请重新上传。", "It may have been altered on the way: send it again.")


class FileContentMissing(Unavailable):
    """The file is on record, but its bytes are not in the store; the platform's staff are told by its checks."""

    code = "file_content_missing"
    title = Text("暂时取不到文件内容", "The file's content is not there at present")
