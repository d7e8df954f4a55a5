"""``python -m bot eval recall`` measures a corpus in LoCoMo's format, and says what is wrong with any other file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.corpus import CorpusWrong, read_corpus
from tests.console.running import piped

TALK: dict[str, Any] = {
    "conversation": {
        "speaker_a": "Ida",
        "speaker_b": "Jon",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ida", "dia_id": "D1:1", "text": "I bought a red kite."},
            {"speaker": "Jon", "dia_id": "D1:2", "text": "Look!", "blip_caption": "a photo of a lighthouse"},
        ],
        "session_2_date_time": "9:05 am on 2 June, 2023",
        "session_2": [{"speaker": "Jon", "dia_id": "D2:1", "text": "My sister bakes bread."}],
    },
    "qa": [
        {"question": "What colour was the kite of Ida?", "evidence": ["D1:1"], "category": 4},
        {"question": "What did Jon show?", "evidence": ["D1:2; D9:9"], "category": 1},
        {"question": "Who flew to the moon?", "evidence": ["D1:1"], "category": 5},
        {"question": "Nothing tells.", "evidence": [], "category": 4},
    ],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.json"
    path.write_text(json.dumps([TALK]))
    return path


def test_lines_have_their_session_s_time_and_pictures_their_caption(corpus: Path) -> None:
    [talk] = read_corpus(corpus)

    assert [line.id for line in talk.lines] == ["D1:1", "D1:2", "D2:1"]
    assert talk.lines[1].text == "Look! [a photo of a lighthouse]"
    assert talk.lines[0].said_at == 1_683_554_160_000
    assert talk.lines[0].said_at < talk.lines[1].said_at < talk.lines[2].said_at


def test_questions_that_can_be_measured_are_kept_with_evidence_that_exists(corpus: Path) -> None:
    [talk] = read_corpus(corpus)

    assert [(one.category, set(one.evidence)) for one in talk.questions] == [
        ("single-hop", {"D1:1"}),
        ("multi-hop", {"D1:2"}),
    ]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"qa": []}]', '[{"conversation": {"session_1": []}, "qa": []}]'])
def test_another_file_is_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)

    with pytest.raises(CorpusWrong, match="LoCoMo"):
        read_corpus(path)


def test_the_order_prints_figures_for_the_own_conversation_and_the_pooled_guild(corpus: Path, tmp_path: Path) -> None:
    ran = piped(tmp_path, "", "eval", "recall", "--corpus", str(corpus), "--json")

    figures = json.loads(ran.stdout)
    assert set(figures) == {"own conversation", "pooled guild"}
    assert figures["own conversation"]["all"]["questions"] == 2
    assert figures["own conversation"]["single-hop"]["recall@5"] == 100
    assert figures["pooled guild"]["ms"]["p95"] > 0
    assert figures["own conversation"]["abstains"] == {"questions": 1, "rightly": 100, "wrongly": 50}


def test_a_corpus_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    ran = piped(tmp_path, "", "eval", "recall", "--corpus", "nowhere.json")

    assert ran.returncode == 2
    assert ran.stderr.startswith("nowhere.json can't be read") and "Traceback" not in ran.stderr
