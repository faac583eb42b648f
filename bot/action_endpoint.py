"""Running the custom actions inside this process, by the protocol of Rasa's action server."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

import actions


def import_actions() -> None:
    """Import every module of the actions; an import error is raised here, since the SDK would
    end the whole process on it."""
    for module in pkgutil.iter_modules(actions.__path__):
        importlib.import_module(f"actions.{module.name}")


class InProcessEndpoint(EndpointConfig):
    """An action endpoint without a network: the same calls, answered by the same actions."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process.invalid/webhook")
        import_actions()
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Rasa's hook: run the action that the call names.

        Raises:
            ClientResponseError: As the action server answers: 400 when the action rejects to run,
                404 when there is no such action.
        """
        call = kwargs["json"]
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as error:
            body = f'{{"action_name": "{error.action_name}", "error": "rejected"}}'
            raise ClientResponseError(400, "rejected", body) from error
        except ActionNotFoundException as error:
            raise ClientResponseError(404, "not found", str(error)) from error


def validate_results_once() -> None:
    """Check an action's result against a schema that is built once.

    Rasa builds the same validator anew on every call, which takes most of the time of a turn.
    """
    from jsonschema import Draft202012Validator
    from rasa.shared.exceptions import RasaException

    validator = Draft202012Validator(RemoteAction.action_response_format_spec())

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        for error in validator.iter_errors(result):
            message = f"The action {self.name()!r} gave a wrong result: {error.message}"
            raise RasaException(message)
        return True

    RemoteAction._validate_action_result = validate
