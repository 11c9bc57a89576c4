"""Reads the explorer's payloads by their description alone, not by the code that writes them."""

import gzip
import json
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Decoded:
    """A payload: its header, and each cluster as published, by id."""

    header: dict[str, Any]
    clusters: dict[str, dict[str, Any]]


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]

    def varint(self) -> int:
        value, shift = 0, 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def varints(self, count: int) -> list[int]:
        return [self.varint() for _ in range(count)]


def plain(data: bytes) -> bytes:
    """Content as it was before compression: clients of the server see it so already."""
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def decode_index(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plain(data))
    assert found["format"] == 2
    return found


def decode_map(data: bytes) -> Decoded:
    """Every cluster's published values; `cells` by facet and value, None where suppressed."""
    stream = _Bytes(plain(data))
    assert stream.take(8) == b"CLIO\x02\0\0\0"
    header = json.loads(stream.take(int.from_bytes(stream.take(4), "little")))
    n, unit, scale = (header[name] for name in ("n", "unit", "scale"))
    lengths = [length for _, length in header["sections"]]
    assert stream.at + sum(lengths) == len(stream.data)
    level, audit = list(stream.take(n)), list(stream.take(n))
    coherence = [None if steps == 255 else steps / 100 for steps in stream.take(n)]
    parent = [at - back if back else None for at, back in enumerate(stream.varints(n))]
    number = stream.varints(n)
    size = [units * unit for units in stream.varints(n)]
    users = [units * unit for units in stream.varints(n)]
    x, y = _coordinates(stream, parent, scale), _coordinates(stream, parent, scale)
    names = json.loads(stream.take(lengths[9]))
    cells = [{value: stream.varints(n) for value in facet["values"]} for facet in header["facets"]]
    descriptions = json.loads(stream.take(lengths[10 + len(header["facets"])]))
    told = [json.loads(stream.take(length)) for length in lengths[11 + len(header["facets"]) :]]
    averaged = [one["name"] for one in header.get("means", [])]
    assert stream.at == len(stream.data)
    head = header["window"]
    ids = [f"{head['window']}:{head['facet']}:{level[i]}:{number[i]}" for i in range(n)]
    clusters = {
        ids[i]: {
            "level": level[i],
            "parent": None if parent[i] is None else ids[parent[i]],
            "name": names[i],
            "description": descriptions[i],
            "size": size[i],
            "users": users[i],
            "audit": audit[i],
            "coherence": coherence[i],
            "x": x[i],
            "y": y[i],
            "cells": {
                (facet["name"], value): (column[i] - 1) * unit if column[i] else None
                for facet, columns in zip(header["facets"], cells, strict=True)
                for value, column in columns.items()
            },
            "means": {
                name: (means[i], of[i]) for name, (means, of) in zip(averaged, told, strict=True)
            },
        }
        for i in range(n)
    }
    return Decoded(header, clusters)


def _coordinates(stream: _Bytes, parent: list[int | None], scale: int) -> list[float]:
    at: list[int] = []
    for index, coded in enumerate(stream.varints(len(parent))):
        above = parent[index]
        at.append((coded >> 1 ^ -(coded & 1)) + (0 if above is None else at[above]))
    return [steps / scale for steps in at]


def elements(page: str) -> dict[str, bytes]:
    """The data elements of an exported page, by id."""
    found = re.findall(
        r'<script type="application/octet-stream;base64" id="([^"]+)">([^<]*)</script>', page
    )
    return {name: b64decode(text) for name, text in found}
