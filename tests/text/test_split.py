import re
import time
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.text.split import SMALLEST_LIMIT, Part, join, split

FENCED = re.compile(r"`{3,}")
UNCUT = st.sampled_from(
    [
        "[the manual](https://example.com/a_(b)?q=1&r=2)",
        "[a [nested] label](https://example.com)",
        "https://example.com/a/rather/long/path-to-something.html",
        "<@123456789012345678>",
        "<@!123456789012345678>",
        "<@&123456789012345678>",
        "<#123456789012345678>",
        "<:wave:123456789012345678>",
        "<a:dance:123456789012345678>",
        "<t:1700000000:R>",
    ]
)
GLYPH = st.sampled_from(["👨‍👩‍👧‍👦", "🇫🇷", "👍🏽", "e\u0301\u0323", "각", "नी", "❤️", "𝒳"])
WORDS = st.lists(st.sampled_from(["a", "tree", "stands.", "Why?", "considerable", "so!"]), min_size=1, max_size=30)
CJK = st.text("我们今天去看海。天气！？很好「」、", min_size=1, max_size=80)
FENCE = st.builds(
    lambda mark, language, lines: f"\n{mark}{language}\n" + "\n".join(lines) + f"\n{mark}\n",
    st.sampled_from(["```", "````", "~~~"]),
    st.sampled_from(["", "py", "c++", "objective-c"]),
    st.lists(st.text("abc =()<>[]|*_\t", min_size=0, max_size=60), min_size=1, max_size=12),
)
PIECE = st.one_of(
    UNCUT,
    GLYPH,
    CJK,
    FENCE,
    WORDS.map(" ".join),
    st.sampled_from(
        ["\n", "\n\n", " ", "   \n", "> ", "- ", "1. ", "||secret words||", "`inline code`", "**bold move**"]
    ),
    st.integers(1, 400).map(lambda length: "x" * length),
)
REPLY = st.lists(PIECE, min_size=5, max_size=40).map("".join)
ANYTHING = st.lists(st.one_of(PIECE, st.text(max_size=40), st.text("`~|*[]()<>\n @:ab", max_size=40)), max_size=20).map(
    "".join
)
LIMIT = st.integers(SMALLEST_LIMIT, 400)


def width(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def open_fences(text: str) -> int:
    """Counts code blocks left open, by Discord's rule for backticks and CommonMark's for tildes."""
    fence = None
    for line in text.split("\n"):
        for mark in re.findall(r"`{3,}|^[ >]*~{3,}", line):
            run = mark.strip(" >")
            if fence is None:
                fence = run
            elif run[0] == fence[0] and len(run) >= len(fence):
                fence = None
    return 0 if fence is None else 1


def cuts(parts: tuple[Part, ...]) -> list[int]:
    lengths = [len(part.raw) for part in parts]
    return [sum(lengths[:count]) for count in range(1, len(parts))]


# what holds for every reply


@given(ANYTHING, LIMIT)
def test_the_parts_joined_give_back_the_whole_text(text: str, limit: int) -> None:
    assume(text.strip())

    parts = split(text, limit)

    assert join(parts) == text


@given(ANYTHING, LIMIT)
def test_no_part_is_longer_than_the_limit_or_blank(text: str, limit: int) -> None:
    parts = split(text, limit)

    assert all(width(part.shown) <= limit for part in parts)
    assert all(part.shown.strip() for part in parts)


@given(st.text(st.characters(), max_size=1500), LIMIT)
def test_any_unicode_at_all_can_be_cut(text: str, limit: int) -> None:
    parts = split(text, limit)

    assert join(parts) == (text if text.strip() else "")
    assert all(0 < width(part.shown) <= limit for part in parts)


@given(REPLY, LIMIT)
def test_every_part_closes_the_fences_it_opens(text: str, limit: int) -> None:
    parts = split(text, limit)

    assert [part.shown for part in parts if open_fences(part.shown)] == []


@given(
    st.lists(st.one_of(UNCUT, GLYPH, WORDS.map(" ".join), CJK, st.sampled_from(["\n", "(", ", "])), max_size=40),
    LIMIT,
)
def test_links_mentions_emoji_and_visible_letters_stay_whole(pieces: list[str], limit: int) -> None:
    text = " ".join(pieces)

    parts = split(text, limit)

    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece) + 1)
    for start, end in pairwise(ends):
        whole = text[start : end - 1]
        if re.search(r"[<:🇦-🇿\u200d\u0301\ufe0f]", whole):
            assert not [cut for cut in cuts(parts) if start < cut < end - 1], whole


