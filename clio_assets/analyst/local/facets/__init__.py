"""Facets and screening by rules: the half of the local analyst that reads conversations."""

from clio_assets.analyst.local.facets.extract import extract
from clio_assets.analyst.local.facets.screen import screen

__all__ = ["extract", "screen"]
