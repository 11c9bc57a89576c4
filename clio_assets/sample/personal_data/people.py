"""Planted data about a person: name, e-mail address, social handle, date of birth."""

from datetime import date, timedelta

from clio_assets.sample.personal_data.draw import Ticket, spread
from clio_assets.sample.personal_data.pools import Names, pools

# Reserved for documentation (RFC 2606, RFC 6761): mail to them reaches nobody.
_MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
_FIRST_BIRTHDAY = date(1940, 1, 1)
_BIRTHDAYS = 24_800
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def name_pool(language: str) -> str:
    """The pool of names that people who write this language draw from."""
    return language if language in pools().names else "latin"


def person_name(ticket: Ticket) -> str:
    """A first and a last name, with a middle initial once all pairs are used."""
    names = pools().names[name_pool(ticket.language)]
    first, last = _pair(ticket, names, "name")
    if ticket.language == "ja":
        return f"{last} {first}"
    round_number = ticket.serial // (len(names.first) * len(names.last))
    initial = f" {chr(ord('A') + (round_number - 1) % 26)}." if round_number else ""
    return f"{first}{initial} {last}"


def email(ticket: Ticket) -> str:
    """An address at a reserved domain; the number in it makes it distinct."""
    first, last = (part.lower() for part in _pair(ticket, pools().names["latin"], "email"))
    number = spread(ticket, 900_000, "email number") + 100
    user = (f"{first}.{last}{number}", f"{first}_{number}", f"{last}{number}.{first[0]}")
    domain = _MAIL_DOMAINS[ticket.serial % len(_MAIL_DOMAINS)]
    return f"{user[ticket.serial // len(_MAIL_DOMAINS) % len(user)]}@{domain}"


def social_handle(ticket: Ticket) -> str:
    """A handle as social networks write it."""
    first, last = (part.lower() for part in _pair(ticket, pools().names["latin"], "handle"))
    number = spread(ticket, 900_000, "handle number") + 10
    return (f"@{first}_{last}_{number}", f"@the.{first}{number}")[ticket.serial % 2]


def date_of_birth(ticket: Ticket) -> str:
    """A day between 1940 and 2007 in a form that is usual in the language."""
    day = _FIRST_BIRTHDAY + timedelta(days=spread(ticket, _BIRTHDAYS, "birth"))
    match ticket.language:
        case "ja" | "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        case "nl":
            return f"{day:%d-%m-%Y}"
        case "de" | "ru":
            return f"{day:%d.%m.%Y}"
        case "es" | "fr" | "it" | "pt":
            return f"{day:%d/%m/%Y}"
    month = _MONTHS[day.month - 1]
    if day.day > 12 and ticket.serial % 3 == 1:  # below that, another language reads another day
        return f"{day:%m/%d/%Y}"
    return (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day:%Y-%m-%d}",
    )[ticket.serial % 3]


def _pair(ticket: Ticket, names: Names, salt: str) -> tuple[str, str]:
    first, last = divmod(spread(ticket, len(names.first) * len(names.last), salt), len(names.last))
    return names.first[first], names.last[last]
