"""How good the maps are: measures of clusters, names, languages, privacy, auditor and stability."""
