"""Ordinary vocabulary: words so common that they say nothing of who wrote them.

A word is ordinary where the public frequency lists of `wordfreq` (Speer 2022) hold it at least
once in two million words (Zipf frequency 2.7, van Heuven et al. 2014) and the English dictionary
of `simplemma` knows it as a word in lower case. The dictionary writes names with a capital ("John",
"Tuesday"), brands and most small places are not in it ("Nike", "Barnsley"); the names that it holds
in lower case all the same are listed here.

A capital inside a sentence marks a name whatever the word ("Apple", "Will"), except in the few
words that English always writes with one.
"""

import functools

#: Zipf frequency: base-10 logarithm of the occurrences in a billion words.
MIN_ZIPF = 2.7

#: Written with a capital, and no names of anybody: times, languages, faiths, everyday acronyms.
_CAPITALISED_TEXT = """
I I'm I've I'll I'd OK
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June
July August September October November December Christmas Easter Halloween
Arabic Bengali Bulgarian Cantonese Chinese Croatian Czech Danish Dutch English Estonian Finnish
French German Greek Hebrew Hindi Hungarian Indonesian Irish Italian Japanese Korean Latin
Mandarin Norwegian Persian Polish Portuguese Punjabi Romanian Russian Serbian Spanish Swahili
Swedish Tamil Thai Turkish Ukrainian Urdu Vietnamese Welsh
African American Asian Australian British Canadian European Indian Mexican Western
Bible Buddhism Buddhist Christian Christianity God Hindu Hinduism Islam Islamic Jewish Judaism
Muslim Muslims Christians Quran
AI API APIs CPU CSS CSV CV DIY DNA DVD FAQ GPS GPU HR HTML HTTP ID IT JSON PC PDF PDFs PhD PR QA
RAM RNA SEO SMS SQL TV UI URL URLs USB UX VPN VR WiFi XML EU UK UN US USA Internet
"""
_CAPITALISED = frozenset(_CAPITALISED_TEXT.split())

#: Given names, family names, brands and places that the dictionary also holds in lower case. What
#: is foremost an everyday word ("bill", "rose", "baker", "target") is not among them.
_NAMES_TEXT = """
abid accra acme ade adidas adobe alexander ali alma amazon amir angela angelica ankara anna arian
arias ariel arroyo bailey bangkok barker barrios barry bates beck berg berlin bibi billy bob bobby
boeing bowman brad brian brock burgess burke canton carl carmine caro caroline carr carter castro
chad chamberlain chapman chile clarence clive coke colin colleen collier cologne conde costa cox dag
dalton davenport decker derrick diane dirk disney dodd dolores dundee dyer emir fay ferrari fiat
fleming fletcher ford fritz gaines garda garner garret gemma gibbons glen google graham griffin hale
hamza hart hector henning henry hicks hogan holden holm honda hoover hove hurst hyundai jack jake
japan jasper jay jenny jill jimmy jo joey johns jones jordan josef josh julia kaiser kane kata kemp
ken kent khan kirk kohl lam lambert lang laos lars lea leach lee lego lin lino lisa london luna lutz
lynch maas mack madden mads malik manila marc marcel maria marie marques martens martin mazda mick
mike milo mina morales morgan moulin muni murphy muscat neal nelson newton nils nissan oxford pam
parry parsons pascal patel patricia pepsi perry peters pierce pinto pollard ponce porsche pratt raj
ralph randy reeves rick roan roger rogers rolf rosa ross rowan ruth salinas sally sam sander sanders
savannah sawyer sean senna sexton shah shanghai shelly sienna sierra sims sina singleton slater
slough smit smith solomon spence spencer spotify steen stein stella steven stevens stokes surrey
sussex sutton tammy tanner tara teddy terry tesla thatcher thor timothy togo tommy tony toyota troy
tucker turner twitter uber vega vera veronica victoria volvo wales waller walter walters wang warren
watts webster welch wellington whitehead will willie willy wolfram yang yuri
"""
_NAMES = frozenset(_NAMES_TEXT.split())


@functools.lru_cache(maxsize=1 << 16)
def is_ordinary(word: str, language: str = "en") -> bool:
    """Whether a word without hyphen, written as inside a sentence, is ordinary vocabulary.

    Numbers of one or two digits are; words with a capital, other numbers and words in scripts that
    the dictionary does not know are not. `language` is a code of `wordfreq` and `simplemma`.
    """
    if word in _CAPITALISED:
        return True
    if word.isdigit():
        return len(word) <= 2
    bare = word.removesuffix("'s")
    if not bare.isalpha() or bare != bare.lower() or bare in _NAMES:
        return False
    import simplemma
    from wordfreq import zipf_frequency

    lemma = str(simplemma.lemmatize(bare, lang=language))
    if lemma != lemma.lower() or lemma in _NAMES or not simplemma.is_known(bare, lang=language):
        return False
    frequency = max(zipf_frequency(form, language) for form in (bare, lemma))
    return bool(frequency >= MIN_ZIPF)


def is_given_name(word: str) -> bool:
    """Whether a lower-case word is a name here, such as "will", which is also a function word."""
    return word in _NAMES
