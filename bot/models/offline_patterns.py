"""What people say to a persona, as patterns; they are matched against ``plain`` text unless they say otherwise."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# ── Quoting ──────────────────────────────────────────────────────────────────────────────────────

LAST_SAID = _any(
    r"\bwhat (?:did|have) i (?:just |last )?(?:say|said|write|wrote|written|tell you|told you|ask|asked)(?: you)?"
    r"(?: just now| before| last| earlier| right now)?\s*[?.!]*$",
    r"\bwhat was my (?:last|previous) (?:message|question|sentence|words?)\b",
    r"\b(?:repeat|quote) (?:me\b|what i (?:just )?said\b|my last (?:message|sentence)\b)",
)
FIRST_SAID = _any(
    r"\bwhat was (?:the |my )?(?:very )?first (?:thing|message)\b",
    r"\bwhat did i (?:say|write) first\b",
)
PERSONA_SAID = _any(
    r"\bwhat did you (?:just )?(?:say|answer|write|reply)\b",
    r"\brepeat (?:that|yourself|your answer)\b",
    r"\bsay that again\b",
)
OTHER_SAID = _any(r"\bwhat (?:did|has) .+ (?:just )?(?:say|said|write|written)(?: last| before)?\s*[?.!]*$")
# Who said something, and of what, without the marks at its end. Of the groups after ``who`` one is there.
_SAYING = r"(?:say|said|tell|told|mention(?:ed)?|write|wrote|written|talk(?:ed)?|speak|spoke|spoken|complain(?:ed)?)"
_TO = r"(?: (?:to )?(?:you|me|us|him|her|them))?(?: ever| anything| something| everything| all)?"
_OF = r"(?: (?:about|of|on|regarding|concerning|that))?"
SAID_OF = _any(
    r"\b(?:what|when|did|have|has|do you (?:still )?(?:know|remember|recall)(?: when| what| that)?|remind me what)"
    r"(?: all| exactly)?(?: did| have| has| had)? (?P<who>i|we|you|[\w'’-]+(?: [\w'’-]+)?)"
    rf"(?: ever| just| already| once| last)? {_SAYING}{_TO}{_OF} (?P<of>[^?!]+)$",
    rf"^who (?:has |have )?(?:ever |just )?{_SAYING}{_TO}{_OF} (?P<whom>[^?!]+)$",
    r"\bwhat (?:was|is) (?:that|it|this)(?: again)? (?:about|with) (?P<thing>[^?!]+)$",
    r"\bwhat (?:do|did|can) you (?:still )?(?:know|remember|recall|have) (?:about|of|on) (?P<known>[^?!]+)$",
)
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
TIMES = _any(
    r"\b(?:yesterday|today|this morning|earlier|(?:last|past) (?:week|month|year)|\w+ (?:day|week|month|year)s? ago)\b",
    rf"\b(?:on |in )?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?\b",
    r"\bin (?:19|20)\d\d\b",
)
ALL_TOLD = _any(
    r"\bwhat (?:do|did) you (?:know|remember|learn) about me\b",
    r"\bwhat have i told you\b",
    r"\bwhat do you remember\s*[?.!]*$",
    r"\bwhat (?:did|have) we (?:talk|talked|speak|spoken) about\b",
)

# ── Names and natures ────────────────────────────────────────────────────────────────────────────

MY_NAME = _any(
    r"\b(?:what is|know|remember|tell me|say) my name\b",
    r"\bmy name (?:is )?(?:again )?(?:what|please)?\s*\?$",
    r"\bwho am i\b",
    r"\bwhat am i called\b",
)
NATURE = _any(
    r"\bare(?:n't)? you (?:really |actually |just )?(?:an? )?(?:real |actual |living )?"
    r"(?:ai|a\.i\.|artificial|bot|chatbot|robot|human|machine|person|real|llm|language model|chatgpt|gpt|computer"
    r"|program|alive|sentient|conscious)\b",
    r"\bam i (?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:real )?(?:ai|bot|human|person|machine)\b",
)
WHO = _any(
    r"^(?:and )?(?:who|what) are you\b",
    r"\bwhat is your name\b",
    r"\bintroduce yourself\b",
    r"\babout yourself\b",
    r"\bwho is this\b",
)
OFFLINE = _any(
    r"\b(?:why|are|how)\b.*\b(?:offline|online)\b",
    r"\b(?:which|what) (?:language model|llm|model) (?:are you|do you|is connected|is this|runs)\b",
    r"\bconnect(?:ed)?\b.*\bmodel\b",
)

# ── Courtesies ───────────────────────────────────────────────────────────────────────────────────

HELLO = _any(
    r"(?:hi+|hello+|hey+|hiya|howdy|yo|moin|ahoy|greetings|good (?:morning|afternoon|evening|day))(?!\w)",
    r"(?:hei|hallo|hola|bonjour|salut|ciao|ol[aá]|servus)(?!\w)",
    r"(?:god (?:morgen|dag|kveld)|guten (?:morgen|tag|abend)|merhaba|привет|你好|こんにちは)(?!\w)",
)
THANKS = _any(
    r"(?:ok(?:ay)?,? |great,? |many |tusen )?"
    r"(?:thanks|thank you|thx|ty|cheers|takk|danke|merci|gracias|obrigad[oa])\b"
)
BYE = _any(
    r"(?:ok(?:ay)?,? |well,? )?(?:bye|goodbye|good bye|good night|see you|see ya|cya|farewell|take care)\b",
    r"(?:i have to go|gotta go|ha det|tschüss|adi[oó]s|au revoir)\b",
)
NOD = _any(
    r"(?:ok(?:ay)?|k|yes|yeah|yep|no|nope|sure|right|nice|cool|good|great|wow|lol|haha+|hm+|ah|oh|alright|fine)"
    r"(?: (?:then|thanks|good|great|nice|cool))?[\s.!]*$"
)
HOW = _any(r"\bhow (?:are|r) (?:you|u)\b", r"\bhow is it going\b", r"\bhow do you do\b", r"\bwhat is up\b")
HELP = _any(
    r"^/?(?:help|commands?)\b",
    r"\bwhat can (?:you|i) (?:do|ask|say)\b",
    r"\bhow (?:do|does|can) (?:you|this|it) (?:work|help)\b",
    r"\bwhat should i (?:ask|say)\b",
    r"\bcan you help\b",
)

# ── Telling and asking ───────────────────────────────────────────────────────────────────────────

ORDER = _any(
    r"(?:please |now |so )*(?:tell|write|give|make|explain|show|help|translate|summari[sz]e|sing|play|count|list"
    r"|draw|let's|imagine|pretend|describe|compare|suggest|recommend|create|say|find|search|look|ignore|stop|do|go"
    r"|try|continue|forget|remember to)\b"
)
# Matched against the text as it stands: only in English is a lone I a capital.
ENGLISH = _any(
    r"\bI\b|^i\b",
    r"(?i:\b(?:the|my|and|with|it|that|this|we|have|not|you|he|she|they|from|is|are|was|were|our|his|her)\b)",
)
OPENS_QUESTION = _any(
    r"(?:who|whom|whose|what|which)\b(?!.*!$)",
    r"(?:when|where|why|how) (?:is|are|was|were|am|do|does|did|can|could|will|would|should|has|have)\b",
    r"how (?:many|much|old|long|far)\b",
    r"(?:is|are|am|was|were|do|does|did|can|could|will|would|should|has) "
    r"(?:i|you|we|he|she|it|they|the|my|your|this|that)\b",
    r"(?:please )?(?:tell|remind) me (?:who|what|when|where|why|which|how|my|about)\b",
)
# What comes before the matter of a question.
FRAME = re.compile(
    r"^(?:(?:please|and|so|hey|ok|okay|but) )*"
    r"(?:(?:can|could|would|will) you (?:please )?(?:tell me|say|remind me) "
    r"|do you (?:still )?(?:know|remember|recall) |(?:please )?(?:tell|remind) me (?:again )?(?:about )?"
    r"|what do you (?:know|remember) about "
    r"|what (?:did|have) (?:i|we) (?:just )?(?:say|said|tell you|told you) about )+"
)
WHEN = _any(r"\bwhen\b", r"\bwhat (?:time|day|date|year)\b")
# What kind of answer a question wants, and what (in text as it stands) is of that kind.
WANTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        WHEN,
        _any(
            r"\d",
            r"(?i:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)",
            r"(?i:\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b)",
            r"(?i:\b(?:today|tomorrow|tonight|yesterday|noon|midnight|week|month|year|born)\b)",
        ),
    ),
    (_any(r"\bwhere\b"), _any(r"\b(?:in|at|near|from|to|on|by|under|behind)\s+(?:the |a |my )?\w")),
    (_any(r"\bwho\b"), _any(r"(?<=\w )[A-Z]\w+", r"\b(?:he|she)\b")),
    (
        _any(r"\bhow (?:many|much|old|long|far)\b"),
        _any(r"\d", r"(?i:\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand)\b)"),
    ),
)
