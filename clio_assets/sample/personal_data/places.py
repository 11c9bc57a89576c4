"""Planted data that leads to a place: phone, postal address, coordinates, licence plate."""

from clio_assets.sample.personal_data.draw import Ticket, spread
from clio_assets.sample.personal_data.pools import pools

_AREA_CODES = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 "
    "239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 "
    "310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336 337 339 347 351 352 360 361 "
    "386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 "
    "440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510"
)
# Where a country's regulator keeps numbers for fiction, those (555-01xx, Ofcom, ARCEP,
# Bundesnetzagentur); elsewhere blocks of zeros that are not given out.
_BLOCKS: dict[str, tuple[tuple[str, int], ...]] = {
    "en": tuple((f"({area}) 555-01##", 2) for area in _AREA_CODES.split())
    + tuple((f"+1 {area}-555-01##", 2) for area in _AREA_CODES.split())
    + (("+44 20 7946 0###", 3), ("0161 496 0###", 3)),
    "de": (("030 23125###", 3), ("+49 221 4710###", 3), ("040 66969###", 3), ("069 90009###", 3)),
    "fr": (("01 99 00 ## ##", 4), ("+33 2 61 91 ## ##", 4), ("04 65 71 ## ##", 4)),
    "es": (("910 00 ## ##", 4), ("+34 910 00 ## ##", 4)),
    "it": (("02 0000 ####", 4), ("+39 02 0000 ####", 4)),
    "pt": (("(11) 90000-####", 4), ("+55 21 90000-####", 4)),
    "ru": (("+7 495 000-##-##", 4), ("8 (812) 000-##-##", 4)),
    "ja": (("03-5550-####", 4), ("+81 3-5551-####", 4)),
}
_PLATE_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"
_GERMAN_TOWNS = ("L", "HH", "B", "KS", "FR", "MZ", "DO", "RO", "KA", "ST")
# Somewhere within half a degree of these points, which is mostly fields.
_CENTRES = ((47.6, 8.4), (40.2, -3.9), (51.9, -1.1), (39.7, -86.1), (-23.1, -47.2), (52.6, 13.9))


def phone(ticket: Ticket) -> str:
    """A phone number of the language's main country."""
    blocks = _BLOCKS[ticket.language]
    sizes = [10**digits for _, digits in blocks]
    number = spread(ticket, sum(sizes), "phone")
    for (pattern, digits), size in zip(blocks, sizes, strict=True):
        if number < size:
            for digit in f"{number:0{digits}d}":
                pattern = pattern.replace("#", digit, 1)  # noqa: PLW2901
            return pattern
        number -= size
    raise AssertionError("a number lies in one of the blocks")


def postal_address(ticket: Ticket) -> str:
    """House number, street and town, as the language writes them."""
    place = pools().addresses[ticket.language]
    number = spread(ticket, 480 * len(place.streets) * len(place.towns), "address")
    number, street = divmod(number, len(place.streets))
    house, town = divmod(number, len(place.towns))
    return place.pattern.format(
        number=house + 1, street=place.streets[street], town=place.towns[town]
    )


def geo_coordinates(ticket: Ticket) -> str:
    """Decimal degrees with five digits, or degrees, minutes and seconds."""
    north, east = divmod(spread(ticket, 3_600 * 3_600, "geo"), 3_600)
    centre = _CENTRES[ticket.serial % len(_CENTRES)]
    latitude = centre[0] + north / 3_600 - 0.5
    longitude = centre[1] + east / 3_600 - 0.5
    if ticket.serial % 4 == 3:
        return f"{_sexagesimal(latitude, 'NS')} {_sexagesimal(longitude, 'EW')}"
    return f"{latitude:.5f}, {longitude:.5f}"


def licence_plate(ticket: Ticket) -> str:
    """A plate of the form that is usual in the language's main country."""
    number = spread(ticket, 9_000_000, "plate")
    digits, letters = 1_000 + number % 9_000, number // 9_000
    first, second = divmod(letters, len(_PLATE_LETTERS))
    first, third = first % 20, first // 20
    word = f"{_PLATE_LETTERS[first]}{_PLATE_LETTERS[second]}"
    match ticket.language:
        case "de":
            return f"{_GERMAN_TOWNS[ticket.serial % len(_GERMAN_TOWNS)]}-{word} {digits}"
        case "fr":
            tail = f"{_PLATE_LETTERS[third]}{_PLATE_LETTERS[digits // 1_000]}"
            return f"{word}-{digits % 1_000:03d}-{tail}"
    year = 10 + digits // 1_000 + (0, 50, 10)[third]
    tail = "".join(_PLATE_LETTERS[int(digit)] for digit in f"{digits % 1_000:03d}")
    american = f"{third + 4}{word}{_PLATE_LETTERS[digits // 1_000]}{digits % 1_000:03d}"
    return (f"{word}{year} {tail}", american)[ticket.serial % 2]


def _sexagesimal(degrees: float, hemispheres: str) -> str:
    seconds = round(abs(degrees) * 3_600)
    whole, rest = divmod(seconds, 3_600)
    return f"{whole}°{rest // 60:02d}'{rest % 60:02d}\"{hemispheres[degrees < 0]}"
