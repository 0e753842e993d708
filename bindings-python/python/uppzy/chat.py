"""Questions, answers, feedback."""

# Made from the module of the same name in uppzy/aio by tools/make_sync.py.

from __future__ import annotations

from uppzy._iterators import AskMany, States, WaitMany
from uppzy._progress import Bar
from uppzy._wait import waited
from uppzy.results import PollOutcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from typing import NoReturn

    from uppzy import _native
    from uppzy._native import Answer, ChatRequest, ChatStatus, FeedbackReceipt
    from uppzy._types import Feedback, OnAskProgress


class PendingAnswer:
    """A question that the server has accepted, and the answer to it that is being made.

    Store ``token`` before you wait: with it any process, in any language, takes the answer up.
    Dropping this object, or cancelling the wait, only stops the waiting: the server goes on.
    Iterating over it gives the states of the answer as they change, the final one last.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Pending) -> None:
        self._native = native

    @property
    def request_id(self) -> str:
        """The API's id of the question."""
        return self._native.request_id

    @property
    def session_id(self) -> str:
        """The conversation; empty if a token was too long to hold it."""
        return self._native.session_id

    @property
    def submitted_at(self) -> datetime.datetime:
        """When the server accepted the question, in UTC."""
        return self._native.submitted_at

    @property
    def token(self) -> str:
        """A text of at most 512 characters to resume with. Holds no key, message or address."""
        return self._native.token

    def result(self, timeout: float | None = None) -> Answer:
        """Waits for the answer.

        Args:
            timeout: Seconds to wait at most. Default: the client's ``ask_timeout``, 120 s.

        Raises:
            PollTimeoutError: It is still being made; the error carries the token.
            ChatFailedError: The server could not answer.
            ChatGoneError: The server no longer knows the question.
            UppzyError: What any call can end in.
        """
        return waited(self._native.result(timeout))

    def status(
        self, *, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> ChatStatus:
        """Reads the state once, with the usual retries.

        Args:
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where a repeat can double an effect; a read has none.

        Raises:
            UppzyError: What any call can end in.
        """
        return waited(self._native.status(timeout, retry_unknown))

    def poll_once(
        self, *, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> PollOutcome:
        """Looks once and says what to do next: for job queues, so that no worker is held.

        Args:
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where a repeat can double an effect; a read has none.

        Raises:
            UppzyError: What any call can end in; a failed answer is an outcome.
        """
        return PollOutcome(*waited(self._native.poll_once(timeout, retry_unknown)))

    def __iter__(self) -> States:
        return States(self._native.states())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(request_id={self.request_id!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a pending answer holds a connection: store its token, and use chat.resume(token)"
        )


class Chat:
    """Questions and answers. From ``client.chat``.

    ``ask`` is the answer to "just get me the answer"; ``submit`` and ``resume`` are its two halves
    for those who wait elsewhere; ``ask_many`` asks thousands at once.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Chat) -> None:
        self._native = native

    def ask(
        self,
        message: str,
        *,
        session_id: str,
        email: str | None = None,
        response_language: str | None = None,
        resume_token: str | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Answer:
        """Asks and waits for the answer: submits, then polls.

        No connection stays open while the answer is made, and a broken one loses nothing. Takes about
        a second longer than ``send``.

        Args:
            message: The question.
            session_id: The conversation, named by you. Ends up in logs, so no addresses: see
                :class:`uppzy.SessionIds`.
            email: The address of the person who asks, if the site tells people apart by it.
            response_language: The language to answer in, such as ``en``.
            resume_token: The token of an answer to this very question, from an earlier wait that ended
                early: it is resumed, and nothing is submitted.
            timeout: Seconds for all of it. Default: the client's ``ask_timeout``, 120 s.
            retry_unknown: Submit again even where nobody can tell whether the server has accepted the
                question; it may then be asked twice. Default: the client's, False.

        Raises:
            PollTimeoutError: The answer is still being made: keep the error's ``token``.
            ChatFailedError: The server could not answer.
            ChatGoneError: The server no longer knows the question.
            UppzyError: What any call can end in.
        """
        return waited(
            self._native.ask(
                message, session_id, email, response_language, resume_token, timeout, retry_unknown
            )
        )

    def ask_with_fallback(
        self,
        message: str,
        *,
        session_id: str,
        fallback: str,
        email: str | None = None,
        response_language: str | None = None,
        resume_token: str | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Answer:
        """Asks, and gives your fallback when the assistant does not answer in time or fails.

        The answer then has ``is_fallback``, and ``extra`` says why under ``fallback_reason`` and holds
        the ``token`` of an answer that is still being made.

        Args:
            message: The question.
            session_id: The conversation, named by you.
            fallback: The text to give in the assistant's place.
            email: The address of the person who asks, if the site tells people apart by it.
            response_language: The language to answer in, such as ``en``.
            resume_token: The token of an answer to this very question, from an earlier wait that ended
                early: it is resumed, and nothing is submitted.
            timeout: Seconds for all of it. Default: the client's ``ask_timeout``, 120 s.
            retry_unknown: Submit again even where the question may then be asked twice.

        Raises:
            UppzyError: Only what a retry will not mend: ``config``, ``invalid_input``, ``tls``,
                ``closed`` and the 4xx kinds but 429.
        """
        return waited(
            self._native.ask_with_fallback(
                message,
                session_id,
                fallback,
                email,
                response_language,
                resume_token,
                timeout,
                retry_unknown,
            )
        )

    def ask_many(
        self,
        questions: Iterable[ChatRequest],
        *,
        concurrency: int = 100,
        on_progress: OnAskProgress | None = None,
        progress: bool = False,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> AskMany:
        """Asks many questions at once, and gives the results as they come: an iterator.

        Every question appears exactly once, with its answer or its error. The request of a failed one
        can be handed in again as it is; if it was accepted, it is then resumed, not asked twice.

        Args:
            questions: The questions.
            concurrency: How many are submitted and awaited at once. A waiting answer costs a few
                kilobytes, so thousands are fine where the plan's limits allow.
            on_progress: Called with an :class:`uppzy.AskProgress` before each result is given.
            progress: Show a bar, with tqdm if it is installed.
            timeout: Seconds for each question. Default: the client's ``ask_timeout``, 120 s.
            retry_unknown: Submit again even where a question may then be asked twice.
        """
        asked = list(questions)
        stream = self._native.ask_many(asked, concurrency, timeout, retry_unknown)
        return AskMany(stream, on_progress, Bar(len(asked)) if progress else None)

    def send(
        self,
        message: str,
        *,
        session_id: str,
        email: str | None = None,
        response_language: str | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Answer:
        """Asks on one connection that stays open until the answer is there: 5 to 60 s.

        When the connection breaks, nobody can tell whether the question was processed, and it is not
        repeated; ``ask`` does not have this trouble.

        Args:
            message: The question.
            session_id: The conversation, named by you.
            email: The address of the person who asks, if the site tells people apart by it.
            response_language: The language to answer in, such as ``en``.
            timeout: Seconds for all of it. Default: the client's ``send_timeout``, 90 s.
            retry_unknown: Repeat even where the question may then be asked twice.

        Raises:
            UppzyError: What any call can end in.
        """
        return waited(
            self._native.send(message, session_id, email, response_language, timeout, retry_unknown)
        )

    def submit(
        self,
        message: str,
        *,
        session_id: str,
        email: str | None = None,
        response_language: str | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> PendingAnswer:
        """Hands a question in, and returns as soon as the server has accepted it.

        Store the ``token`` of the result before you wait.

        Args:
            message: The question.
            session_id: The conversation, named by you.
            email: The address of the person who asks, if the site tells people apart by it.
            response_language: The language to answer in, such as ``en``.
            timeout: Seconds for handing it in. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where the question may then be asked twice.

        Raises:
            UppzyError: What any call can end in.
        """
        return PendingAnswer(
            waited(
                self._native.submit(
                    message, session_id, email, response_language, timeout, retry_unknown
                )
            )
        )

    def status(
        self,
        request_id: str,
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> ChatStatus:
        """Reads the state of a question that was handed in.

        Args:
            request_id: The API's id of the question.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where a repeat can double an effect; a read has none.

        Raises:
            NotFoundError: There is no such question; right after handing in, not yet.
            UppzyError: What any call can end in.
        """
        return waited(self._native.status(request_id, timeout, retry_unknown))

    def resume(self, token: str) -> PendingAnswer:
        """Takes up an answer that is being made, from its token. Sends nothing yet.

        Args:
            token: The token, from any process and language.

        Raises:
            InvalidInputError: The token is damaged, or belongs to another server.
        """
        return PendingAnswer(self._native.resume(token))

    def poll_once(
        self,
        token: str,
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> PollOutcome:
        """Looks at an answer once and says what to do next: for job queues.

        Args:
            token: The token, from any process and language.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where a repeat can double an effect; a read has none.

        Raises:
            InvalidInputError: The token is damaged, or belongs to another server.
            UppzyError: What any call can end in; a failed answer is an outcome.
        """
        return PollOutcome(*waited(self._native.poll_once(token, timeout, retry_unknown)))

    def wait_many(
        self,
        tokens: Iterable[str],
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> WaitMany:
        """Waits for many answers by their tokens, and gives the results as they come: an iterator.

        All share the client's rate of polls.

        Args:
            tokens: The tokens, from any process and language.
            timeout: Seconds for each answer. Default: the client's ``ask_timeout``, 120 s.
            retry_unknown: Repeat even where a repeat can double an effect; a read has none.
        """
        return WaitMany(self._native.wait_many(tokens, timeout, retry_unknown))

    def feedback(
        self,
        *,
        session_id: str,
        request_id: str,
        feedback: Feedback,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> FeedbackReceipt:
        """Rates an answer. A repeat is accepted and changes nothing: its receipt has no time.

        Args:
            session_id: The conversation of the answer.
            request_id: The id of the question, from the answer.
            feedback: ``good`` or ``bad``.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            InvalidInputError: Anything but ``good`` and ``bad``.
            NotFoundError: There is no such request on this site. Only finished ones can be rated.
            UppzyError: What any call can end in.
        """
        return waited(
            self._native.feedback(session_id, request_id, feedback, timeout, retry_unknown)
        )
