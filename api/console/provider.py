"""Signing in through the organisation's OpenID Connect provider."""

from __future__ import annotations

import logging
from typing import Any

from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.console.access import ConsoleError, DatabaseOf, must_be_secure, own_page
from api.console.roles import Role
from api.console.signing_in import enter
from api.secret_key import derived_key
from api.settings import Settings
from api.state import StateOf
from api.store.accounts import Accounts
from api.store.audit import SERVER
from api.store.passwords import AccountError
from api.store.tables import Account

router = APIRouter()
_logger = logging.getLogger(__name__)
_PATH = "/console/sign-in/provider"
_BACK = f"{_PATH}/back"
_MINUTES = 10
_SIGNATURES = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip


@router.get(_PATH)
async def start(request: Request, state: StateOf, next: str = "/console") -> Response:
    """Send the browser to the provider, with state, nonce and the challenge of PKCE."""
    settings = _configured(request, state.settings)
    must_be_secure(request)
    client = await _client(settings)
    answer: Response = await client.authorize_redirect(request, f"{_own_address(request)}{_BACK}")
    request.session["next"] = own_page(next)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get(_BACK)
async def back(request: Request, state: StateOf, database: DatabaseOf) -> Response:
    """Take what the provider says of the person who comes back."""
    settings = _configured(request, state.settings)
    must_be_secure(request)
    name = settings.oidc_name or settings.oidc_issuer
    if error := request.query_params.get("error"):
        _logger.warning("The sign-in provider refused: %r", error[:200])
        raise ConsoleError(403, "provider_refused", provider=name)
    claims = await _claims(request, settings)
    accounts = Accounts(database)
    names = _names(claims)
    account: Account | None = await run_in_threadpool(
        accounts.of_provider, settings.oidc_issuer, str(claims["sub"]), names
    )
    if account is None:
        account = await run_in_threadpool(_new_account, accounts, settings, claims, names)
    if account is None:
        who = names[0] if names else str(claims["sub"])
        raise ConsoleError(403, "provider_no_account", provider=name, who=who[:200])
    next_page = own_page(request.session.pop("next", "/console"))
    return await enter(request, database, settings, account, "provider", next_page)


def keep_sign_in_state(app: FastAPI, settings: Settings) -> None:
    """Let a browser carry the signed state of its sign-in under way, where a provider is set.

    Raises:
        SettingsError: The installation has no usable secret.
    """
    if settings.oidc_issuer:
        app.add_middleware(_SignInState, key=derived_key(settings, "sign-in state").decode())


class _SignInState:
    """Starlette's sessions, for these pages only."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._sessions = {
            secure: SessionMiddleware(
                app, key, session_cookie="wegwijs_sign_in", max_age=_MINUTES * 60, path=_PATH,
                same_site="lax", https_only=secure,
            )
            for secure in (True, False)
        }  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's entry point."""
        app = self._app
        if scope["type"] == "http" and scope["path"].startswith(_PATH):
            app = self._sessions[scope["scheme"] == "https"]
        await app(scope, receive, send)


def _configured(request: Request, settings: Settings) -> Settings:
    if not settings.oidc_issuer:
        raise ConsoleError(404, "not_found", what=request.url.path)
    return settings


def _own_address(request: Request) -> str:
    return str(request.base_url).rstrip("/")


async def _client(settings: Settings) -> Any:
    """The provider's client; what the provider says of itself is read each time.

    Raises:
        ConsoleError: The provider does not answer, or is not the one that was set.
    """
    issuer = settings.oidc_issuer.rstrip("/")
    client = OAuth().register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value() or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "timeout": 10,
        },
    )
    try:
        metadata = await client.load_server_metadata()
        if str(metadata["issuer"]).rstrip("/") != issuer:
            raise ValueError(f"it calls itself {metadata['issuer']!r}")
        supported = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        # Never `none`, and never a key that both sides share.
        metadata["id_token_signing_alg_values_supported"] = [
            each for each in supported if each in _SIGNATURES
        ]
    except Exception as error:  # a transport's, or one about what came
        _logger.warning("The sign-in provider %s cannot be used: %r", issuer, error)
        name = settings.oidc_name or settings.oidc_issuer
        raise ConsoleError(502, "provider_down", provider=name) from error
    return client


async def _claims(request: Request, settings: Settings) -> dict[str, Any]:
    """What the provider says of a person, after its code, state, nonce and signature were checked.

    Raises:
        ConsoleError: The sign-in is too old, was used before, or is not what it should be.
    """
    client = await _client(settings)
    metadata = client.server_metadata
    expected = {
        "iss": {"essential": True, "values": [metadata["issuer"]]},
        "aud": {"essential": True, "values": [settings.oidc_client_id]},
    }
    try:
        token = await client.authorize_access_token(request, claims_options=expected)
        claims = dict(token["userinfo"])
        if metadata.get("userinfo_endpoint"):
            more = await client.userinfo(token=token)
            # Another person's words about themselves would be of no use.
            claims = {**more, **claims} if more["sub"] == claims["sub"] else claims
    except Exception as error:  # OAuth's, a token's or a transport's
        kind = type(error).__name__
        _logger.warning("A sign-in through %s failed: %s: %s", settings.oidc_issuer, kind, error)
        name = settings.oidc_name or settings.oidc_issuer
        raise ConsoleError(400, "provider_failed", provider=name) from error
    return claims


def _names(claims: dict[str, Any]) -> list[str]:
    """What a person may be called in the list of accounts."""
    # Some providers write the truth value as a word.
    verified = str(claims.get("email_verified", True)).lower() == "true"
    email = claims.get("email") if verified else None
    found = (claims.get("preferred_username"), email)
    return [name for name in found if isinstance(name, str) and name.strip()]


def _new_account(
    accounts: Accounts, settings: Settings, claims: dict[str, Any], names: list[str]
) -> Account | None:
    """An account for somebody of a group that has a role; None for anybody else."""
    role = _role(settings, claims)
    if role is None:
        return None
    provider = (settings.oidc_issuer, str(claims["sub"]))
    for name in names:
        try:
            return accounts.add(
                SERVER, name, role, str(claims.get("name") or ""), provider=provider
            )
        except AccountError as error:
            _logger.warning("No account for %r could be made: %s", name, error.key)
    return None


def _role(settings: Settings, claims: dict[str, Any]) -> Role | None:
    """The highest role of the person's groups."""
    found: Any = claims
    for step in settings.oidc_role_claim.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    groups = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    roles = [settings.oidc_roles[group] for group in groups if group in settings.oidc_roles]
    return max((Role(role) for role in roles), key=list(Role).index, default=None)
