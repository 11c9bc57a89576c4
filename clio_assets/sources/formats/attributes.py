"""What sources say about a conversation beside its words, under one name each.

A shape puts what it finds under these names into `attributes` of what it yields; `[[attributes]]`
of clio.toml says which of them an operator wants to see. Values are short labels, numbers or
booleans; lists of labels (`tags`) are lists of text. Free text has no place here.
"""

from typing import Final

MODEL: Final = "model"  # that answered last
PRODUCT: Final = "product"  # application or service
PLAN: Final = "plan"
TENANT: Final = "tenant"
REGION: Final = "region"
COHORT: Final = "cohort"
TAGS: Final = "tags"
AGENT: Final = "agent"  # name of the agent or automation that asked; absent: a person
ERROR: Final = "error"  # whether the last request failed
LATENCY: Final = "latency_seconds"  # of the last answer
INPUT_TOKENS: Final = "input_tokens"  # of one request
OUTPUT_TOKENS: Final = "output_tokens"
COST: Final = "cost_usd"
FEEDBACK: Final = "feedback"  # -1 to 1, what the user thought of an answer
