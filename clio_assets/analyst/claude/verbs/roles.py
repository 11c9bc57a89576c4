"""Which model answers which verb: each verb has a role, and each role a model in the settings."""

from collections.abc import Mapping

from clio_assets.home.settings import ClaudeSettings, ModelSettings

#: Verb -> role, as in `ClaudeSettings`.
ROLES: Mapping[str, str] = {
    "screen": "extract",
    "extract": "extract",
    "name_clusters": "name",
    "propose": "name",
    "deduplicate": "hierarchy",
    "assign": "hierarchy",
    "rename": "name",
    "audit": "audit",
}


def role_of(settings: ClaudeSettings, verb: str) -> ModelSettings:
    """The model that answers a verb."""
    found: ModelSettings = getattr(settings, ROLES[verb])
    return found
