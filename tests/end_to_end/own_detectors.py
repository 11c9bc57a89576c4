"""An operator's own detector, as privacy.toml names it under `extra_detectors`."""

import re
from collections.abc import Iterator

from privacy_checks.detectors.protocol import Hit, Trigger


class ProjectName:
    """Finds the name of a project that is not to be known."""

    name = "project_name"
    placeholder = "[project name]"
    trigger = Trigger(any_of=("zephyrine",))

    def find(self, text: str) -> Iterator[Hit]:
        for match in re.finditer("zephyrine", text, re.IGNORECASE):
            yield Hit(self.name, match.start(), match.end(), 1.0)
