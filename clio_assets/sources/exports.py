"""Files that tell of conversations' owners and folders, not of conversations.

Downloads of ChatGPT and Claude hold, beside their conversations, files about the account; a
folder that `datasets` saved holds files about itself.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

_CONVERSATIONS = re.compile(r"conversations([-_ ]?\d+)?\.json(\.gz|\.zst)?", re.IGNORECASE)

#: Folders of a download whose files are no conversations of its shape.
_FOLDERS: Final = frozenset({"projects", "design_chats", "memories"})

#: Files of an account that may lie in an archive of their own, or loose beside the archives.
_NAMES: Final = frozenset(
    {
        "export_manifest.json",
        "group_chats.json",
        "memories.json",
        "message_feedback.json",
        "model_comparisons.json",
        "projects.json",
        "shared_conversations.json",
        "user.json",
        "user_settings.json",
        "users.json",
    }
)

#: How a folder that `datasets.save_to_disk` made describes itself.
_OF_DATASETS: Final = ("dataset_info.json", "state.json")
_OF_ALL_SPLITS: Final = "dataset_dict.json"


class Place(NamedTuple):
    """Where a file lies: folders within its archive, if it is in one, count as folders beside
    the archive; `around` is the folder of the archive, or the file's own."""

    around: str
    folder: str
    name: str


def of_the_account(places: Collection[Place]) -> Iterator[bool]:
    """Of each file, whether it is left out as one of the account's, or as one of a data set's."""
    exports = {place.folder for place in places if _CONVERSATIONS.fullmatch(place.name)}
    beside = {place.around for place in places if place.folder in exports}
    saved = {place.folder for place in places if place.name == _OF_DATASETS[0]}
    saved &= {place.folder for place in places if place.name == _OF_DATASETS[1]}
    above = {folder.rpartition("/")[0] for folder in saved}
    for place in places:
        yield (
            _tells_of_account(place, exports, beside)
            or (place.folder in saved and _describes(place.name))
            or (place.folder in above and place.name == _OF_ALL_SPLITS)
        )


def _tells_of_account(place: Place, exports: Collection[str], beside: Collection[str]) -> bool:
    name = place.name.lower()
    if not name.endswith(".json") or name.startswith("conversations"):
        return False
    outer, _, inner = place.folder.rpartition("/")
    return (
        place.folder in exports
        or (outer in exports and inner in _FOLDERS)
        or (place.around in beside and name in _NAMES)
    )


def _describes(name: str) -> bool:
    """Whether a file of a saved data set is its description, or what `map` and `filter` left."""
    return name in _OF_DATASETS or (name.startswith("cache-") and name.endswith(".arrow"))
