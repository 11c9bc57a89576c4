"""Names, descriptions, levels and audit of the local analyst: rules and counting, no model."""
