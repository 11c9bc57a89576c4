"""The lake as the gates see it: stored bytes in, seal out, release at the end."""

from collections.abc import Iterable

from clio_assets.errors import LakeError, contained
from clio_assets.home.erasures import pending_intent
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake, Stored
from clio_assets.lake.release import release
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict


class LakeGatekeeper:
    """Implements privacy_checks.gates.judge.Gatekeeper over a lake."""

    def __init__(self, lake: Lake, folders: ReleaseFolders) -> None:
        self._lake = lake
        self._folders = folders

    @property
    def policy(self) -> PrivacyPolicy:
        """The policy in force."""
        return self._lake.policy

    def stored(self, stage: str, key: str) -> Stored:
        """The partition as it lies on disk."""
        return self._lake.stored(stage, key)

    def decide(self, partition: StoredPartition, verdicts: Iterable[Verdict], run_id: str) -> bool:
        """Keep the verdicts of a partition that `stored` gave; True if it is sealed now."""
        if not isinstance(partition, Stored):
            raise TypeError("only partitions of this lake can be sealed")
        return self._lake.judge(partition, verdicts, run_id).sealed

    def release(self, partition: StoredPartition) -> None:
        """Swap the partition's window into the public database."""
        with contained("the release of", partition.key):
            if pending_intent(self._folders.private) is not None:
                raise LakeError(
                    f"{partition.key} is not released: an erasure of this home was interrupted; "
                    "`clio run` finishes it and releases what is left"
                )
            release(self._lake, self._folders, partition.stage, partition.key)
