"""How a written name is read: one form for all ways to encode it, and letters of other alphabets
that look like Latin ones.

A name of a medicine decides which rules apply. A soft hyphen, a letter of another width or a
Cyrillic е must not hide it.
"""

import re
from functools import lru_cache
from unicodedata import category, name, normalize

LOOKALIKES = {
    # Cyrillic
    **dict(zip("аАВЬЕеЁё", "aABbEeEe", strict=True)),
    **dict(zip("сСԁԌнНһіІїЇјЈ", "cCdGHHhiIiIjJ", strict=True)),
    **dict(zip("кКмМпоОрРԛѕЅтТ", "kKmMnoOpPqsSTT", strict=True)),
    **dict(zip("уУѵѴԝхХүҮґгвзЗӏӀ", "yYvVwxXyYrrBzZlI", strict=True)),
    # Greek
    **dict(zip("αΑβΒεΕηΗιΙκΚ", "aAbBeEnHiIkK", strict=True)),
    **dict(zip("ΜνΝοΟρΡτΤυΥχΧγωζΖμ", "MvNoOpPtTuYxXywzZu", strict=True)),
    # Armenian, and Latin letters that have a letter of their own
    **dict(zip("օոսհցգ", "onuhgq", strict=True)),
    **dict(zip("ıɑɡɩʏʟɴʀɪƒꞵħ", "iagiylnrifbh", strict=True)),
}
"""Letters that are taken for a Latin one, and for which one."""
_SPELLED = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "œ": "oe"}
"""Letters of living languages, and how they are written without them."""
_TYPED = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
"""German letters, and how they are typed without them."""
_ALONE = re.compile(r"\b[α-ω]\b|\bμ(?=(g|l|mol)\b)")
"""A Greek letter by itself, as in 'interferon β', and the micro of a unit."""


def plain_text(text: str) -> str:
    """Return a text in its one usual form: NFKC, without characters that are not seen (soft hyphen,
    zero-width space).

    >>> plain_text("fentan\\u00adyl"), plain_text("ｆｅｎｔａｎｙｌ")
    ('fentanyl', 'fentanyl')
    """
    return "".join(letter for letter in normalize("NFKC", text) if not _is_unseen(letter))


def _is_unseen(letter: str) -> bool:
    """True for format characters and for those that only fill (U+034F, U+115F, U+1160, U+3164,
    variation selectors).
    """
    return category(letter) == "Cf" or letter in "\u034f\u115f\u1160\u3164\ufe0e\ufe0f"


@lru_cache(maxsize=4096)
def looks_like(text: str) -> str:
    """Return a text in the small Latin letters it looks like, without accents; letters that look
    like none are kept.

    >>> looks_like("fеntanyl"), looks_like("Buprénorphine"), looks_like("ΜΕΤHADONE")
    ('fentanyl', 'buprenorphine', 'methadone')
    """
    letters = normalize("NFKD", plain_text(text))
    read = LOOKALIKES | _SPELLED
    return "".join(read.get(x, x) for x in letters if category(x) != "Mn").casefold()


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Return a name in the small Latin letters it looks like, signs as single spaces, so that whole
    words can be compared.

    >>> plain_name("St. John's Wort 300 mg"), plain_name("Co-codamol 30/500")
    ('st johns wort 300 mg', 'co codamol 30 500')
    """
    return " ".join(
        re.sub(r"[^a-z0-9]+", " ", looks_like(name).replace("'", "").replace("’", "")).split()
    )


@lru_cache(maxsize=4096)
def typed(text: str) -> str:
    """Return a text in small Latin letters, as it is typed without umlauts; dots and commas stay,
    because they end a clause.

    >>> typed("Z. n. Krampfanfällen, CKD 4")
    'z. n. krampfanfaellen, ckd 4'
    """
    spelled = plain_text(text).casefold()
    for letter, as_typed in _TYPED:
        spelled = spelled.replace(letter, as_typed)
    bare = looks_like(spelled).replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^a-z0-9.,;:]+", " ", bare).split())


def odd_letters(text: str) -> tuple[str, ...]:
    """Return the letters of a text that are of another alphabet than Latin, or are taken for a
    Latin one, each once, in order.

    >>> words = ("Buprénorphine 2 mg", "Größe", "fеntanyl", "fıoricet")
    >>> tuple(odd_letters(word) for word in words)
    ((), (), ('е',), ('ı',))
    >>> odd_letters("interferon β-1a 250 µg")  # a letter alone and a unit hide no name
    ()
    """
    shown = _ALONE.sub("", plain_text(text))
    return tuple(dict.fromkeys(letter for letter in shown if _is_odd(letter)))


def _is_odd(letter: str) -> bool:
    if not category(letter).startswith("L"):
        return False
    return (
        letter in LOOKALIKES
        or not name(letter, "").startswith("LATIN ")
        or not looks_like(letter).isascii()
    )


def described(letter: str) -> str:
    """Return a letter with its name, so that a reader can tell it from the one it looks like.

    >>> described("е")
    'е (Cyrillic small letter ie)'
    """
    return f"{letter} ({name(letter, 'a letter without a name').capitalize()})"
