"""The sentence embedding of a message: computed once, used by the intent and by the search."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.knowledge_base import shared_encoder
from actions.settings import ActionSettings
from bot.progress import report
from knowledge.encoder import Vectors
from knowledge.text import normalise
from knowledge.vector_cache import VectorCache

_MEAN_FILE = "mean.npy"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbeddingFeaturizer(GraphComponent):
    """Puts the encoder's vector on each message, as a feature and as the output `embedding`.

    The vectors of the encoder lie close together; the intent classifier has no setting for its
    regularisation, so the feature is centred and stretched to the size it expects.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's hook: `stretch` multiplies the centred vector."""
        return {"stretch": 8.0, FEATURIZER_CLASS_ALIAS: None}

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        mean: Vectors | None = None,
    ) -> None:
        self._stretch = float(config["stretch"])
        self._name = config.get(FEATURIZER_CLASS_ALIAS) or type(self).__name__
        self._storage = storage
        self._resource = resource
        self._mean = mean

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbeddingFeaturizer:
        """Rasa's hook: a component that was not trained yet."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEmbeddingFeaturizer:
        """Rasa's hook: the trained component."""
        with model_storage.read_from(resource) as folder:
            mean = np.load(folder / _MEAN_FILE, allow_pickle=False)
        return cls(config, model_storage, resource, mean)

    def train(self, training_data: TrainingData) -> Resource:
        """Rasa's hook: learn the mean of the examples' vectors."""
        vectors = self._training_vectors(training_data.training_examples)
        self._mean = vectors.mean(axis=0) if len(vectors) else None
        if self._mean is not None:
            with self._storage.write_to(self._resource) as folder:
                np.save(folder / _MEAN_FILE, self._mean)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rasa's hook: put the feature on every example."""
        examples = training_data.training_examples
        for message, vector in zip(examples, self._training_vectors(examples), strict=True):
            if _text(message):
                self._add(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's hook: put the vector on a message that somebody wrote."""
        for message in messages:
            text = _text(message)
            if text and not text.startswith("/"):
                vector = shared_encoder().encode_query(text)
                message.set("embedding", [round(float(x), 5) for x in vector], add_to_output=True)
                self._add(message, vector)
            elif self._mean is not None:
                # A button has no words to embed, but the classifier wants features of one length.
                self._add(message, self._mean)
        return messages

    def _training_vectors(self, messages: list[Message]) -> Vectors:
        cache = VectorCache(ActionSettings().vector_cache)
        texts = [_text(message) for message in messages]
        return cache.encode(
            shared_encoder(),
            texts,
            queries=True,
            progress=lambda done, total: report("examples", done, total),
        )

    def _add(self, message: Message, vector: Vectors) -> None:
        mean = self._mean if self._mean is not None else np.zeros_like(vector)
        feature = (vector - mean) * self._stretch
        message.add_features(Features(feature[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))


def _text(message: Message) -> str:
    return normalise(str(message.get(TEXT) or ""))
