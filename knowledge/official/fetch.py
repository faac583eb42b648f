"""Downloading an official text from its registered address, and from nowhere else."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from knowledge.official.errors import OfficialTextError
from knowledge.official.passage import EU_LANGUAGES
from knowledge.official.reading import MAX_BYTES
from knowledge.plans import PlanDocument

EUR_LEX = "https://eur-lex.europa.eu"
_CELEX = re.compile(r"[0-9CE][0-9]{4}[A-Z]{1,2}[0-9A-Z()/_.-]{1,40}", re.ASCII)
_FORMATS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_REDIRECTS = 5
# Without it EUR-Lex takes us for a robot that hides.
_AGENT = "Wegwijs (official texts for a citizen-information service)"
_CHALLENGE = re.compile(rb"awswaf|challenge\.js|cf-chl|captcha", re.IGNORECASE)
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Fetched:
    """What an address gave: its last address after redirects, its format and its bytes."""

    address: str
    suffix: str
    content: bytes


def address_of(document: PlanDocument, language: str, base_url: str | None = None) -> str:
    """Where the text of a document is, in a language.

    Args:
        document: The plan document.
        language: One of the European Union's languages.
        base_url: A mirror that takes the place of scheme and host.

    Returns:
        The address: EUR-Lex for a document with a CELEX number, else the document's own.

    Raises:
        OfficialTextError: The document has neither, or its number or address is not one.
    """
    if document.celex:
        if not _CELEX.fullmatch(document.celex):
            raise OfficialTextError(f"{document.id}: {document.celex!r} is not a CELEX number.")
        number = quote(document.celex, safe="():")
        base = (base_url or EUR_LEX).rstrip("/")
        return f"{base}/legal-content/{language.upper()}/TXT/HTML/?uri=CELEX:{number}"
    if document.url is None:
        raise OfficialTextError(
            f"{document.id}: its document.yml names no celex and no url. "
            "Download the text yourself and use `wegwijs plans add`."
        )
    parts = urlsplit(str(document.url))
    # "/detail/nl/ip_20_2178": the same page in another language.
    codes = "|".join(EU_LANGUAGES)
    path = re.sub(rf"(?<=/)(?:{codes})(?=/)", language, parts.path, count=1)
    address = parts._replace(path=path).geturl()
    if base_url:
        return address.replace(f"{parts.scheme}://{parts.netloc}", base_url.rstrip("/"), 1)
    return address


def fetch(address: str, timeout: float = 30.0, limit: int = MAX_BYTES) -> Fetched:
    """Download a text.

    Args:
        address: Where it is; `https`, or `http` on this machine.
        timeout: Seconds after which a server counts as silent; the whole may take four times as
            long.
        limit: Most bytes that are taken.

    Returns:
        What the address gave.

    Raises:
        OfficialTextError: Whatever went wrong, in one message.
    """
    deadline = time.monotonic() + 4 * timeout
    start = _checked(address)
    # Plain, since what is compressed may be a bomb. A proxy of the environment is for other hosts.
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    outside = start[1] not in _LOCAL
    try:
        with httpx.Client(timeout=timeout, headers=headers, trust_env=outside) as client:
            for _ in range(_REDIRECTS + 1):
                with client.stream("GET", address) as response:
                    if not response.has_redirect_location:
                        return _taken(response, address, deadline, limit)
                    address = str(response.url.join(response.headers["location"]))
                _same_host(start, address)
    except httpx.TimeoutException as error:
        raise OfficialTextError(
            f"{address}: no answer within {timeout:g} seconds. Try again later."
        ) from error
    except httpx.RemoteProtocolError as error:
        raise OfficialTextError(f"{address}: the answer broke off. Try again.") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        reason = str(error) or type(error).__name__
        raise OfficialTextError(f"{address}: cannot be reached: {reason}.") from error
    raise OfficialTextError(f"{address}: more than {_REDIRECTS} redirects.")


def _checked(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise OfficialTextError(f"{address}: is not an address.") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL):
        raise OfficialTextError(f"{address}: only https addresses are fetched.")
    if not host or parts.username or parts.password:
        raise OfficialTextError(f"{address}: is not an address that Wegwijs fetches.")
    return parts.scheme, host, port


def _same_host(start: tuple[str, str, int | None], address: str) -> None:
    if _checked(address) != start:
        raise OfficialTextError(
            f"{start[1]} sends us on to another host, {urlsplit(address).netloc}. "
            "Wegwijs does not follow; download the text yourself and use `wegwijs plans add`."
        )


def _taken(response: httpx.Response, address: str, deadline: float, limit: int) -> Fetched:
    status = response.status_code
    if status in (202, 429, 503) or "x-amzn-waf-action" in response.headers:
        raise _challenged(address, status)
    if status != 200:
        hint = " It has no text in this language." if status in (404, 410) else ""
        raise OfficialTextError(f"{address}: the server answered {status}.{hint}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMATS:
        raise OfficialTextError(
            f"{address}: gives {kind or 'an unknown type'}, which is no text that Wegwijs reads."
        )
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise OfficialTextError(f"{address}: the answer is compressed, though we asked for plain.")
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(address, limit)
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > limit:
            raise _too_large(address, limit)
        if time.monotonic() > deadline:
            raise OfficialTextError(f"{address}: the answer comes too slowly. Try again later.")
    if not content:
        raise OfficialTextError(f"{address}: the answer is empty.")
    suffix = _FORMATS[kind]
    if suffix == ".html":
        _whole(bytes(content), address, bool(declared or "transfer-encoding" in response.headers))
    return Fetched(address, suffix, bytes(content))


def _whole(content: bytes, address: str, counted: bool) -> None:
    """A page that is a challenge, or that broke off unnoticed, is no text."""
    if len(content) < 20_000 and _CHALLENGE.search(content):
        raise _challenged(address, 200)
    if not counted and b"</html>" not in content[-2000:].lower():
        raise OfficialTextError(f"{address}: the answer broke off. Try again.")


def _challenged(address: str, status: int) -> OfficialTextError:
    return OfficialTextError(
        f"{address}: the server answered {status} and wants to see a person first, as EUR-Lex "
        "does at busy times. Try again later, or open the address in a browser, save the page "
        "and use `wegwijs plans add`."
    )


def _too_large(address: str, limit: int) -> OfficialTextError:
    return OfficialTextError(f"{address}: is larger than {limit / 1_000_000:g} MB.")
