"""Operations on the tenant, the site and its sessions."""

from __future__ import annotations

from uppzy.aio._start import started

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from uppzy import _native
    from uppzy._native import Listing, OpenObject, Session
    from uppzy._types import Query


class Tenant:
    """Operations on the tenant: the workspace that keys, sites and the plan belong to.

    From ``client.tenant``. The vendor documents no fields of the answers: they come as mappings.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Tenant) -> None:
        self._native = native

    async def get(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the tenant.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no tenant id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.get(query, timeout, retry_unknown))

    async def limits(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the plan's limits: the cheapest check that key, tenant and network are right.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no tenant id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.limits(query, timeout, retry_unknown))

    async def usage(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the tenant's usage.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no tenant id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.usage(query, timeout, retry_unknown))

    async def usage_history(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the tenant's usage over time.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no tenant id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.usage_history(query, timeout, retry_unknown))

    async def statistics(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the tenant's statistics.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no tenant id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.statistics(query, timeout, retry_unknown))


class Site:
    """Operations on the site: one chatbot with its documents, sessions and widget.

    From ``client.site``. The vendor documents no fields of the answers: they come as mappings.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Site) -> None:
        self._native = native

    async def get(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the site.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.get(query, timeout, retry_unknown))

    async def statistics(
        self,
        *,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Reads the site's statistics.

        Args:
            query: Parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.statistics(query, timeout, retry_unknown))

    async def user_statistics(
        self, email: str, *, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> OpenObject:
        """Reads one user's statistics.

        Args:
            email: The user's address.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.user_statistics(email, timeout, retry_unknown))

    async def widget_config(
        self, *, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> OpenObject:
        """Reads the widget's configuration.

        Args:
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.widget_config(timeout, retry_unknown))

    async def update_widget_config(
        self,
        patch: Mapping[str, Any],
        *,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> OpenObject:
        """Changes the widget's configuration.

        Args:
            patch: The fields to change with their new values, passed on as they are.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Repeat even where nobody can tell whether the server has done it.

        Raises:
            InvalidInputError: The patch is empty.
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.update_widget_config(patch, timeout, retry_unknown))


class Sessions:
    """Operations on sessions: conversations of one person or thread. From ``client.sessions``."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.Sessions) -> None:
        self._native = native

    async def list(
        self,
        *,
        email: str | None = None,
        query: Query | None = None,
        timeout: float | None = None,
        retry_unknown: bool | None = None,
    ) -> Listing[Session]:
        """Lists sessions.

        Args:
            email: Only those of the person with this address.
            query: Further parameters, passed on as they are: the vendor documents none.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.list(email, query, timeout, retry_unknown))

    async def close(
        self, session_id: str, *, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> None:
        """Closes a session: it is archived and takes no new messages. May be repeated.

        Args:
            session_id: The conversation, as it was named when asking.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        await started(self._native.close(session_id, timeout, retry_unknown))

    async def latest_open(
        self, email: str, *, timeout: float | None = None, retry_unknown: bool | None = None
    ) -> Session | None:
        """Finds a person's open session that was used last; None if there is none.

        Args:
            email: The person's address.
            timeout: Seconds for the whole call. Default: the client's ``timeout``, 30 s.
            retry_unknown: Has no effect: a repeat is harmless.

        Raises:
            ConfigError: The client has no site id.
            UppzyError: What any call can end in.
        """
        return await started(self._native.latest_open(email, timeout, retry_unknown))
