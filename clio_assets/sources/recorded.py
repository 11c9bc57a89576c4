"""Which setting of a logger records what was found missing, as far as it has one.

The table of docs/sources.md says of every source what it needs; here is what `clio check` says
where something is missing, under the name of what is.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from clio_assets.home.settings import Format

_COUNT = "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT above 128, or OpenInference's own TracerProvider"
_LENGTH = "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT unset or raised"
_CONTENT = (
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY or SPAN_AND_EVENT (`true` keeps "
    "none in the newest instrumentations)"
)

_RECORDED: Final[Mapping[Format, Mapping[str, str]]] = {
    "otel": {
        "content_not_logged": _CONTENT,
        "no_messages_logged": _CONTENT,
        "content_truncated": _LENGTH,
        "oldest_turns_dropped": _COUNT,
        "user_id_missing": "`user.id` on a span, or `user_from` under [source]",
    },
    "phoenix": {
        "content_truncated": _LENGTH,
        "oldest_turns_dropped": _COUNT,
        "user_id_missing": "`using_user`, or `user.id` on a span",
    },
    "litellm": {
        "no_messages_logged": "`store_prompts_in_spend_logs: true` under general_settings",
        "content_not_logged": "`store_prompts_in_spend_logs: true` under general_settings",
        "content_redacted": "`turn_off_message_logging` not set",
        "content_truncated": "MAX_STRING_LENGTH_PROMPT_IN_DB above 2048",
        "user_id_missing": "`user` in each request",
    },
    "langfuse": {
        "no_messages_logged": "the export's field groups `io` and `trace_context`",
        "user_id_missing": "`user_id` set by the application, field group `trace_context`",
    },
    "langsmith": {
        "no_messages_logged": "LANGSMITH_HIDE_INPUTS and LANGSMITH_HIDE_OUTPUTS not set",
        "user_id_missing": "`user_id` in the run's metadata",
    },
    "mlflow": {
        "answer_not_text": "answers that are not streamed; streamed ones are not kept as text",
        "user_id_missing": "`mlflow.trace.user` (`mlflow.user` is the service account)",
    },
    "messages-api": {"user_id_missing": "`metadata.user_id` in each request"},
    "chat-completions": {"user_id_missing": "`safety_identifier` or `user` in each request"},
    "responses": {"user_id_missing": "`safety_identifier` or `user` in each request"},
}


def settings_for(missing: str, formats: Iterable[str]) -> list[str]:
    """What makes the loggers of these shapes record it, one line a shape."""
    return [
        f"{name}: {settings[missing]}"
        for name, settings in _RECORDED.items()
        if name in set(formats) and missing in settings
    ]
