"""Danger, recognised before anything else is believed."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.danger import DangerPhrases


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent):
    """Turns a message into a safety intent when it holds a phrase of danger, or when the
    classifier sees enough danger in it, even if another intent is likelier: a needless
    telephone number costs little, a missed cry for help may cost a life.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's hook: `threshold` is the summed probability of the safety intents that counts."""
        return {"threshold": 0.4}

    def __init__(self, config: dict[str, Any], phrases: DangerPhrases) -> None:
        self._threshold = float(config["threshold"])
        self._phrases = phrases

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerDetector:
        """Rasa's hook."""
        return cls(config, DangerPhrases.shared())

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's hook: look at a message that somebody wrote."""
        for message in messages:
            text = str(message.get(TEXT) or "")
            if not text or text.startswith("/"):
                continue
            danger = self._phrases.find(text)
            if danger is not None:
                self._set(message, danger, 1.0)
            elif not _has_words(text):
                # The classifier sees danger in a row of single letters.
                self._set(message, "nonsense", 1.0)
            elif not self._phrases.harmless(text):
                self._by_classifier(message)
        return messages

    def _by_classifier(self, message: Message) -> None:
        ranking = message.get(INTENT_RANKING_KEY) or []
        dangers = [
            (item["confidence"], item["name"])
            for item in ranking
            if item["name"].startswith("safety_")
        ]
        if dangers and sum(confidence for confidence, _ in dangers) >= self._threshold:
            confidence, name = max(dangers)
            self._set(message, name, confidence)

    def _set(self, message: Message, intent: str, confidence: float) -> None:
        message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)


def _has_words(text: str) -> bool:
    """Whether there is anything to judge."""
    return any(len(word) > 1 for word in text.split())
