"""Which kinds of personal data there are, and how they get into a conversation."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from clio_assets.sample.personal_data import accounts, devices, people, places
from clio_assets.sample.personal_data.draw import Ticket
from clio_assets.sample.personal_data.obfuscate import obfuscate_digits, obfuscate_email

OBFUSCATED_SHARE = 0.1


@dataclass(frozen=True)
class Kind:
    """A kind of personal data: how it is made and how often it occurs.

    `pool` maps a language to the pool its values come from; serial numbers are counted per pool,
    so that values stay distinct although pools differ in size.
    """

    make: Callable[[Ticket], str]
    weight: float = 1.0
    pool: Callable[[str], str] = lambda _language: ""
    obfuscate: Callable[[str, int], str] | None = None


def _own_pool(language: str) -> str:
    return language


KINDS: Mapping[str, Kind] = {
    "person_name": Kind(people.person_name, 2.5, people.name_pool),
    "email": Kind(people.email, 2.5, obfuscate=obfuscate_email),
    "phone": Kind(places.phone, 2.0, _own_pool, obfuscate_digits),
    "postal_address": Kind(places.postal_address, 1.5, _own_pool),
    "date_of_birth": Kind(people.date_of_birth, 1.2),
    "iban": Kind(accounts.iban, 1.0, obfuscate=obfuscate_digits),
    "payment_card": Kind(accounts.payment_card, 1.0, obfuscate=obfuscate_digits),
    "us_ssn": Kind(accounts.us_ssn, 0.8, obfuscate=obfuscate_digits),
    "national_id": Kind(accounts.national_id),
    "ip_address": Kind(devices.ip_address),
    "ipv6_address": Kind(devices.ipv6_address, 0.7),
    "mac_address": Kind(devices.mac_address, 0.7),
    "url": Kind(devices.url),
    "crypto_address": Kind(devices.crypto_address, 0.7),
    "api_key": Kind(devices.api_key, 0.9),
    "social_handle": Kind(people.social_handle),
    "licence_plate": Kind(places.licence_plate, 0.8, _own_pool),
    "geo_coordinates": Kind(places.geo_coordinates, 0.7),
}


class Planted(NamedTuple):
    """A piece of personal data as it stands in a message, and as it is without obfuscation."""

    kind: str
    value: str
    plain: str
    turn: int  # of the user's turns, from 0
    sentence: str


@dataclass
class Planter:
    """Hands out personal data; no value twice within one sample, unless its pool is used up."""

    seed: int
    serials: Counter[tuple[str, str]] = field(default_factory=Counter)

    def plant(
        self, carriers: Mapping[str, tuple[str, ...]], language: str, turns: int, random: Random
    ) -> list[Planted]:
        """One to three pieces of different kinds, each with the sentence that carries it.

        `carriers` maps the kinds that the language has sentences for to these sentences; `turns`
        is the number of user turns. At least half of the pieces stand in the first request.
        """
        kinds: dict[str, None] = {}
        weights = [KINDS[kind].weight for kind in carriers]
        for kind in random.choices(
            list(carriers), weights, k=random.choices((1, 2, 3), (13, 5, 2))[0]
        ):
            kinds[kind] = None
        return [self._piece(kind, carriers[kind], language, turns, random) for kind in kinds]

    def _piece(
        self, kind: str, carriers: tuple[str, ...], language: str, turns: int, random: Random
    ) -> Planted:
        made = KINDS[kind]
        pool = (kind, made.pool(language))
        plain = made.make(Ticket(self.serials[pool], self.seed, language))
        self.serials[pool] += 1
        hidden = made.obfuscate is not None and random.random() < OBFUSCATED_SHARE
        value = made.obfuscate(plain, random.randrange(12)) if made.obfuscate and hidden else plain
        turn = 0 if random.random() < 0.5 else random.randrange(turns)
        return Planted(kind, value, plain, turn, random.choice(carriers).format(value=value))
