"""Names, descriptions, levels and audit of the local analyst: rules and counting, no model.

base_clusters.py names base clusters: profiles.py counts what their members say, english.py and
native.py (every other language) make candidates of it, wording.py and describe.py write the chosen
one. An English member is read in the order openers.py, parse.py, chunks.py, clauses.py, phrases.py.
parents.py names parents from their children's names: retelling.py takes those apart, themes.py
finds what they have in common. levels.py groups, audit.py rates.
"""
