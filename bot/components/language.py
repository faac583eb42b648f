"""The language of a message, as a component of the pipeline."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language_detection import LanguageDetector


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class LanguageComponent(GraphComponent):
    """Puts the output `language` on each message: the language to answer in.

    The engine sends what is known besides the text as the message's metadata: `language`, the
    conversation's language so far, and `setting`, what the widget was set to.
    """

    def __init__(self, detector: LanguageDetector) -> None:
        self._detector = detector

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageComponent:
        """Rasa's hook."""
        return cls(LanguageDetector.shared())

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's hook: find the language of a message that somebody wrote."""
        for message in messages:
            text = str(message.get(TEXT) or "")
            known = message.get("metadata") or {}
            previous, setting = known.get("language"), known.get("setting")
            if text.startswith("/"):
                language = previous or setting
            else:
                language = self._detector.language_to_answer_in(text, previous, setting)
            if language:
                message.set("language", language, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rasa's hook: examples need no language."""
        return training_data
