"""The analyst that needs no model: analyst.py answers by the rules of `facets` and `naming`."""
