"""What can be wrong with a proposal."""

from __future__ import annotations

from knowledge.errors import WegwijsError


class ProposalError(WegwijsError):
    """The change cannot be made as it stands."""


class FilesChanged(ProposalError):
    """A file is not as it was when the change was worked out."""


class CommitError(WegwijsError):
    """The change cannot be committed; as a patch it can still be handed on."""
