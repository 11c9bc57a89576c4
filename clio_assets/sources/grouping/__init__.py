"""From pieces (requests, messages, spans) to conversations, whatever order they lay in.

pieces -> traces.py   what a span says of user and conversation reaches the spans below it
       -> links.py    pieces that name only the piece before them find their conversation
       -> buckets.py  rows by conversation, in unnamed files, a bounded number in memory
       -> assemble.py bucket by bucket: chains.py (requests that repeat the history) and
                      trees.py (messages that were new)
"""
