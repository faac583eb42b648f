"""The intent of a message, from its embedding and its pieces of words."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """Rasa's logistic regression, with the weight of the classes as a setting.

    Rasa weighs all intents alike. Most messages are questions, and questions are the most varied:
    weighed like "thanks" they are taken for something else far too often.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's hook."""
        defaults = LogisticRegressionClassifier.get_default_config()
        return {**defaults, "class_weight": None}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf.set_params(class_weight=config["class_weight"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Rasa's hook: a classifier that was not trained yet."""
        return cls(config, execution_context.node_name, model_storage, resource)
