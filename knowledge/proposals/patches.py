"""A change as a patch file that `git am` applies in the maintainers' repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from knowledge.proposals.edits import FileEdits, diff_of

PREFIX = "knowledge/library/"
"""Where the library lies in the maintainers' repository."""

_ZEROES = "0" * 40
# Lines at which git would end the message, or take for a header of its own.
_MISREAD = re.compile(
    r"^(?=---|diff -|Index: |From |>From |-- ?$|(?:from|date|subject):)", re.IGNORECASE
)


@dataclass(frozen=True)
class Author:
    """Who made a change.

    Attributes:
        name: Name.
        email: Address; one that nobody can write to when there is none.
    """

    name: str
    email: str = "nobody@wegwijs.invalid"

    @property
    def plain(self) -> tuple[str, str]:
        """Name and address without the signs that git cannot keep in them, or would misread: it
        takes the first `@` for the address."""
        name = " ".join(re.sub(r'[<>"@\x00-\x1f]', " ", self.name).split()).strip(" .,:;'")
        return name or "Wegwijs", re.sub(r"[<>\s\x00-\x1f]", "", self.email) or "nobody"


def message_of(subject: str, body: str = "") -> str:
    """A commit message: the subject on one line, an empty line, and the body."""
    lines = [" ".join(subject.split()) or "Change of the library"]
    words = [_MISREAD.sub(" ", line.rstrip()) for line in body.strip().splitlines()]
    return "\n".join([*lines, *(["", *words] if words else [])]) + "\n"


def as_patch(
    edits: FileEdits,
    author: Author,
    subject: str,
    body: str = "",
    date: datetime | None = None,
    prefix: str = PREFIX,
) -> str:
    """The edits as `git format-patch` would write them.

    Args:
        edits: The edits.
        author: Who made the change.
        subject: The change in one line.
        body: More about it; may be empty.
        date: When it was made; None for now. A date without a time zone is local.
        prefix: The library's folder in the repository, with a slash at its end.

    Returns:
        One e-mail as text, to be written in UTF-8.
    """
    name, email = author.plain
    first, _, rest = message_of(subject, body).partition("\n")
    when = (date or datetime.now()).astimezone()
    pieces = [
        f"From {_ZEROES} Mon Sep 17 00:00:00 2001",
        f"From: {_encoded(name, quoted=True)} <{email}>",
        f"Date: {format_datetime(when)}",
        f"Subject: {_encoded(f'[PATCH] {first}')}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        rest.strip("\n"),
        "---",
        "",
    ]
    diffs = []
    for file in edits.files:
        path = f"{prefix}{file.path}"
        diffs.append(f"diff --git a/{path} b/{path}\n")
        if file.old is None:
            diffs.append("new file mode 100644\n")
        diffs.append(diff_of(file, prefix))
    return "\n".join(pieces) + "".join(diffs) + "-- \nwegwijs\n"


def _encoded(text: str, quoted: bool = False) -> str:
    """A header's value: as it is in ASCII, else encoded as RFC 2047 says."""
    if not text.isascii():
        return Header(text, "utf-8", maxlinelen=10_000).encode(maxlinelen=10_000)
    if quoted and re.search(r"[^\w .'-]", text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text
