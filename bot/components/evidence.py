"""What the library knows of a message, as evidence for its intent."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from actions import knowledge_base

_QUESTION = "ask"
# Intents of which the words stand in no card: a card that fits means a question after all.
_DOUBTED = {
    "off_topic", "fraud", "insult", "nonsense", "help", "person", "change_language",
    "tell_situation", "tell_place", "feedback_bad", "feedback_good", "nlu_fallback",
}  # fmt: skip


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SearchEvidence(GraphComponent):
    """Corrects the classifier by what the search finds.

    The classifier learns from a few hundred examples in each language; the library holds the very
    subjects that people ask about. A message that a card answers is a question, whatever the
    classifier made of it; a doubtful question that nothing answers is rather the runner-up. A
    message that is just the name of a place tells the place.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's hook.

        `answered`: with at least this confidence of the search the message is a question, unless
        the classifier is `sure`. `unanswered`: below this confidence a question that is no more
        likely than `doubtful` yields to a runner-up of at least `runner_up`.
        """
        return {
            "answered": 0.5,
            "sure": 0.9,
            "unanswered": 0.2,
            "doubtful": 0.6,
            "runner_up": 0.25,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SearchEvidence:
        """Rasa's hook."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's hook: weigh the intent of a message that somebody wrote."""
        for message in messages:
            vector = message.get("embedding")
            intent = message.get(INTENT) or {}
            if vector and knowledge_base.current().library.places.named(str(message.get(TEXT))):
                _set(message, "tell_place", 1.0)
            elif vector and intent.get("name") in _DOUBTED | {_QUESTION}:
                self._weigh(message, intent, np.array(vector, dtype=np.float32))
        return messages

    def _weigh(self, message: Message, intent: dict[str, Any], vector: Any) -> None:
        known = message.get("metadata") or {}
        result = knowledge_base.current().search.search(
            str(message.get(TEXT)),
            message.get("language") or "en",
            known.get("place"),
            vector,
            limit=1,
        )
        if intent["name"] in _DOUBTED:
            if result.confidence >= self._config["answered"] and (
                intent["confidence"] < self._config["sure"] or intent["name"] == "nlu_fallback"
            ):
                _set(message, _QUESTION, intent["confidence"])
        elif (
            result.confidence < self._config["unanswered"]
            and intent["confidence"] <= self._config["doubtful"]
        ):
            ranking = message.get(INTENT_RANKING_KEY) or []
            others = [item for item in ranking if item["name"] not in (_QUESTION, "nlu_fallback")]
            if others and others[0]["confidence"] >= self._config["runner_up"]:
                _set(message, others[0]["name"], others[0]["confidence"])


def _set(message: Message, intent: str, confidence: float) -> None:
    message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)
