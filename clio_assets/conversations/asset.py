"""The `conversations` stage as an asset."""

from datetime import date

from clio_assets.conversations.attributes import Labels
from clio_assets.conversations.build import ConversationRules, build
from clio_assets.conversations.schema import CONVERSATIONS
from clio_assets.errors import LakeError, contained
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.landing.landed import landed_for, landed_rows
from clio_assets.stages import LANDING
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench


def make_conversations(bench: Workbench, key: str) -> Manifest:
    """Make one day's partition from what was landed for it."""
    with contained("conversations", key):
        plan, day = making(bench, "conversations", key), date.fromisoformat(key)
        landed = landed_for(bench.lake, plan.inputs[LANDING], day)
        vectors = bench.source_vectors
        rows = landed_rows(bench.lake, landed, day, vectors=vectors is not None)
        left_out = bench.duplicates.of(day)
        if making(bench, "conversations", key).recipe != plan.recipe:
            raise LakeError("the sources were landed again meanwhile; run again")
        question = bench.settings.conversations.screener
        analyst = bench.analyst.working_on("conversations", key)
        rules = ConversationRules(
            bench.home.pseudonym_key,
            bench.settings.conversations,
            bench.settings.seed,
            (lambda found: analyst.screen(found, question)) if question else None,
            Labels.under(bench.attributes, bench.policy) if bench.attributes else None,
            None if vectors is None else vectors.dimension,
        )
        tables = build(rows, left_out, rules)
        return bench.lake.write(
            plan,
            tables.by_name(),
            Accounts.of(
                rows.num_rows, tables.conversations.num_rows, tables.set_aside, analyst.usage
            ),
        )


CONVERSATIONS_ASSET = StageAsset(
    stage="conversations",
    description="A day's conversations: normalised, de-duplicated, sampled, screened, with keyed "
    "pseudonyms in place of user and conversation ids. Private.",
    make=make_conversations,
    columns=lambda bench: CONVERSATIONS,
)
