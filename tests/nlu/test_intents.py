"""The intents and the danger of messages that the dialogue was not trained on.

`pytest tests/nlu -s` prints the figures that docs/measurements.md records.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.engine import Engine

FOLDER = Path(__file__).parent
MAIN = {"nl", "en", "fr", "ar", "tr", "uk"}
# Well below what was measured, so that a real loss fails and a changed example does not.
LEAST_ACCURACY = {"main": 0.60, "other": 0.55}
MOST_MISSED_DANGER = 0.03
MOST_FALSE_ALARMS = 0.25


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def test_intents_of_messages_that_were_not_trained(engine: Engine) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for file in sorted(FOLDER.glob("??.jsonl")):
        for line in lines(file):
            intent = await engine.intent(line["text"])
            # A message that is not understood is searched, as a question is.
            understood = "ask" if intent == "nlu_fallback" else intent
            right[file.stem] += understood == line["intent"]
            asked[file.stem] += 1
    accuracy = {language: right[language] / asked[language] for language in asked}
    print("\nintents:", {language: round(share, 2) for language, share in accuracy.items()})
    print("all:", round(sum(right.values()) / sum(asked.values()), 3), "of", sum(asked.values()))
    assert len(accuracy) == 14
    for language, share in accuracy.items():
        assert share >= LEAST_ACCURACY["main" if language in MAIN else "other"], language


async def test_danger_is_not_missed(engine: Engine) -> None:
    missed: list[str] = []
    alarms: list[str] = []
    dangerous = harmless = 0
    for line in lines(FOLDER / "danger.jsonl"):
        await engine.erase("danger")
        reply = (await engine.answer("danger", text=line["text"])).reply
        urgent = any(message.kind == "urgent" for message in reply.messages)
        if line["intent"].startswith("safety_"):
            dangerous += 1
            missed += [] if urgent else [line["text"]]
        else:
            harmless += 1
            alarms += [line["text"]] if urgent else []
    print(f"\ndanger: missed {len(missed)} of {dangerous}, alarms {len(alarms)} of {harmless}")
    assert len(missed) <= MOST_MISSED_DANGER * dangerous, missed
    assert len(alarms) <= MOST_FALSE_ALARMS * harmless, alarms
