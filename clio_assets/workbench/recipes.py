"""What each stage's partition is made from, and whether the one on disk is still that.

A recipe is the digest of a stage's code version, the settings that change its result and the
digests of the tables it reads. A sealed partition whose recipe is unchanged need not be made
again: that is how a re-run asks only for what is missing (rule 5).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from typing import Any

from clio_assets.lake.records import Provenance, recipe_of
from clio_assets.lake.release import released
from clio_assets.lake.writer import Making
from clio_assets.stages import LANDING, READS_ONLY, RELEASED, SLICES, STAGES, Stage
from clio_assets.workbench.workbench import Workbench
from privacy_checks.policy.fields import fields_that_change

#: What a stage asks an analyst, and the roles whose models answer that.
_VERBS = {
    "conversations": ("screen",),
    "facets": ("extract",),
    "clusters": ("name_clusters",),
    "hierarchy": ("propose", "deduplicate", "assign", "rename"),
    "audited_summaries": ("audit",),
}
_ROLES = {
    "conversations": ("extract",),
    "facets": ("extract",),
    "clusters": ("name",),
    "hierarchy": ("name", "hierarchy"),
    "audited_summaries": ("audit",),
}


#: What decides of the policy which values look like personal data.
_DETECTION = {"detectors_off", "min_detector_score", "extra_detectors"}


def _analyst(bench: Workbench, stage: str) -> dict[str, Any]:
    """Who answers a stage's questions: another stage's prompts and models change nothing here."""
    analyst, verbs = bench.analyst, _VERBS[stage]
    of_others = {role for roles in _ROLES.values() for role in roles} - set(_ROLES[stage])
    return {
        "analyst": analyst.name,
        "models": {role: model for role, model in analyst.models.items() if role not in of_others},
        "prompts": {verb: digest for verb, digest in analyst.prompts.items() if verb in verbs},
    }


def _conversations(bench: Workbench, key: str) -> dict[str, Any]:
    del key
    settings = bench.settings
    screening = _analyst(bench, "conversations") if settings.conversations.screener else {}
    return {
        "settings": settings.conversations.model_dump(),
        "seed": settings.seed,
        "key": sha256(b"fingerprint:" + bench.home.pseudonym_key).hexdigest(),
        **screening,
        **_attributes(bench),
        **_vectors(bench),
    }


def _vectors(bench: Workbench) -> dict[str, Any]:
    """Which vectors of the source are taken; nothing where none are declared."""
    found = bench.source_vectors
    return {} if found is None else {"vectors": {"dimension": found.dimension}}


def _attributes(bench: Workbench) -> dict[str, Any]:
    """What labels are read by; nothing where no attribute is declared."""
    if not bench.attributes:
        return {}
    # how many values a window tells apart changes no label
    read = [asdict(replace(one, top=0)) for one in bench.attributes]
    detection = bench.policy.model_dump(mode="json", include=_DETECTION)
    # one more table than before there were means, in homes that have any
    numbers = {"numbers": 1} if any(one.has_mean for one in bench.attributes) else {}
    return {"attributes": read, "detection": detection, **numbers}


def _broken_down(bench: Workbench) -> dict[str, Any]:
    """The attributes of a window's breakdowns, where there are any."""
    found = [asdict(one) for one in bench.attributes]
    # two more tables than before values had an order and numbers a mean
    return {"attributes": found, "told": 1} if found else {}


def _policy(bench: Workbench, stage: str) -> dict[str, Any]:
    """The fields of the policy whose notes name the stage."""
    fields = fields_that_change(stage)
    return {"policy": bench.policy.model_dump(mode="json", include=set(fields))} if fields else {}


def _definitions(bench: Workbench, key: str, *, clustered: bool = False) -> dict[str, Any]:
    """The definitions of the facets of a day or of a window's map, or of the clustered ones."""
    return {"facets": [asdict(f) for f in bench.facets_of(key) if f.clustered or not clustered]}


def _facets(bench: Workbench, key: str) -> dict[str, Any]:
    return {
        **_definitions(bench, key),
        **_analyst(bench, "facets"),
    }


def _embedders(bench: Workbench) -> dict[str, str]:
    named = {"embedding": bench.embedder, "multilingual": bench.multilingual}
    return {name: embedder.identity for name, embedder in named.items() if embedder is not None}


def _embeddings(bench: Workbench, key: str) -> dict[str, Any]:
    del key
    clustered = [facet.name for facet in bench.facets if facet.clustered]
    found = bench.source_vectors
    if found is None:
        return {"other_models": _embedders(bench), "facets": clustered}
    models = {**_embedders(bench), "source_vectors": found.identity}
    return {"other_models": models, "facets": clustered, "grouped_by_source": found.facet}


def _phrases(bench: Workbench) -> dict[str, str]:
    """The phrase book, where the analyst makes names of it."""
    return {"phrases": f"sha256:{bench.phrases.digest}"} if bench.analyst.extractive else {}


def _bridge(bench: Workbench) -> dict[str, str]:
    """The map that each window's own is drawn towards, where there is one."""
    return {"bridge": f"sha256:{bench.shipped_bridge}"} if bench.shipped_bridge else {}


def _maps(bench: Workbench, key: str) -> dict[str, Any]:
    """A named map's own words and those of the maps before it, which it is told from."""
    named = bench.map_of(key)
    if named is None:
        return {}
    before = bench.maps[: bench.maps.index(named)]
    told = [{"name": one.name, "where": one.where} for one in (*before, named)]
    return {"maps": told, "facets_of_map": named.facets}


