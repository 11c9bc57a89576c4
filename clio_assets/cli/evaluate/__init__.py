"""`clio evaluate`: how good the maps are. One file a measure."""
