"""The private native layer. What is public of it is in :mod:`uppzy`."""

import datetime
from collections.abc import (
    Awaitable,
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from typing import Any, Generic, Literal, TypeVar, final, overload

from uppzy._types import (
    ConfidenceLevel,
    DocumentStatus,
    Event,
    Feedback,
    PollState,
    Query,
    RequestStatus,
)
from uppzy.errors import UppzyError

_Item = TypeVar("_Item", covariant=True)
_Result = TypeVar("_Result")
_Result_co = TypeVar("_Result_co", covariant=True)

__version__: str

@final
class Call(Generic[_Result_co]):
    """One call that was not made yet. Can be made once."""

    def wait(self) -> _Result_co: ...

@final
class Bridge:
    """The calls of one event loop."""

    def __new__(cls, with_descriptor: bool) -> Bridge: ...
    @property
    def is_stale(self) -> bool: ...
    @property
    def pending(self) -> int: ...
    def fileno(self) -> int | None: ...
    def start(self, call: Call[_Result], future: Awaitable[_Result]) -> int: ...
    def cancel(self, key: int) -> None: ...
    def drain(self) -> None: ...
    def wait(self, seconds: float) -> bool: ...

@final
class Stream:
    """Results that come one after the other. The work begins with the first ``next``."""

    def next(self) -> Call[list[Any] | None]: ...
    def close(self) -> None: ...

@final
class Events:
    """Events of a client."""

    @property
    def dropped(self) -> int: ...
    def next(self) -> Call[list[Any] | None]: ...
    def read(self) -> list[Event]: ...

@final
class Upload:
    """An upload. ``step`` says what comes next."""

    def step(self) -> Call[Literal[True] | tuple[int, int | None] | Document]: ...
    def give(self, content: bytes) -> None: ...
    def end(self) -> None: ...
    def fail(self, reason: str) -> None: ...
    def close(self) -> None: ...

@final
class LogReader:
    """Takes the events of all clients."""

    def __new__(cls) -> LogReader: ...
    def next(self, seconds: float) -> list[tuple[str, Event]] | None: ...
    def close(self) -> None: ...

@final
class ErrorDetails:
    """The error behind an exception."""

    def report(self) -> str: ...
    def queue_verdict(self) -> dict[str, Any]: ...

@final
class Clock:
    """Where clients take time and randomness from in tests."""

    @staticmethod
    def virtual_time(seed: int, silence: float | None = None) -> Clock: ...
    @staticmethod
    def manual(seed: int) -> Clock: ...
    def advance(self, seconds: float) -> None:
        """Moves the time forward by so many seconds."""

    def now(self) -> float:
        """The clock's present moment, in seconds since 1970."""

@final
class Pending:
    """A question that the server has accepted."""

    @property
    def request_id(self) -> str: ...
    @property
    def session_id(self) -> str: ...
    @property
    def submitted_at(self) -> datetime.datetime: ...
    @property
    def token(self) -> str: ...
    def result(self, timeout: float | None = None) -> Call[Answer]: ...
    def status(
        self, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> Call[ChatStatus]: ...
    def poll_once(
        self, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> Call[tuple[PollState, float | None, Answer | None, UppzyError | None]]: ...
    def states(self) -> Stream: ...

@final
class Tenant:
    """Operations on the tenant."""

    def get(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def limits(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def usage(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def usage_history(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def statistics(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...

@final
class Site:
    """Operations on the site."""

    def get(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def statistics(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def user_statistics(
        self, email: str, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def widget_config(
        self, timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...
    def update_widget_config(
        self, patch: Mapping[str, Any], timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...

@final
class Documents:
    """Operations on the site's documents."""

    def list(
        self, query: Query | None, timeout: float | None, retry_unknown: bool | None
    ) -> Call[Listing[Document]]: ...
    def upload(
        self,
        kind: str,
        content: Any,
        length: int | None,
        file_name: str | None,
        content_type: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Upload: ...
    def create_text(
        self,
        title: str,
        content: str,
        category: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Document]: ...
    def create_qa(
        self,
        title: str,
        question: str,
        answer: str,
        category: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Document]: ...
    def update(
        self,
        document_id: str,
        patch: Mapping[str, Any],
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Document]: ...
    def set_status(
        self,
        ids: Iterable[str],
        status: DocumentStatus,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[OpenObject]: ...
    def delete(
        self, ids: Iterable[str], timeout: float | None, retry_unknown: bool | None
    ) -> Call[OpenObject]: ...

@final
class Chat:
    """Questions and answers."""

    def ask(
        self,
        message: str,
        session_id: str,
        email: str | None,
        response_language: str | None,
        resume_token: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Answer]: ...
    def ask_with_fallback(
        self,
        message: str,
        session_id: str,
        fallback: str,
        email: str | None,
        response_language: str | None,
        resume_token: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Answer]: ...
    def send(
        self,
        message: str,
        session_id: str,
        email: str | None,
        response_language: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Answer]: ...
    def submit(
        self,
        message: str,
        session_id: str,
        email: str | None,
        response_language: str | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Pending]: ...
    def status(
        self, request_id: str, timeout: float | None, retry_unknown: bool | None
    ) -> Call[ChatStatus]: ...
    def resume(self, token: str) -> Pending: ...
    def poll_once(
        self, token: str, timeout: float | None, retry_unknown: bool | None
    ) -> Call[tuple[PollState, float | None, Answer | None, UppzyError | None]]: ...
    def feedback(
        self,
        session_id: str,
        request_id: str,
        feedback: Feedback,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[FeedbackReceipt]: ...
    def ask_many(
        self,
        questions: Sequence[ChatRequest],
        concurrency: int,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Stream: ...
    def wait_many(
        self, tokens: Iterable[str], timeout: float | None, retry_unknown: bool | None
    ) -> Stream: ...

@final
class Sessions:
    """Operations on sessions."""

    def list(
        self,
        email: str | None,
        query: Query | None,
        timeout: float | None,
        retry_unknown: bool | None,
    ) -> Call[Listing[Session]]: ...
    def close(
        self, session_id: str, timeout: float | None, retry_unknown: bool | None
    ) -> Call[None]: ...
    def latest_open(
        self, email: str, timeout: float | None, retry_unknown: bool | None
    ) -> Call[Session | None]: ...

@final
class Client:
    """The way to the API."""

    def __new__(cls, options: Mapping[str, Any]) -> Client: ...
    def tenant(self) -> Tenant: ...
    def site(self) -> Site: ...
    def documents(self) -> Documents: ...
    def chat(self) -> Chat: ...
    def sessions(self) -> Sessions: ...
    def for_site(self, site_id: str) -> Client: ...
    def for_tenant(self, tenant_id: str) -> Client: ...
    def set_api_key(self, api_key: str) -> None: ...
    def set_bearer_token(self, bearer_token: str) -> None: ...
    def metrics(self) -> Metrics: ...
    def events(self, capacity: int) -> Events: ...
    def close(self) -> None: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def tenant_id(self) -> str | None: ...
    @property
    def site_id(self) -> str | None: ...
    @property
    def base_url(self) -> str: ...

@final
class RetryPolicy:
    """How often and how fast a failed request is repeated. All times are seconds."""

    def __new__(
        cls,
        *,
        max_attempts: int = 3,
        base: float = 0.5,
        cap: float = 8.0,
        throttled_base: float = 1.0,
        throttled_cap: float = 20.0,
        max_retry_after: float = 60.0,
    ) -> RetryPolicy: ...
    @property
    def max_attempts(self) -> int:
        """Attempts of a call, the first included; at least 1."""

    @property
    def base(self) -> float:
        """The first back-off before its jitter, in seconds."""

    @property
    def cap(self) -> float:
        """The longest back-off before its jitter, in seconds."""

    @property
    def throttled_base(self) -> float:
        """The first back-off after 429 and 503, in seconds."""

    @property
    def throttled_cap(self) -> float:
        """The longest back-off after 429 and 503, in seconds."""

    @property
    def max_retry_after(self) -> float:
        """A server that asks for a longer wait than this gets no retry, in seconds."""

@final
class PollSchedule:
    """When the state of a pending answer is read. All times are seconds. A server's hint wins.

    The default one learns when the answers of a site come; any other is kept to as it is.
    """

    def __new__(
        cls,
        *,
        first: float = 2.0,
        share: float = 0.12,
        least: float = 1.0,
        most: float = 5.0,
        jitter: float = 0.1,
        timeout: float | None = None,
    ) -> PollSchedule: ...
    @staticmethod
    def worker() -> PollSchedule:
        """The fixed schedule of the vendor's playbook for workers: every 2.5 s, for 45 s."""

    @property
    def first(self) -> float:
        """From the moment the server accepted the question to the first poll, in seconds."""

    @property
    def share(self) -> float:
        """The next wait as a share of the time since the question was accepted."""

    @property
    def least(self) -> float:
        """The shortest wait between two polls, in seconds."""

    @property
    def most(self) -> float:
        """The longest wait between two polls, in seconds."""

    @property
    def jitter(self) -> float:
        """How far a wait may be off its value either way, as a share of it."""

    @property
    def timeout(self) -> float | None:
        """The default total time of a wait, in seconds; None leaves it to the client."""

@final
class SessionIds:
    """Makes session ids that are the same in every process and language.

    From them nobody can tell who is behind them: ids end up in logs.
    """

    def __new__(cls, secret: str | bytes) -> SessionIds: ...
    def per_user(self, user: str) -> str:
        """One conversation for each user."""

    def per_thread(self, thread: str) -> str:
        """One conversation for each thread, ticket or call."""

    def per_channel(self, channel: str, user: str) -> str:
        """One conversation for each user in each channel."""

@final
class Meta:
    """How a result came about: what it took, and the ids to quote when asking about it."""

    @property
    def attempts(self) -> int:
        """How many times the request was sent. For an awaited answer: the question."""

    @property
    def polls(self) -> int:
        """How many times the state of an awaited answer was read."""

    @property
    def elapsed(self) -> float:
        """Seconds from the start of the call to its result."""

    @property
    def http_status(self) -> int:
        """The status of the last HTTP answer; 0 for a result that no server gave."""

    @property
    def http_request_id(self) -> str | None:
        """The HTTP request id header of the last answer. Not the API's ``request_id``."""

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain data."""

@final
class ChatRequest:
    """A question for ``chat.ask_many``. Its printed form shows no text and no address."""

    def __new__(
        cls,
        message: str,
        *,
        session_id: str,
        email: str | None = None,
        response_language: str | None = None,
        resume_token: str | None = None,
    ) -> ChatRequest: ...
    @property
    def message(self) -> str:
        """The question."""

    @property
    def session_id(self) -> str:
        """The conversation, named by the caller."""

    @property
    def email(self) -> str | None:
        """The address of the person who asks, if the site tells people apart by it."""

    @property
    def response_language(self) -> str | None:
        """The language to answer in, such as ``en``."""

    @property
    def resume_token(self) -> str | None:
        """The token of an answer to this very question that was being made.

        Then it is resumed, and nothing is submitted.
        """

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain data, for a queue or a file."""

@final
class Answer:
    """The assistant's answer to a question."""

    @property
    def session_id(self) -> str:
        """The conversation it belongs to."""

    @property
    def request_id(self) -> str:
        """The API's id of the question, needed to rate the answer. Empty for a fallback."""

    @property
    def answer(self) -> str | None:
        """The text. None when the server says that it is done but gave none."""

    @property
    def text(self) -> str:
        """The text; empty when there is none."""

    @property
    def confidence_level(self) -> ConfidenceLevel | None:
        """How sure the assistant is: ``high``, ``medium``, ``low``, or what the server says."""

    @property
    def confidence_score(self) -> float | None:
        """The same as a number. The vendor's samples suggest 0 to 100."""

    @property
    def is_fallback(self) -> bool:
        """Whether the text is the caller's own fallback."""

    @property
    def extra(self) -> dict[str, Any]:
        """Every other field, and those that could not be read as their type."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How it came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """All fields but ``raw`` as plain data."""

@final
class ChatStatus:
    """How far the server is with a question."""

    @property
    def request_id(self) -> str:
        """The question."""

    @property
    def session_id(self) -> str | None:
        """The conversation, if the server repeats it."""

    @property
    def status(self) -> RequestStatus:
        """How far it is: ``pending``, ``completed``, ``failed``, or what the server says."""

    @property
    def status_text(self) -> str:
        """The same as the server wrote it."""

    @property
    def is_finished(self) -> bool:
        """Whether the server will not change it any more."""

    @property
    def answer(self) -> str | None:
        """The text, once there is one."""

    @property
    def error(self) -> str | None:
        """Why there will be none."""

    @property
    def confidence_level(self) -> ConfidenceLevel | None:
        """How sure the assistant is. The vendor does not document it here."""

    @property
    def confidence_score(self) -> float | None:
        """The same as a number. The vendor does not document it here."""

    @property
    def extra(self) -> dict[str, Any]:
        """Every other field, and those that could not be read as their type."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How it came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """All fields but ``raw`` as plain data."""

@final
class FeedbackReceipt:
    """What the server says to a rating."""

    @property
    def status(self) -> str | None:
        """``ok``, by the vendor's pages."""

    @property
    def request_id(self) -> str:
        """The question whose answer was rated."""

    @property
    def feedback(self) -> str | None:
        """The rating that counts."""

    @property
    def feedback_submitted_at(self) -> datetime.datetime | None:
        """When this rating was taken, in UTC; None when the answer had been rated before."""

    @property
    def is_first(self) -> bool:
        """Whether this was the answer's first rating."""

    @property
    def extra(self) -> dict[str, Any]:
        """Every other field, and those that could not be read as their type."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How it came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """All fields but ``raw`` as plain data; times are ISO 8601 in UTC."""

@final
class Document:
    """A document of the knowledge base: a file, a text, or a question with its answer.

    The vendor documents that a document has an id; every other field may be missing.
    """

    @property
    def id(self) -> str:
        """The id. A number became text."""

    @property
    def title(self) -> str | None:
        """The title."""

    @property
    def category(self) -> str | None:
        """The category, such as ``faq``."""

    @property
    def status(self) -> DocumentStatus | None:
        """Whether it takes part in answers: ``active``, ``draft``, or what the server says."""

    @property
    def ready(self) -> bool | None:
        """Whether the server is done with processing it."""

    @property
    def created_at(self) -> datetime.datetime | None:
        """When it was created, in UTC."""

    @property
    def updated_at(self) -> datetime.datetime | None:
        """When it was last changed, in UTC."""

    @property
    def extra(self) -> dict[str, Any]:
        """Every other field, and what stood beside the document in the answer."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How it came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """All fields but ``raw`` as plain data; times are ISO 8601 in UTC."""

@final
class Session:
    """A conversation, as the server lists it."""

    @property
    def id(self) -> str:
        """The id. It may not equal the ``session_id`` that the caller chose."""

    @property
    def email(self) -> str | None:
        """The address of the person, if the server lists it."""

    @property
    def created_at(self) -> datetime.datetime | None:
        """When it began, in UTC."""

    @property
    def updated_at(self) -> datetime.datetime | None:
        """When it was last used, in UTC."""

    @property
    def closed_at(self) -> datetime.datetime | None:
        """When it was closed, in UTC; None while it is open."""

    @property
    def message_count(self) -> int | None:
        """How many messages it holds."""

    @property
    def is_open(self) -> bool:
        """Whether it takes new messages: a closed session is archived."""

    @property
    def extra(self) -> dict[str, Any]:
        """Every other field, and those that could not be read as their type."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How the list came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """All fields but ``raw`` as plain data; times are ISO 8601 in UTC."""

@final
class OpenObject(Mapping[str, Any]):
    """An answer whose fields the vendor does not document: a mapping, as they came.

    An answer that is JSON but no object is there under ``value``; one without a body is empty.
    """

    @property
    def fields(self) -> dict[str, Any]:
        """Every field."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How it came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """The fields and ``meta`` as plain data."""

    def __getitem__(self, name: str, /) -> Any: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    @overload
    def get(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, name: str, default: None = None, /
    ) -> Any | None:
        """The field of that name, or the default."""

    @overload
    def get(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, name: str, default: Any, /
    ) -> Any: ...
    def keys(self) -> list[str]:  # type: ignore[override]
        """The names of all fields."""

    def values(self) -> ValuesView[Any]:
        """The values of all fields."""

    def items(self) -> ItemsView[str, Any]:
        """All fields as pairs."""

@final
class Listing(Sequence[_Item]):
    """A list in the server's order: a sequence that cannot be changed, and what stood beside it."""

    @overload
    def __getitem__(self, index: int, /) -> _Item: ...
    @overload
    def __getitem__(self, index: slice, /) -> Sequence[_Item]: ...
    def __len__(self) -> int: ...
    @classmethod
    def __class_getitem__(cls, key: Any) -> Any: ...
    @property
    def items(self) -> list[_Item]:
        """The items as a list."""

    @property
    def extra(self) -> dict[str, Any]:
        """What stood beside the list, such as a total or a cursor."""

    @property
    def raw(self) -> str:
        """The JSON text that the server sent."""

    @property
    def meta(self) -> Meta:
        """How it came about: attempts, time, HTTP status."""

    def to_dict(self) -> dict[str, Any]:
        """All fields but ``raw`` as plain data; times are ISO 8601 in UTC."""

@final
class Metrics:
    """What a client and those that share with it have done so far in this process."""

    @property
    def operations(self) -> dict[str, dict[str, Any]]:
        """By the operation's name, such as ``chat.send``.

        ``calls``, ``succeeded``, ``failed`` and ``outcomes`` by name, ``retries``, ``throttled``,
        ``server_errors``, ``latency`` in seconds, ``answers``.
        """

    @property
    def feedback_good(self) -> int:
        """Ratings ``good`` that the server took."""

    @property
    def feedback_bad(self) -> int:
        """Ratings ``bad`` that the server took."""

    @property
    def events_dropped(self) -> int:
        """Events that were dropped because their reader was too slow."""

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain data; durations are seconds."""

    def to_prometheus(self) -> str:
        """The numbers in Prometheus' text format 0.0.4."""

def set_error_factory(
    factory: Callable[[Mapping[str, Any], ErrorDetails | None], UppzyError],
) -> None: ...
def error_table() -> list[dict[str, str]]: ...
def operation_names() -> list[str]: ...
def before_fork() -> None: ...
def after_fork_in_child() -> None: ...
def shut_down(seconds: float) -> None: ...
def forget_log_reader() -> None: ...
def _restored(class_name: str, fields: dict[str, Any]) -> Any: ...
def _with_options(class_: type[Any], options: dict[str, Any]) -> Any: ...