def _slices(bench: Workbench, key: str) -> dict[str, Any]:
    return {**_maps(bench, key), "all_facets": [asdict(facet) for facet in bench.facets]}


def _clusters(bench: Workbench, key: str) -> dict[str, Any]:
    return {
        **_definitions(bench, key, clustered=True),
        # what the phrase book holds, not where it lies
        "settings": bench.settings.clusters.model_dump(exclude={"phrase_book"}),
        "other_models": {**_phrases(bench), **_bridge(bench)},
        "seed": bench.settings.seed,
        **_analyst(bench, "clusters"),
    }


def _hierarchy(bench: Workbench, key: str) -> dict[str, Any]:
    return {
        **_definitions(bench, key, clustered=True),
        # what the file of categories holds, not where it lies
        "settings": {
            **bench.settings.hierarchy.model_dump(exclude={"top_level"}),
            "min_coherence": bench.settings.clusters.min_coherence,
        },
        "top_level": [asdict(category) for category in bench.top_level],
        "seed": bench.settings.seed,
        "other_models": {"embedding": bench.embedder.identity, **_phrases(bench)},
        **_analyst(bench, "hierarchy"),
    }


def _audited_summaries(bench: Workbench, key: str) -> dict[str, Any]:
    return {
        **_definitions(bench, key),
        "settings": bench.settings.summaries.model_dump(),
        "min_coherence": bench.settings.clusters.min_coherence,
        "seed": bench.settings.seed,
        **_broken_down(bench),
        **_maps(bench, key),
        **_analyst(bench, "audited_summaries"),
    }


#: Stage -> the settings that the result for a key depends on, besides the policy.
_PARAMETERS: Mapping[str, Callable[[Workbench, str], Mapping[str, Any]]] = {
    "conversations": _conversations,
    "facets": _facets,
    "embeddings": _embeddings,
    SLICES: _slices,
    "clusters": _clusters,
    "hierarchy": _hierarchy,
    "audited_summaries": _audited_summaries,
    "published_insights": lambda bench, key: {},
}


def keys_read(bench: Workbench, stage: Stage, key: str, upstream: str) -> list[str]:
    """Partitions of an earlier stage that the stage's partition is made from."""
    if upstream == LANDING:
        return [landed.key for landed in bench.lake.landed() if landed.content_of(key)]
    if stage.cadence == "window" and STAGES[upstream].cadence == "day":
        return bench.days_of(key)
    return [key]


def making(bench: Workbench, name: str, key: str) -> Making:
    """How the partition would be made now; refused where an input is not sealed (rule 1)."""
    stage = STAGES[name]
    inputs: dict[str, dict[str, str]] = {}
    for upstream in stage.reads_for(key):
        inputs[upstream] = {}
        for upstream_key in keys_read(bench, stage, key, upstream):
            if upstream == LANDING:
                manifest = bench.lake.stored(LANDING, upstream_key).manifest
            else:
                manifest = bench.lake.sealed_manifest(upstream, upstream_key)
                if not manifest.is_input_of(name):
                    continue
            inputs[upstream][upstream_key] = manifest.content_for(name, key)
        if (name, upstream) in READS_ONLY and not inputs[upstream]:
            del inputs[upstream]  # nothing of it is read
    parameters = {**_PARAMETERS[name](bench, key), **_policy(bench, name)}
    if LANDING in stage.reads:  # the day's own table, and what is left out of it
        parameters["left_out"] = bench.duplicates.digest(date.fromisoformat(key))
    recipe = recipe_of(
        {"stage": name, "code": stage.code_version, "parameters": parameters, "inputs": inputs}
    )
    provenance = Provenance(  # a stage names only what it uses
        code_version=stage.code_version,
        analyst=parameters.get("analyst", ""),
        models={**parameters.get("models", {}), **parameters.get("other_models", {})},
        prompts=dict(parameters.get("prompts", {})),
    )
    return Making(name, key, recipe, provenance, inputs)


class Currency:
    """Tells which partitions need not be made again; remembers its answers, so use it briefly."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._known: dict[tuple[str, str], bool] = {}

    def holds(self, name: str, key: str) -> bool:
        """As `made_as_now`, and a release is the one that the public database holds."""
        if not self.made_as_now(name, key):
            return False
        if name != RELEASED:
            return True
        manifest = self._bench.lake.manifest(name, key)
        held = released(self._bench.home.release_folders).get(key)
        return manifest is not None and held == manifest.digest

    def made_as_now(self, name: str, key: str) -> bool:
        """Whether the partition and all it is made from are sealed and would come out the same."""
        if (name, key) not in self._known:
            self._known[name, key] = self._made_as_now(STAGES[name], key)
        return self._known[name, key]

    def _made_as_now(self, stage: Stage, key: str) -> bool:
        manifest = self._bench.lake.manifest(stage.name, key)
        if manifest is None or self._bench.lake.seal(stage.name, key) is None:
            return False
        for upstream in stage.reads_for(key):
            keys = keys_read(self._bench, stage, key, upstream)
            if upstream != LANDING and not all(self.made_as_now(upstream, k) for k in keys):
                return False
        return manifest.recipe == making(self._bench, stage.name, key).recipe
