"""Where a run that `clio run` executes belongs in Dagster: under its job, in the timeline."""

from typing import Final

import dagster as dg
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

#: The code location's name in workspace.yaml, in pyproject.toml and in `clio dagster`.
LOCATION: Final = "clio"
MODULE: Final = "clio_assets.definitions"


def origin_of(job: dg.JobDefinition) -> RemoteJobOrigin:
    """The job as Dagster's webserver knows it; a run without it stands in no timeline."""
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name=MODULE), location_name=LOCATION
    )
    repository = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME)
    return repository.get_job_origin(job.name)


def repository_tags(origin: RemoteJobOrigin) -> dict[str, str]:
    """The tag by which Dagster's pages find the runs of a job."""
    return {REPOSITORY_LABEL_TAG: origin.repository_origin.get_label()}
