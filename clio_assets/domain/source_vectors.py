"""Vectors that a source already has of its conversations, as the operator declares them."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

#: Why a conversation has no vector of the source's that could be used: fixed words.
VectorFault = Literal[
    "no_vector",  # the record holds none
    "vector_not_numbers",  # what stands there is no list of numbers
    "vector_of_other_dimension",  # it has more or fewer numbers than declared
    "vector_not_finite",  # a number of it is none, or infinite
    "vector_of_zeros",  # it points nowhere
]
VECTOR_FAULTS: Final[tuple[VectorFault, ...]] = get_args(VectorFault)


@dataclass(frozen=True)
class SourceVectors:
    """Which vectors are taken: the records' field, the declared model, and the facet they group.

    They lie in a space of their own: of whole conversations, by another model than texts are
    embedded with. So they decide which conversations are grouped, and are compared with nothing
    that is embedded here.
    """

    field: str
    model: str
    dimension: int
    facet: str

    @property
    def identity(self) -> str:
        """What lineage and recipes call them."""
        return f"{self.model} (declared, {self.dimension} numbers)"