@given(ANYTHING, ANYTHING, LIMIT)
@settings(max_examples=150)
def test_more_text_changes_only_the_last_two_parts(text: str, more: str, limit: int) -> None:
    settled = split(text, limit)[:-2]

    longer = split(text + more, limit)

    assert [part.raw for part in longer[: len(settled)]] == [part.raw for part in settled]


# examples


def test_a_short_reply_is_one_part() -> None:
    assert split("Hello there.") == (Part("Hello there.", "Hello there."),)


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t"])
def test_nothing_to_say_gives_no_parts(text: str) -> None:
    assert split(text) == ()


def test_a_reply_of_exactly_the_limit_is_one_part() -> None:
    assert len(split("x" * 2000)) == 1
    assert len(split("x" * 2001)) == 2


def test_letters_outside_the_basic_plane_count_twice() -> None:
    parts = split("𝒳" * 1001)

    assert [len(part.shown) for part in parts] == [1000, 1]


def test_a_paragraph_end_is_preferred_to_a_line_end() -> None:
    text = "a" * 40 + "\n\n" + "b" * 30 + "\n" + "c" * 60

    parts = split(text, 100)

    assert [part.shown for part in parts] == ["a" * 40, "b" * 30 + "\n" + "c" * 60]


def test_a_line_end_is_preferred_to_a_sentence_end() -> None:
    text = "a" * 60 + "\nOne. Two. " + "b" * 60

    parts = split(text, 100)

    assert parts[0].shown == "a" * 60


def test_a_sentence_end_is_preferred_to_a_word_end() -> None:
    text = "The first sentence is about this long, I would say so myself. The second one " + "goes on " * 10

    parts = split(text, 100)

    assert parts[0].shown == "The first sentence is about this long, I would say so myself."


def test_chinese_is_cut_behind_its_full_stop() -> None:
    text = "我" * 70 + "。" + "他" * 60

    parts = split(text, 100)

    assert [part.shown for part in parts] == ["我" * 70 + "。", "他" * 60]


def test_the_number_of_a_list_entry_stays_with_its_text() -> None:
    text = "x" * 90 + "\n12. entry that is long enough to need a message of its own, or nearly so at least" + " and" * 9

    parts = split(text, 100)

    assert parts[1].shown.startswith("12. entry")


def test_a_fence_that_is_cut_is_closed_and_opened_again_with_its_language() -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(20))
    text = f"Look:\n```python\n{code}\n```\nDone."

    parts = split(text, 120)

    assert len(parts) > 2
    assert all(part.shown.endswith("\n```") for part in parts[:-1])
    assert all(part.shown.startswith("```python\nline_") for part in parts[1:])
    assert parts[-1].shown.endswith("\n```\nDone.")


def test_code_that_fits_a_message_is_moved_there_whole() -> None:
    text = "An introduction of middling length, to be sure.\n```py\n" + "x = 1\n" * 12 + "```"

    parts = split(text, 100)

    assert [part.shown.count("```") for part in parts] == [0, 2]


def test_one_endless_line_of_code_leaves_room_for_its_fences() -> None:
    parts = split("```json\n" + "[1,2]," * 1000 + "\n```", 2000)

    assert all(len(part.shown) <= 2000 for part in parts)
    assert all(part.shown.startswith("```json\n") and part.shown.endswith("\n```") for part in parts)


