"""The paper's two ways to sample (G.1), seeded, each conversation by itself.

Whether something is sampled depends on the seed and the conversation's id alone, so that a day's
sample is the same whichever other days there are.
"""

from collections.abc import Sequence
from hashlib import blake2b

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import ConversationSettings


def sample(
    messages: Sequence[Message], conversation_id: str, settings: ConversationSettings, seed: int
) -> Sequence[Message] | None:
    """What is kept of a conversation, None where it is not sampled.

    By conversation: all of it, with the same chance for each. By completion: every completion
    (assistant turn) has the same chance, and the conversation is kept up to its newest sampled
    one, so that long conversations weigh more and one without a completion is never sampled.
    """
    share = settings.sample_share
    if settings.sampling == "conversation":
        return messages if _chosen(share, seed, conversation_id, "conversation") else None
    completions = [i for i, message in enumerate(messages) if message.role == "assistant"]
    for nth, position in reversed(list(enumerate(completions))):
        if _chosen(share, seed, conversation_id, f"completion {nth}"):
            return messages[: position + 1]
    return None


def _chosen(share: float, seed: int, conversation_id: str, what: str) -> bool:
    """True with probability `share`, by a digest that is uniform over 64 bits."""
    digest = blake2b(f"{seed}\0{what}\0{conversation_id}".encode(), digest_size=8)
    return int.from_bytes(digest.digest(), "big") < share * 2**64
