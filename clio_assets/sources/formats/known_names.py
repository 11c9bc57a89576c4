"""Which fields records of an unknown shape have, said without saying anything of a person.

Names of fields are mostly the logger's, but not always: an object may be keyed by user, by address
or by a word that somebody wrote. So only names from a fixed list are said, which logs and exports
of conversations use; of all others the number is said.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from clio_assets.sources.formats.protocol import Record

_KNOWN: Final = frozenset(
    re.findall(
        r"\w+",
        """
    account answer answers api attributes author body chat chat_id chat_messages chats choices
    completion content conversation conversationId conversation_a conversation_b conversation_hash
    conversation_id conversations createTime create_time created createdAt created_at current_node
    data date endTime end_time epoch eval event events events_data files from hashed_ip headers
    history id input inputs inserted_at instruction items key kind level mapping message messageId
    message_id messages meta metadata model model_id name object observations output outputs
    parentMessageId parent_id parts payload pieces prompt prompts query question records request
    request_id requests resource resourceLogs resourceSpans response response_id responses role
    root_id run_id run_type sample samples scopeLogs scopeSpans sender sessionId session_id source
    spans startTime start_time started_at status system target tenant_id text thread_id threads
    time timestamp title tool_calls traceId trace_id traces tstamp turns type updateTime
    update_time updated updated_at url usage user userId user_id users uuid value version
    """,
    )
)
_MOST: Final = 12


def field_names(records: Sequence[Record]) -> str:
    """The well-known names that at least half of the records have, and how many others."""
    counts = Counter(key for record in records for key in _keys(record))
    common = sorted(key for key, count in counts.items() if 2 * count >= len(records))
    named = [key for key in common if key in _KNOWN][:_MOST]
    others = len(common) - len(named)
    parts = [", ".join(named)] if named else []
    if others:
        parts.append(f"{others} of other names")
    return " and ".join(parts) or "none in common"


def _keys(record: Record) -> Iterable[str]:
    return [str(key) for key in record] if isinstance(record, Mapping) else []
