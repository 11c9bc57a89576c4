"""The webhook: one POST of JSON, tried a few times. Whatever happens, no run fails of it."""

import logging
import os
import time
from collections.abc import Callable
from typing import Final, Literal

from clio_assets.home.notify_settings import NotifySettings, is_safe
from clio_assets.notify.notice import Notice

Sent = Literal["off", "sent", "not configured", "rejected", "unreachable"]

#: Seconds before the second attempt; doubled for each further one.
_FIRST_PAUSE: Final = 0.5
#: Answers after which another attempt may go better.
_LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
#: What these log below a warning holds the address of each request.
_TELL_ADDRESSES: Final = ("httpx2", "httpcore2")


def send(
    settings: NotifySettings, notice: Notice, pause: Callable[[float], None] = time.sleep
) -> Sent:
    """Send a notice, where one is wanted; what became of it, in fixed words.

    Addresses may be secrets (Slack's are), so none is logged, and neither is what libraries say
    of them.
    """
    if notice.occasion not in settings.on or not (settings.url or settings.url_variable):
        return "off"
    url = settings.url or os.environ.get(settings.url_variable, "")
    headers = {}
    if settings.authorization_variable:
        value = os.environ.get(settings.authorization_variable)
        if not value:
            return "not configured"
        headers["Authorization"] = value
    if not is_safe(url):
        return "not configured"
    for logger in _TELL_ADDRESSES:
        logging.getLogger(logger).setLevel(logging.WARNING)
    return _post(settings, url, headers, notice, pause)


def _post(
    settings: NotifySettings,
    url: str,
    headers: dict[str, str],
    notice: Notice,
    pause: Callable[[float], None],
) -> Sent:
    import httpx2

    wait = _FIRST_PAUSE
    for attempt in range(settings.attempts):
        if attempt:
            pause(wait)
            wait *= 2
        try:
            # a redirect could lead to plain HTTP
            answer = httpx2.post(
                url,
                json=notice.body(),
                headers=headers,
                timeout=settings.timeout_seconds,
                follow_redirects=False,
            )
        except httpx2.TransportError:
            continue
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError):
            return "not configured"
        if answer.is_success:
            return "sent"
        if answer.status_code not in _LATER:
            return "rejected"
    return "unreachable"
