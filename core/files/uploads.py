"""What is refused before it is read: more than one form may hold, and names that climb out of a folder."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

# What a form may hold besides its file.
REST_OF_FORM = 1024 * 1024  # bytes


class UploadTooBig(RequestDataTooBig):
    """The request says that it is larger than a file may be; not a byte of the file was read."""

    @property
    def limit(self) -> int:
        return int(settings.UPLOAD_MAX_BYTES)


class RefuseTooLarge(FileUploadHandler):
    """The first upload handler: looks at the declared size and passes everything else on.

    Django bounds the questions of a form (DATA_UPLOAD_MAX_MEMORY_SIZE) and not its files: without this a
    file of 2 GB is written to the disk before any form can refuse it.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.UPLOAD_MAX_BYTES + REST_OF_FORM:
            raise UploadTooBig("The request is larger than a file may be.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class NamesAsSent(MultiPartParser):
    """Django's parser, except that a name which climbed out of its folder still shows that it did."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        name = super().sanitize_file_name(file_name)
        parts = file_name.replace("\\", "/").split("/")
        return f"..{name}" if name and ".." in parts else name
