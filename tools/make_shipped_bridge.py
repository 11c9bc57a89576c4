"""Makes the map from other languages to the bundled model's space again, as a file of the package:

    python tools/make_shipped_bridge.py

It is learnt from English texts of the project's own: the lines of the phrase book, and the requests
of a generated sample. To be run after every change of either model.
"""

import numpy as np

from clio_assets.analyst.local.facets.request_and_task import summary_of
from clio_assets.clusters.bridge import SHIPPED, learn
from clio_assets.embeddings.model import load_embedder
from clio_assets.embeddings.multilingual import MultilingualEncoder
from clio_assets.home.settings import EmbeddingSettings
from clio_assets.phrases.book import bundled_book
from clio_assets.phrases.vectors import model_of
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.stream import conversations

#: Requests of the sample beside the lines.
REQUESTS = 4_000


def texts() -> list[str]:
    """The lines of the book, and distinct English requests of generated conversations."""
    requests: dict[str, None] = {}
    for sample in conversations(SampleSettings(conversations=4 * REQUESTS, seed=1)):
        if sample.truth["language"] == "English" and len(requests) < REQUESTS:
            turns = [one["content"] for one in sample.record["messages"] if one["role"] == "user"]
            requests.setdefault(summary_of(turns).request)
    return [*(line.text for line in bundled_book().lines), *filter(None, requests)]


if __name__ == "__main__":
    embedder = load_embedder(EmbeddingSettings())
    said = texts()
    learnt = learn(MultilingualEncoder().embed(said), embedder.embed(said))
    np.savez_compressed(SHIPPED, model=np.array(model_of(embedder)), map=learnt.astype(np.float16))
