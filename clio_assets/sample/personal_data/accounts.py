"""Planted account and identity numbers, valid by their check digits.

Prefixes are test ranges or ranges that no authority hands out, so that no number is a person's.
"""

from stdnum import iban as iban_rules
from stdnum import luhn
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.it import codicefiscale

from clio_assets.sample.personal_data.draw import Ticket, spread

_CONSONANTS = "BCDFGLMNPRST"
_BIRTH_MONTHS = "ABCDEHLMPRST"


def iban(ticket: Ticket) -> str:
    """A German, Austrian, Swiss or British IBAN of a bank that does not exist."""
    account = spread(ticket, 100_000_000, "iban")
    country, basic = (
        ("DE", f"99999999{account:010d}"),
        ("AT", f"99999{account:011d}"),
        ("CH", f"99999{account:012d}"),
        ("GB", f"ZZZZ999999{account:08d}"),
    )[ticket.serial % 4]
    number = f"{country}{iban_rules.calc_check_digits(f'{country}00{basic}')}{basic}"
    return _grouped(number, " ", 4) if ticket.serial % 3 else number


def payment_card(ticket: Ticket) -> str:
    """A card number of a payment provider's test range."""
    account = spread(ticket, 100_000_000, "card")
    prefix, separator = (
        ("4000000", " "),
        ("5555555", "-"),
        ("378282", ""),
        ("6011111", " "),
    )[ticket.serial % 4]
    payload = f"{prefix}{account:08d}"
    number = payload + str(luhn.calc_check_digit(payload))
    return _grouped(number, separator, 4) if separator else number


def us_ssn(ticket: Ticket) -> str:
    """A social security number of an area that was never given out before 2011."""
    area, rest = divmod(spread(ticket, 127 * 99 * 9_999, "ssn"), 99 * 9_999)
    group, serial = divmod(rest, 9_999)
    separator = "-" if ticket.serial % 5 else " "
    return f"{773 + area}{separator}{group + 1:02d}{separator}{serial + 1:04d}"


def national_id(ticket: Ticket) -> str:
    """An identity number of the language's main country, or of one of five countries."""
    schemes = {"es": _dni, "fr": _nir, "it": _codice_fiscale, "pt": _cpf, "de": _bsn}
    scheme = schemes.get(ticket.language) or tuple(schemes.values())[ticket.serial % len(schemes)]
    return scheme(ticket)


def _dni(ticket: Ticket) -> str:
    number = f"{99_000_000 + spread(ticket, 1_000_000, 'dni'):08d}"
    return number + str(dni.calc_check_digit(number))


def _nir(ticket: Ticket) -> str:
    """Born abroad (99) in a country code that does not exist."""
    number = spread(ticket, 2 * 60 * 12 * 999, "nir")
    number, order = divmod(number, 999)
    number, month = divmod(number, 12)
    sex, year = divmod(number, 60)
    digits = f"{sex + 1}{40 + year:02d}{month + 1:02d}99990{order + 1:03d}"
    return digits + str(nir.calc_check_digits(digits))


def _codice_fiscale(ticket: Ticket) -> str:
    """Six consonants, a birthday and a place code that does not exist."""
    number = spread(ticket, 12**5 * 60 * 12 * 28, "codice fiscale")
    number, day = divmod(number, 28)
    number, month = divmod(number, 12)
    number, year = divmod(number, 60)
    letters = ""
    for _ in range(5):
        number, letter = divmod(number, 12)
        letters += _CONSONANTS[letter]
    digits = f"{letters}X{40 + year:02d}{_BIRTH_MONTHS[month]}{day + 1:02d}Z999"
    return digits + str(codicefiscale.calc_check_digit(digits))


def _cpf(ticket: Ticket) -> str:
    """Brazil: two check digits, each a weighted sum modulo 11 (remainders 0 and 1 give 0)."""
    digits = [int(digit) for digit in f"{spread(ticket, 9_999_999, 'cpf') + 1:09d}"]
    for _ in range(2):
        total = sum(
            digit * weight
            for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True)
        )
        digits.append((11 - total % 11) % 11 % 10)
    number = "".join(map(str, digits))
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def _bsn(ticket: Ticket) -> str:
    """The Netherlands: nine digits whose weighted sum divides by 11 (the eleven test)."""
    digits = [int(digit) for digit in f"{9_900_000 + spread(ticket, 100_000, 'bsn')}0"]
    check = sum(d * weight for d, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
    if check == 10:  # no digit fits; 5 in the eighth place, of weight 2, makes it 9
        digits[7], check = 5, 9
    return "".join(map(str, [*digits, check]))


def _grouped(number: str, separator: str, size: int) -> str:
    return separator.join(number[i : i + size] for i in range(0, len(number), size))
