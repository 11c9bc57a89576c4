"""The detectors that come with the project, as one registry."""

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
from privacy_checks.detectors.registry import Registry
from privacy_checks.detectors.secret import SecretDetector
from privacy_checks.detectors.spelled_digits import SPELLED_DIGITS
from privacy_checks.detectors.url import UrlDetector

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
