"""Operations on the site's documents."""

# Made from the module of the same name in uppzy/aio by tools/make_sync.py.

from __future__ import annotations

from uppzy._sources import described
from uppzy._uploads import uploaded
from uppzy._wait import waited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from uppzy import _native
    from uppzy._native import Document, Listing, OpenObject
    from uppzy._types import DocumentStatus, OnUploadProgress, Query, UploadSource


class Documents:
    """Operations on the site's documents: what the assistant knows.

    From ``client.documents``. The vendor documents what is sent to create a document, and that the
    answer has its id; keep that id, since the API knows no other way to find a document again.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Documents) -> None:
        self._native = native

    def list(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Listing[Document]:
        """Lists documents.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return waited(self._native.list(query, timeout, retry_unknown))

    def upload(
        self,
        source: UploadSource,
        *,
        file_name: str | None = None,
        content_type: str | None = None,
        length: int | None = None,
        on_progress: OnUploadProgress | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Document:
        """Uploads a file as a document. Read as it is sent, never whole in memory.

        Args:
            source: A path, bytes, a file opened in binary mode, or an iterator of bytes. What can be
                read only once is not sent again when an attempt fails.
            file_name: The name that the server sees. Default: that of the path or file; needed for
                bytes and iterators.
            content_type: Default: the one that the name's extension tells.
            length: Bytes that an iterator will give, if known: the server can then refuse at once.
            on_progress: Called with an :class:`uppzy.UploadProgress` as bytes are sent.
            timeout: Seconds for the whole call. Default: the client's ``upload_timeout``, 300 s.
            retry_unknown: Repeat even where the document may then be there twice.

        Raises:
            FileReadError: The file cannot be read, or changes meanwhile.
            PayloadTooLargeError: The server refuses its size.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        kind, content, length, file_name = described(source, length, file_name)
        upload = self._native.upload(
            kind, content, length, file_name, content_type, timeout, retry_unknown
        )
        return uploaded(upload, source, on_progress)

    def create_text(
        self,
        *,
        title: str,
        content: str,
        category: str | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Document:
        """Creates a document from text. A second call makes a second document.

        Args:
            title: The title.
            content: The text.
            category: The category, such as ``support``.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where the document may then be there twice.

        Raises:
            InvalidInputError: An argument is empty.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return waited(self._native.create_text(title, content, category, timeout, retry_unknown))

    def create_qa(
        self,
        *,
        title: str,
        question: str,
        answer: str,
        category: str | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Document:
        """Creates a question with its answer. A second call makes a second document.

        Args:
            title: The title.
            question: The question that users ask.
            answer: The answer to give.
            category: The category, such as ``faq``.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where the document may then be there twice.

        Raises:
            InvalidInputError: An argument is empty.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return waited(
            self._native.create_qa(title, question, answer, category, timeout, retry_unknown)
        )

    def update(
        self,
        document_id: str,
        patch: Mapping[str, Any],
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Document:
        """Changes a document.

        Args:
            document_id: The document.
            patch: The fields to change with their new values, passed on as they are.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat sets the same values.

        Raises:
            InvalidInputError: The patch is empty.
            NotFoundError: There is no such document on this site.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return waited(self._native.update(document_id, patch, timeout, retry_unknown))

    def set_status(
        self,
        ids: Iterable[str],
        status: DocumentStatus,
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Activates documents, or makes drafts of them: only active ones take part in answers.

        Args:
            ids: The documents.
            status: ``active`` or ``draft``.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat sets the same status.

        Raises:
            InvalidInputError: There are no ids, or an empty one, or the status is empty.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return waited(self._native.set_status(ids, status, timeout, retry_unknown))

    def delete(
        self,
        ids: Iterable[str],
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Deletes documents.

        Args:
            ids: The documents.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat finds the documents gone.

        Raises:
            InvalidInputError: There are no ids, or an empty one.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return waited(self._native.delete(ids, timeout, retry_unknown))
