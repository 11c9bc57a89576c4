"""Facets and screening by rules: the half of the local analyst that reads conversations.

extract.py answers for facets: request_and_task.py chooses among the sentences of prose.py by the
cues of cues.py, language.py and concern.py judge what was said. screen.py answers yes or no.
"""

from clio_assets.analyst.local.facets.extract import extract
from clio_assets.analyst.local.facets.screen import screen

__all__ = ["extract", "screen"]
