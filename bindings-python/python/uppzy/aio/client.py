"""The client: where a program begins."""

from __future__ import annotations

from uppzy._native import Client, Metrics, PollSchedule, RetryPolicy
from uppzy.aio._iterators import EventStream
from uppzy.aio.chat import Chat
from uppzy.aio.documents import Documents
from uppzy.aio.families import Sessions, Site, Tenant

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

    from uppzy.testing import Clock


class AsyncUppzy:
    """The way to the Uppzy API: cheap to keep, shared by threads, tasks and event loops.

    What is not given comes from the environment (``UPPZY_API_KEY``, ``UPPZY_API_KEY_FILE``,
    ``UPPZY_BASE_URL``, ``UPPZY_TENANT_ID``, ``UPPZY_SITE_ID``, ``UPPZY_CA_FILE``), and then from the
    defaults. All settings are checked here; no connection is opened before the first call. Use it in
    a ``with`` block, or close it, or keep it as long as the process lives.

    Args:
        api_key: The API key. Never in an app that others install: see ``bearer_token``.
        api_key_file: A file that holds the API key; read again when it changes, and after a 401.
        bearer_token: A token for your own gateway, which holds the key in the client's place; needs
            ``base_url``.
        base_url: Where the API is. Default: ``https://api.uppzy.com/api/v1``.
        tenant_id: The tenant that ``tenant`` operations mean.
        site_id: The site that all other operations mean.
        headers: Headers to send with every request, for example some that your gateway asks for.
        allow_http: Allow ``http://`` to a host that is not this machine; the key then travels in
            clear text.
        ca_file: A PEM file of certificate authorities to trust beside the system's.
        ca_pem: The same, as the PEM text itself.
        proxy: An HTTP proxy. Default: ``HTTPS_PROXY``, ``HTTP_PROXY`` and ``NO_PROXY``.
        timeout: Seconds for a call, retries included. Default: 30.
        send_timeout: Seconds for ``chat.send``. Default: 90, as an answer may take 60.
        upload_timeout: Seconds for ``documents.upload``. Default: 300.
        ask_timeout: Seconds for ``chat.ask``, and for waiting for a pending answer. Default: 120.
        connect_timeout: Seconds to wait for a connection, TLS included. Default: 5.
        body_stall_timeout: Seconds of silence in the middle of an answer. Default: 20.
        max_in_flight: How many requests may be under way at once; more wait. Default: 1,000.
        retry: How often and how fast failed requests are repeated.
        retry_unknown: Repeat even where nobody can tell whether the server has done it already; a
            repeat can then double a message or a document.
        poll: When the state of a pending answer is read.
        max_poll_rate: How many polls a second all waiting answers share. Default: 10, and 18 more
            for every hundred that wait.
        journal_capacity: How many calls ``error.report()`` can look back on. Default: 64.
        user_agent_suffix: Your application's name and version, for the User-Agent header.
        environment: Settings to use in place of the process's environment.
        clock: Another source of time, for tests: see :mod:`uppzy.testing`.

    Raises:
        ConfigError: A setting is missing or unusable; says which, where it came from, and what to
            change.
    """

    __slots__ = ("__weakref__", "_chat", "_documents", "_native", "_sessions", "_site", "_tenant")

    def __init__(
        self,
        *,
        api_key: str | None = None,
        api_key_file: str | os.PathLike[str] | None = None,
        bearer_token: str | None = None,
        base_url: str | None = None,
        tenant_id: str | None = None,
        site_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        allow_http: bool = False,
        ca_file: str | os.PathLike[str] | None = None,
        ca_pem: str | bytes | None = None,
        proxy: str | None = None,
        timeout: float | None = None,
        send_timeout: float | None = None,
        upload_timeout: float | None = None,
        ask_timeout: float | None = None,
        connect_timeout: float | None = None,
        body_stall_timeout: float | None = None,
        max_in_flight: int | None = None,
        retry: RetryPolicy | None = None,
        retry_unknown: bool = False,
        poll: PollSchedule | None = None,
        max_poll_rate: float | None = None,
        journal_capacity: int | None = None,
        user_agent_suffix: str | None = None,
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._over(
            Client(
                {
                    "api_key": api_key,
                    "api_key_file": api_key_file,
                    "bearer_token": bearer_token,
                    "base_url": base_url,
                    "tenant_id": tenant_id,
                    "site_id": site_id,
                    "headers": headers,
                    "allow_http": allow_http,
                    "ca_file": ca_file,
                    "ca_pem": ca_pem,
                    "proxy": proxy,
                    "timeout": timeout,
                    "send_timeout": send_timeout,
                    "upload_timeout": upload_timeout,
                    "ask_timeout": ask_timeout,
                    "connect_timeout": connect_timeout,
                    "body_stall_timeout": body_stall_timeout,
                    "max_in_flight": max_in_flight,
                    "retry": retry,
                    "retry_unknown": retry_unknown,
                    "poll": poll,
                    "max_poll_rate": max_poll_rate,
                    "journal_capacity": journal_capacity,
                    "user_agent_suffix": user_agent_suffix,
                    "environment": environment,
                    "clock": clock,
                }
            )
        )

    def _over(self, native: Client) -> None:
        self._native = native
        self._tenant = Tenant(native.tenant())
        self._site = Site(native.site())
        self._documents = Documents(native.documents())
        self._chat = Chat(native.chat())
        self._sessions = Sessions(native.sessions())

    def _like(self, native: Client) -> Self:
        client = object.__new__(type(self))
        client._over(native)
        return client

    @property
    def tenant(self) -> Tenant:
        """Operations on the tenant, the workspace that keys, sites and the plan belong to.

        ``get``, ``limits``, ``usage``, ``usage_history``, ``statistics``.
        """
        return self._tenant

    @property
    def site(self) -> Site:
        """Operations on the site: one chatbot with its documents, sessions and widget.

        ``get``, ``statistics``, ``user_statistics``, ``widget_config``, ``update_widget_config``.
        """
        return self._site

    @property
    def documents(self) -> Documents:
        """Operations on the site's documents: what the assistant knows.

        ``list``, ``upload``, ``create_text``, ``create_qa``, ``update``, ``set_status``, ``delete``.
        """
        return self._documents

    @property
    def chat(self) -> Chat:
        """Questions and answers.

        ``ask`` asks and waits: the answer to "just get me the answer". ``ask_with_fallback`` gives
        your own text when the assistant does not answer in time. ``ask_many`` asks thousands of
        questions at once and gives the answers as they come.

        ``submit`` hands a question in and gives a pending answer, whose ``token`` any process can
        ``resume``, ``poll_once`` looks at a token's answer once, and ``wait_many`` waits for those of
        many tokens. ``send`` asks on one open connection, ``status`` reads how far a question is, and
        ``feedback`` rates an answer.
        """
        return self._chat

    @property
    def sessions(self) -> Sessions:
        """Operations on sessions, the conversations of one person or thread.

        ``list``, ``close``, ``latest_open``.
        """
        return self._sessions

    def for_site(self, site_id: str) -> Self:
        """Gives a client for another site, which shares connections, budget and metrics.

        Raises:
            ConfigError: The id cannot be one.
        """
        return self._like(self._native.for_site(site_id))

    def for_tenant(self, tenant_id: str) -> Self:
        """Gives a client for another tenant, which shares connections, budget and metrics.

        Raises:
            ConfigError: The id cannot be one.
        """
        return self._like(self._native.for_tenant(tenant_id))

    def set_api_key(self, api_key: str) -> None:
        """Uses another API key from the next attempt on. No call under way is lost.

        Raises:
            ConfigError: The text cannot be a key, or the client uses none.
        """
        self._native.set_api_key(api_key)

    def set_bearer_token(self, bearer_token: str) -> None:
        """Uses another bearer token from the next attempt on, for clients of a gateway.

        Raises:
            ConfigError: The text cannot be a token, or the client uses none.
        """
        self._native.set_bearer_token(bearer_token)

    def metrics(self) -> Metrics:
        """Gives what the client, and those that share with it, have done so far in this process."""
        return self._native.metrics()

    def events(self, capacity: int = 1_000) -> EventStream:
        """Gives events from now on: an iterator over plain data.

        Args:
            capacity: How many may wait to be read; beyond that the oldest are dropped.
        """
        return EventStream(self._native.events(capacity))

    def close(self) -> None:
        """Ends the client and those that share with it; does not wait. May be repeated.

        Calls from now on fail with :class:`uppzy.ClosedError`, and so do calls that wait for a retry
        or for an answer. A request under way is finished. Called from another thread, this ends
        ``chat.ask`` and ``result`` there; what ends everything else is its ``timeout``.
        """
        self._native.close()

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        return self._native.is_closed

    @property
    def tenant_id(self) -> str | None:
        """The tenant that ``tenant`` operations mean."""
        return self._native.tenant_id

    @property
    def site_id(self) -> str | None:
        """The site that all other operations mean."""
        return self._native.site_id

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._native.base_url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(base_url={self.base_url!r}, tenant_id={self.tenant_id!r}, "
            f"site_id={self.site_id!r})"
        )