def test_the_language_of_a_fence_counts_towards_the_limit() -> None:
    text = "```𝒳𝒳𝒳\n" + "x" * 300 + "\n```"

    assert all(width(part.shown) <= 100 for part in split(text, 100))


def test_a_fence_left_open_is_closed() -> None:
    assert [part.shown for part in split("So:\n```py\nx = 1")] == ["So:\n```py\nx = 1\n```"]


@pytest.mark.parametrize("length", range(86, 102))
def test_a_fence_left_open_is_closed_within_the_limit(length: int) -> None:
    text = "```py\n" + "x" * (length - 6)

    parts = split(text, 100)

    assert join(parts) == text
    assert all(len(part.shown) <= 100 and part.shown.endswith("\n```") for part in parts)


def test_backticks_in_a_sentence_are_not_a_fence() -> None:
    text = "Type three backticks (```) to begin, and ```like this``` on one line."

    assert [part.shown for part in split(text)] == [text]


def test_blank_lines_of_code_are_not_a_message() -> None:
    text = "```\nstart\n" + "\n" * 500 + "end\n```"

    parts = split(text, 100)

    assert join(parts) == text
    assert all(re.search(r"[a-z]", part.shown) for part in parts)


def test_white_space_wider_than_a_message_is_not_sent() -> None:
    parts = split("left" + " " * 500 + "right", 100)

    assert [part.shown for part in parts] == ["left", "right"]


def test_a_link_that_would_be_cut_moves_to_the_next_part() -> None:
    link = "[a label of several words](https://example.com/with/a/path)"

    parts = split("word " * 15 + link + " and more", 100)

    assert parts[1].shown == link + " and more"


def test_a_mention_after_an_endless_word_stays_whole() -> None:
    parts = split("x" * 95 + "<@123456789012345678>", 100)

    assert [part.shown for part in parts] == ["x" * 95, "<@123456789012345678>"]


def test_a_spoiler_and_inline_code_stay_whole_where_they_can() -> None:
    spoiler = "||the butler did it with a candlestick in the library||"
    code = "`SELECT name FROM people WHERE age > 3 ORDER BY age`"

    parts = split("word " * 13 + spoiler + " " + "word " * 11 + code, 100)

    assert any(spoiler in part.shown for part in parts)
    assert any(code in part.shown for part in parts)


def test_a_link_longer_than_a_message_is_cut_rather_than_lost() -> None:
    text = "https://example.com/" + "a" * 500

    parts = split(text, 100)

    assert join(parts) == text
    assert all(len(part.shown) <= 100 for part in parts)


def test_a_letter_with_more_accents_than_a_message_holds_is_cut() -> None:
    text = "e" + "\u0301" * 500

    parts = split(text, 100)

    assert join(parts) == text


def test_a_pair_of_code_units_is_never_halved() -> None:
    text = "x" + "\ud83d\ude00" * 300

    parts = split(text, 100)

    assert all(part.raw[0] < "\udc00" or part.raw[0] > "\udfff" for part in parts)


def test_a_limit_too_small_for_fences_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 100"):
        split("Hello", SMALLEST_LIMIT - 1)


@pytest.mark.parametrize(
    "unit",
    [
        "A sentence of plain words, and then another. ",
        "x",
        "`",
        "```",
        "``` ` ``",
        "|| ",
        "**a __b ~~c ",
        "[",
        "[a](",
        "[[a] ",
        "http://",
        "<@1> ",
        "🇫🇷",
        "👨‍👩‍👧‍👦",
        "e\u0301",
        "\u0301",
        "\n",
        "- \n",
        "~~~\n",
        " x\n```py\n",
        "我们。",
    ],
)
def test_a_hundred_thousand_letters_take_no_noticeable_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    began = time.process_time()

    split(text)

    assert time.process_time() - began < 1.0  # usually 0.02 to 0.15 s; the rest is for slow machines
