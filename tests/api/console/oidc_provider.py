"""An OpenID Connect provider to test against; runs in an environment of its own.

It is oidc-provider-mock, which reads no PKCE, with the check of PKCE by the library it is made of.
Prints its port.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge
from oidc_provider_mock import _app
from werkzeug.serving import WSGIRequestHandler, make_server

challenges: dict[str, str] = {}


class Grant(_app.AuthorizationCodeGrant):
    """Keeps the challenge that came with the request for a code."""

    def save_authorization_code(self, code, request):
        super().save_authorization_code(code, request)
        challenges[code] = request.payload.data["code_challenge"]


class StrictChallenge(CodeChallenge):
    """Demands a hashed challenge from every client."""

    def validate_code_challenge(self, grant, redirect_uri):
        super().validate_code_challenge(grant, redirect_uri)
        if grant.request.payload.data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is needed")

    def get_authorization_code_challenge(self, authorization_code):
        return challenges[authorization_code.code]

    def get_authorization_code_challenge_method(self, authorization_code):
        return "S256"


class OpenIDCode(_app.OpenIDCode):
    """Codes with PKCE."""

    def __call__(self, grant):
        super().__call__(grant)
        StrictChallenge()(grant)


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_):
        pass


_app.AuthorizationCodeGrant = Grant
_app.OpenIDCode = OpenIDCode
app = _app.app(
    require_client_registration=True,
    require_nonce=True,
    access_token_max_age=timedelta(seconds=int(sys.argv[1])),
)
server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
