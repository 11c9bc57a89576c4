"""What was said in a transcript, without its marks."""

import re

#: What a transcript holds besides what was said: the marks of turns and of what was left out.
_MARK = re.compile(r'</?(?:system|user|assistant|tool)>|<omitted characters="\d+"/>')


def spoken(transcript: str) -> str:
    """What was said in a transcript: a blank line between turns, escaped characters restored."""
    text = _MARK.sub("\n\n", transcript)
    return text.replace("&lt;", "<").replace("&amp;", "&")
