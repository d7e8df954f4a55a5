"""Without a model the persona is honest, remembers what was said, and stays itself."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.offline import OfflineModel
from bot.models.offline_answers import NOTICE, answer
from bot.ports import Earlier, Known, Lore, Question, Turn
from tests.models.asking import ask

GREETING = "Ahoy! I'm Maren. ⚓ Where are you headed?"
STARTERS = ("What's the tide today?", "Tell me a sea story.")
INSTRUCTIONS = "You are Maren, a harbour pilot from Bergen who likes your coffee black. Keep secrets."
OTTO = "Good evening. I am Otto, and I have rather more time than most, so please take yours."


def talk(*lines: str | tuple[str, str], greeting: str = GREETING, persona: str = "Maren") -> list[str]:
    """The answers to Bob, or to (name, text), one after the other."""
    turns: list[Turn] = []
    answers: list[str] = []
    for line in lines:
        name, text = ("Bob", line) if isinstance(line, str) else line
        turns.append(Turn("person", name, text))
        answers.append(answer(Question(persona, INSTRUCTIONS, tuple(turns), greeting, STARTERS)))
        turns.append(Turn("persona", persona, answers[-1]))
    return answers


def last(*lines: str | tuple[str, str]) -> str:
    """The answer to the last of these lines."""
    return talk(*lines)[-1]


def test_what_it_remembers_is_dated_by_the_clock_of_the_place() -> None:
    known = (Known("Bob likes tea", 1_683_554_160_000),)  # two in the afternoon in UTC
    turns = (Turn("person", "Bob", "What drink is best?"),)

    said = answer(Question("Maren", INSTRUCTIONS, turns, known=known, zone=ZoneInfo("Pacific/Auckland")))

    assert "Bob likes tea, said on 9 May 2023" in said


def test_what_it_is_asked_to_remember_it_says_it_does_only_where_it_does() -> None:
    turns = (Turn("person", "Bob", "Maren, remember that my cat is Pixel."),)

    kept = answer(Question("Maren", INSTRUCTIONS, turns, kept=("Bob's cat is called Pixel",)))
    refused = answer(Question("Maren", INSTRUCTIONS, turns, kept=()))

    assert "“my cat is Pixel”" in kept and "didn't" not in kept
    assert refused.startswith("That didn't become a memory")


def test_what_is_over_is_told_as_over_and_first_where_the_past_is_asked_for() -> None:
    past = Known("Bob lives in Rome", 1, until=2, own=True)
    known = (past, Known("Bob lives in Bern", 2, own=True), Known("Bob's wife is called Anna", 1, until=2, own=True))

    def said(*texts: str) -> str:
        return answer(Question("Maren", INSTRUCTIONS, tuple(Turn("person", "Bob", one) for one in texts), known=known))

    before = said("Where did I live before?")
    assert before.index("Rome") < before.index("Bern")
    assert "You told me" not in said("My wife is called Anna.", "What is my wife called?")


def test_what_is_asked_beside_a_wish_is_answered_as_well() -> None:
    turns = (
        Turn("person", "Bob", "The boat leaves at nine."),
        Turn("person", "Bob", "When does the boat leave? And remember that I hate peas."),
    )

    said = answer(Question("Maren", INSTRUCTIONS, turns, kept=("Bob hates peas",)))

    assert "“I hate peas”" in said and "“The boat leaves at nine.”" in said


def test_where_each_of_something_is_asked_for_each_is_quoted() -> None:
    earlier = tuple(Earlier(Turn("person", "Bob", f"I bought a {colour} kite."), 1) for colour in ("red", "blue"))
    turns = (Turn("person", "Bob", "I like tea."), Turn("person", "Bob", "How many kites did I buy?"))

    said = answer(Question("Maren", INSTRUCTIONS, turns, earlier=earlier, wants_all=True))

    assert said.startswith("This is all I find of it:") and "red kite" in said and "blue kite" in said
    assert "tea" not in said


@pytest.mark.parametrize("greeting", [GREETING, OTTO, "Yes?"])
def test_while_memory_is_paused_it_promises_to_remember_nothing(greeting: str) -> None:
    turns = (Turn("person", "Bob", "My boat is red."),)

    said = answer(Question("Maren", INSTRUCTIONS, turns, greeting, paused=True))

    assert "“My boat is red”" in said and "memory is paused" in said


@pytest.mark.parametrize(
    "hello", ["hello", "Hi!", "hey Maren", "Good morning", "hei", "你好", "Maren, hi", "", "<@42>"]
)
def test_a_greeting_is_met_with_the_personas_own(hello: str) -> None:
    assert last(hello).startswith(GREETING)


def test_it_says_once_that_it_is_offline() -> None:
    first, second, third = talk("hello", "I live in Bergen.", "thanks")

    assert first.endswith(NOTICE)
    assert "offline" not in second + third


def test_an_earlier_reply_of_a_real_model_does_not_hide_that_it_is_offline_now() -> None:
    turns = (Turn("person", "Bob", "hi"), Turn("persona", "Maren", "Hello!"), Turn("person", "Bob", "thanks"))

    assert NOTICE in answer(Question("Maren", INSTRUCTIONS, turns, GREETING))


@pytest.mark.parametrize(
    "asked",
    [
        "what did I just say?",
        "What did I say?",
        "what have I just said",
        "What was my last message?",
        "repeat what I said",
    ],
)
def test_the_message_before_is_quoted_exactly(asked: str) -> None:
    assert last("hello", asked) == "You just said: “hello”"
    assert "“Grüße, «Ærlig»! 👩‍🚀”" in last("Grüße, «Ærlig»! 👩‍🚀", asked)


def test_only_the_askers_own_message_is_quoted() -> None:
    assert last("mine", ("Ann", "hers"), "what did I just say?") == "You just said: “mine”"


def test_what_another_said_is_quoted_with_their_name() -> None:
    assert last(("Ann", "The door is green."), "what did Ann say?") == "Ann said: “The door is green.”"


def test_the_first_message_has_nothing_before_it() -> None:
    assert "first" in last("what did I just say?")


def test_what_the_persona_said_is_quoted_too() -> None:
    first, second = talk("I live in Bergen.", "what did you just say?")

    assert first in second


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("my name is Mara", "Mara"),
        ("My name's Mara Lind.", "Mara Lind"),
        ("I'm called Mara", "Mara"),
        ("Hello. Call me Mara!", "Mara"),
        ("hi, I'm Mara", "Mara"),
        ("my name is mara and I sail", "mara"),
        ("My name is Åse-Marie", "Åse-Marie"),
    ],
)
def test_a_name_that_was_told_is_known(told: str, name: str) -> None:
    met, known = talk(told, "What's my name?")

    assert name in met
    assert name in known


@pytest.mark.parametrize("told", ["call me later", "don't call me Bill", "my name is not Bill", "I'm Norwegian"])
def test_what_is_no_name_is_not_taken_for_one(told: str) -> None:
    assert "you haven't told me your name" in last(told, "what is my name?")


def test_the_last_name_told_counts_and_only_the_askers() -> None:
    answers = talk("my name is Mara", ("Ann", "my name is Annika"), "call me Mia", "who am I?")

    assert "Mia" in answers[-1]


@pytest.mark.parametrize(
    ("asked", "quoted"),
    [
        ("Where do I live?", "I live in Bergen."),
        ("do you remember where I live", "I live in Bergen."),
        ("when does my boat leave?", "My boat leaves on Friday at noon."),
        ("Where does my sister live?", "My sister Anna lives in Oslo."),
        ("who is Anna?", "My sister Anna lives in Oslo."),
        ("What's my favorite color?", "My favourite colour is green."),
        ("how many cats do I have?", "I have two cats."),
        ("When was I born?", "My birthday is on 3 May."),
        ("What did I say about cats?", "I have two cats."),
        ("Could you tell me when my boat is leaving?", "My boat leaves on Friday at noon."),
        ("Hello again! Where do I live?", "I live in Bergen."),
    ],
)
def test_a_question_is_answered_with_what_they_told(asked: str, quoted: str) -> None:
    told = "I live in Bergen. I have two cats.\nMy boat leaves on Friday at noon. My birthday is on 3 May."

    got = last(told, "My sister Anna lives in Oslo.", "My favourite colour is green.", asked)

    assert got == f"You told me: “{quoted}”"


@pytest.mark.parametrize(
    "asked",
    ["What's my favourite food?", "Where do you live?", "What is the capital of France?", "Do I live in Oslo?"],
)
def test_what_was_not_told_is_not_invented(asked: str) -> None:
    got = last("I live in Bergen.", "My favourite colour is green.", asked)

    assert "“I live" not in got
    assert "green" not in got
    assert "offline" in got.casefold()


def test_of_two_statements_the_later_one_counts() -> None:
    assert "Oslo now" in last("I live in Bergen.", "I live in Oslo now.", "where do I live?")


def test_what_another_told_is_not_taken_for_the_askers() -> None:
    assert "Tromsø" not in last(("Ann", "I live in Tromsø."), "where do I live?")
    assert "Ann said: “I live in Tromsø.”" in last(("Ann", "I live in Tromsø."), "where does Ann live?")


def test_all_that_was_told_is_listed_on_request() -> None:
    got = last("I live in Bergen.", "Tell me a joke about fish", "I have two cats.", "What do you know about me?")

    assert got == "You told me:\n- “I live in Bergen.”\n- “I have two cats.”"


@pytest.mark.parametrize("asked", ["are you human?", "Are you an AI?", "am I talking to a bot?", "are you real?"])
def test_it_is_open_about_being_an_ai(asked: str) -> None:
    got = last("hello", asked)

    assert "Maren" in got
    assert "AI" in got
    assert "not a human" in got


def test_it_introduces_itself_by_the_first_sentence_of_its_instructions_only() -> None:
    got = last("hello", "Who are you?")

    assert got == "I'm Maren, an AI persona: a harbour pilot from Bergen who likes my coffee black."


@pytest.mark.parametrize("asked", ["help", "what can you do?", "How does this work?"])
def test_help_offers_the_starters_and_what_works_offline(asked: str) -> None:
    got = last(asked)

    assert all(starter in got for starter in STARTERS)
    assert "quote what you told me" in got


@pytest.mark.parametrize("said", ["thanks!", "Thank you Maren", "bye", "see you tomorrow", "how are you?", "ok", "lol"])
def test_courtesies_are_returned(said: str) -> None:
    assert "can't" not in last("hello", said)
    assert "OPENAI" not in last("hello", said)


def test_a_statement_is_acknowledged_in_its_own_words() -> None:
    assert "“I live in Bergen”" in last("I live in Bergen.")
    assert "“My birthday is on 3 May”" in last("My birthday is on 3 May.")
    assert "“I like tea.”" in last("Maren, I like tea.", "Maren, what do I like?")


@pytest.mark.parametrize("asked", ["Why is the sky blue?", "write me a poem", "Warum ist der Himmel blau?", "😀", "x"])
def test_anything_else_is_declined_honestly_with_something_to_do(asked: str) -> None:
    got = last(asked)

    assert "offline" in got.casefold()
    assert "OPENAI_API_KEY" in got
    assert any(starter in got for starter in STARTERS)


def test_what_to_set_is_said_once() -> None:
    answers = talk("Why?", "Are you human?", "help", "Why is it so?", "why are you offline?")

    assert sum("OPENAI_API_KEY" in said for said in answers) == 1


def test_other_languages_are_remembered_word_for_word() -> None:
    assert last("Jeg har en blå båt", "Hva har jeg?") == "You told me: “Jeg har en blå båt”"


def test_personas_do_not_all_sound_the_same() -> None:
    lines = ("hello", "I live in Bergen.", "thanks", "why is that?", "bye")

    maren, otto = talk(*lines), talk(*lines, greeting=OTTO, persona="Otto")

    assert all(one != other for one, other in zip(maren, otto, strict=True))


async def test_it_streams_word_by_word_and_counts_by_estimate() -> None:
    asked = Question("Maren", INSTRUCTIONS, (Turn("person", "Bob", "help"),), GREETING, STARTERS)
    model = OfflineModel()

    pieces = [one async for one in model.stream(asked)]
    text, usage = await ask(model, asked)

    assert len(pieces) > 20
    assert text == answer(asked)
    assert not usage.measured
    assert usage.completion_tokens > 20
    assert model.name == "offline"


TURNS = st.lists(
    st.builds(Turn, st.sampled_from(["person", "persona"]), st.sampled_from(["Bob", "Ann", ""]), st.text(max_size=60)),
    max_size=5,
)
LINES = st.sampled_from(
    ["who am I?", "what did Bob say?", "what did you say?", "help", "where is it?", "call me X", "?"]
)


@given(st.text(max_size=12), st.text(max_size=80), TURNS, LINES | st.text(max_size=80), st.text(max_size=40))
def test_any_question_has_an_answer_and_always_the_same_one(
    persona: str, instructions: str, turns: list[Turn], line: str, greeting: str
) -> None:
    asked = Question(persona, instructions, (*turns, Turn("person", "Bob", line)), greeting, STARTERS[:1])

    assert answer(asked).strip()
    assert answer(asked) == answer(asked)


def test_a_question_without_turns_is_greeted() -> None:
    assert answer(Question("Maren", "", ())).startswith("Hello, I'm Maren.")


GOAT = Lore("Admiral the goat", "He has one horn and a half. He lives on paper, and on pancakes.")
PIER = Lore("The old pier", "It burnt down in 1911. " + "Nobody mourned it. " * 40 + "Its bell hangs in the church.")


def with_lore(text: str, *before: Turn, known: tuple[Known, ...] = ()) -> str:
    """What is answered by one who knows of a goat and a pier."""
    turns = (*before, Turn("person", "Bob", text))
    return answer(Question("Maren", INSTRUCTIONS, turns, GREETING, STARTERS, lore=(GOAT, PIER), known=known))


@pytest.mark.parametrize(
    "asked", ["Who is Admiral?", "Do you have a goat?", "tell me about the goat", "Describe Admiral, please"]
)
def test_a_question_is_answered_from_the_lorebook_with_its_title(asked: str) -> None:
    assert with_lore(asked).startswith("From the lorebook, “Admiral the goat”: He has one horn and a half.")


def test_of_a_long_entry_the_sentence_that_answers_is_told() -> None:
    said = with_lore("Where is the bell of the old pier?")

    assert said.startswith("From the lorebook, “The old pier”: Its bell hangs in the church.")
    assert "mourned" not in said


@pytest.mark.parametrize(
    "asked", ["Where do I live?", "What is my goat called?", "Who lives in Oslo?", "hello", "the goat is fine"]
)
def test_the_lorebook_answers_nothing_it_does_not_speak_of(asked: str) -> None:
    assert "lorebook" not in with_lore(asked)


def test_what_people_said_themselves_goes_before_the_lorebook_and_that_before_notes() -> None:
    told = Turn("person", "Ann", "The goat is called Bertha.")
    known = (Known("Bob saw the goat.", 0),)

    assert "Ann said: “The goat is called Bertha.”" in with_lore("What is the goat called?", told)
    assert "From the lorebook" in with_lore("Who is Admiral?", known=known)
    assert "I remember" in with_lore("Who lives in Oslo?", known=known)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_the_lorebook_says_there_is_an_answer(asked: str, title: str, text: str) -> None:
    turns = (Turn("person", "Bob", asked),)

    assert answer(Question("Maren", INSTRUCTIONS, turns, GREETING, STARTERS, lore=(Lore(title, text),)))


NOON = 1_683_633_600_000  # of 9 May 2023


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what did I say about the kayak?", ["8 May 2023: “The kayak is red.”", "9 May 2023: “The kayak leaks.”"]),
        ("Do you remember what I told you about the pier?", ["You told me on 8 May 2023: “The pier was closed.”"]),
        ("did I ever mention Anna?", ["You told me on 9 May 2023: “I went sailing with my sister Anna.”"]),
        ("When did I go sailing?", ["You told me on 9 May 2023: “I went sailing with my sister Anna.”"]),
        ("have I told you that the pier was closed? I forgot.", ["on 8 May 2023: “The pier was closed.”"]),
        ("what did Zoe say about the kayak?", ["Zoe said on 8 May 2023: “Bob's kayak sank.”"]),
        ("who mentioned the kayak?", ["- You on 8 May", "- Zoe on 8 May 2023: “Bob's kayak sank.”", "- You on 9 May"]),
        ("what did I tell you yesterday?", ["“The kayak is red.”", "“The pier was closed.”"]),
        ("what did I say about the heron?", ["Bob saw a heron, said on 8 May 2023; happened on 1 May 2023"]),
        ("what did I say about dragons?", ["I find nothing about “dragons”"]),
    ],
)
def test_what_was_said_of_something_is_told_in_its_words_with_its_day(asked: str, said: list[str]) -> None:
    day = 86_400_000
    recalled = (("Bob", "The kayak is red."), ("Bob", "The pier was closed."), ("Zoe", "Bob's kayak sank."))
    turns = ("The kayak leaks.", "I went sailing with my sister Anna.", asked)
    question = Question(
        "Maren",
        INSTRUCTIONS,
        tuple(Turn("person", "Bob", text, NOON + at) for at, text in enumerate(turns)),
        earlier=tuple(Earlier(Turn("person", *one), NOON - day + at) for at, one in enumerate(recalled)),
        known=(Known("Bob saw a heron", NOON - day - 1, own=True, happened_at=NOON - 8 * day, precision="day"),),
    )

    told = answer(question)

    assert [part for part in said if part not in told] == []
    assert "leaks" not in told or "kayak" in asked


def test_what_somebody_asked_to_be_forgotten_is_quoted_no_more() -> None:
    told = "I live in Rome with two cats."

    forgotten, again = talk(told, "Maren, forget that I live in Rome", "where do I live?")[1:]

    assert "My notes hold nothing of that any more: “I live in Rome”" in forgotten
    assert "Rome" not in again
    assert "Rome" in last(told, ("Ann", "forget that I live in Rome"), "where do I live?")


def test_a_greeting_asks_after_a_plan_whose_day_has_come() -> None:
    plan = Known("Bob plans: an interview on Friday", NOON - 1, own=True, due=True, happened_at=NOON, precision="day")
    hello = Question("Maren", INSTRUCTIONS, (Turn("person", "Bob", "Hello!", NOON),), GREETING, known=(plan,))

    assert "how did it go? “Bob plans: an interview on Friday”" in answer(hello)
    assert "how did it go?" not in answer(replace(hello, known=(replace(plan, due=False),)))
