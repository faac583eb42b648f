"""The intent of a message, from its embedding and its pieces of words."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier

_FILE = "classifier.npz"


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

    def persist(self) -> None:
        """Rasa's hook. Rasa writes a file that takes three seconds to open again, at each start;
        the model is only these arrays."""
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(
                folder / _FILE,
                classes=self.clf.classes_,
                coefficients=self.clf.coef_,
                intercept=self.clf.intercept_,
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Rasa's hook: the trained classifier."""
        component = cls.create(config, model_storage, resource, execution_context)
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / _FILE, allow_pickle=False) as stored,
        ):
            component.clf.classes_ = stored["classes"]
            component.clf.coef_ = stored["coefficients"]
            component.clf.intercept_ = stored["intercept"]
        component.clf.n_features_in_ = component.clf.coef_.shape[1]
        return component

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
