"""Ways in which people write personal data so that machines miss it."""

_DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def obfuscate_email(value: str, variant: int) -> str:
    """`jane.doe@example.com` with the signs spelled out, in brackets or spaced."""
    user, domain = value.split("@")
    match variant % 3:
        case 0:
            return f"{user} at {domain}".replace(".", " dot ")
        case 1:
            return f"{user}[at]{domain}".replace(".", "[dot]")
    return f"{user} (at) {domain.replace('.', ' . ')}"


def obfuscate_digits(value: str, variant: int) -> str:
    """A number with spaced, dotted, full-width or spelled digits."""
    compact = "".join(c for c in value if c.isalnum() or c == "+")
    match variant % 4:
        case 0:
            return " ".join(compact)
        case 1:
            return ".".join(compact)
        case 2:
            return value.translate(_FULL_WIDTH)
    return " ".join(_DIGIT_WORDS[int(c)] if c.isdecimal() else c for c in compact)
