"""Detectors of personal data.

`find`, `find_in`, `has_hit` and `mask` use all detectors; facets and published texts must be clean
of every kind. `PERSONAL` leaves out `digit_run`, the safety net that also catches years. Both
share their placeholders, and both can be extended with an operator's own detectors.
"""

from privacy_checks.detectors.coordinates import CoordinatesDetector
from privacy_checks.detectors.crypto_address import CryptoAddressDetector
from privacy_checks.detectors.date_of_birth import DateOfBirthDetector
from privacy_checks.detectors.digit_run import DIGIT_RUN
from privacy_checks.detectors.email_address import EmailAddressDetector
from privacy_checks.detectors.handle import HANDLE
from privacy_checks.detectors.iban import IbanDetector
from privacy_checks.detectors.ip_address import IpAddressDetector
from privacy_checks.detectors.licence_plate import LicencePlateDetector
from privacy_checks.detectors.mac_address import MAC_ADDRESS
from privacy_checks.detectors.national_id import NationalIdDetector
from privacy_checks.detectors.opaque_token import OPAQUE_TOKEN
from privacy_checks.detectors.payment_card import PAYMENT_CARD
from privacy_checks.detectors.phone import PhoneDetector
from privacy_checks.detectors.postal_address import PostalAddressDetector
from privacy_checks.detectors.protocol import Detector, Hit, Trigger
from privacy_checks.detectors.registry import Registry
from privacy_checks.detectors.secret import SecretDetector
from privacy_checks.detectors.spelled_digits import SPELLED_DIGITS
from privacy_checks.detectors.url import UrlDetector

__all__ = [
    "ALL",
    "PERSONAL",
    "Detector",
    "Hit",
    "Registry",
    "Trigger",
    "find",
    "find_in",
    "has_hit",
    "mask",
]

#: Every kind. `digit_run` comes first because it is the cheapest that finds most of the others.
ALL = Registry(
    (
        DIGIT_RUN,
        SPELLED_DIGITS,
        EmailAddressDetector(),
        HANDLE,
        UrlDetector(),
        SecretDetector(),
        OPAQUE_TOKEN,
        CryptoAddressDetector(),
        IbanDetector(),
        PAYMENT_CARD,
        NationalIdDetector(),
        PhoneDetector(),
        IpAddressDetector(),
        MAC_ADDRESS,
        CoordinatesDetector(),
        DateOfBirthDetector(),
        LicencePlateDetector(),
        PostalAddressDetector(),
    )
)
PERSONAL = ALL.without("digit_run")

find = ALL.find
find_in = ALL.find_in
has_hit = ALL.has_hit
mask = ALL.mask
