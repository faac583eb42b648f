"""Accepting a proposal: into the library's files, a patch, a commit, and the answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.settings import Settings
from api.store.audit import Actor
from api.store.database import Database
from api.store.proposal_rows import Journal
from api.store.proposals import Proposals
from api.store.tables import Account, Proposal
from knowledge.checks.finding import Finding, Severity
from knowledge.proposals.change import CHANGE, Change, summary
from knowledge.proposals.checking import check_edits
from knowledge.proposals.commits import commit, repository_prefix
from knowledge.proposals.edits import FileEdit, FileEdits, apply, unified_diff
from knowledge.proposals.errors import CommitError, FilesChanged
from knowledge.proposals.patches import Author, as_patch
from knowledge.proposals.plan import plan
from knowledge.text_writer import write_whole
from knowledge.yaml_files import read_text

_log = logging.getLogger(__name__)


class ChangedMeanwhile(Exception):
    """The proposal now makes another difference than the one that was looked at."""


class NewErrors(Exception):
    """The library would have errors that it has not now.

    Args:
        findings: Those errors.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} new errors")
        self.findings = list(findings)


@dataclass(frozen=True)
class Accepting:
    """Accepts proposals.

    Attributes:
        settings: Of the installation.
        database: Where proposals are kept.
    """

    settings: Settings
    database: Database

    def accept(
        self,
        actor: Actor,
        number: int,
        fingerprint: str,
        own_too: bool = False,
        action: str = "proposal.accepted",
    ) -> None:
        """Make the change, as it was looked at.

        Args:
            actor: Who accepts it.
            number: Of the proposal.
            fingerprint: Of the difference that they looked at.
            own_too: Whether who made it may accept it, though others could.
            action: What the audit log calls it.

        Raises:
            ChangedMeanwhile: The difference is another one by now.
            NewErrors: The checks find errors that only the change brings.
            ProposalProblem: It was decided on, or it is their own.
            WegwijsError: The change cannot be made.
            OSError: A file cannot be written; nothing was changed.
        """
        proposals = Proposals(self.database)
        found = proposals.get(number)
        edits = plan(change_of(found.row), self.settings.library_dir) if found else None
        if edits is None or edits.fingerprint != fingerprint:
            raise ChangedMeanwhile
        checked = check_edits(edits)
        if errors := [one for one in checked.new if one.severity is Severity.ERROR]:
            raise NewErrors(errors)
        # Neither the files first nor the database first would do: after a crash in between, a
        # half-written change would look like an open proposal, or an accepted one would not be in
        # the files. So the database first keeps what is to be written, then the files are written,
        # and then it says that they are. What is kept and not said to be written is written by
        # `recover`; writing the same texts once more does no harm.
        proposals.begin_accepting(actor, number, edits.files, own_too, action)
        self.finish(number)

    def recover(self) -> list[int]:
        """Finish what a crash left half done.

        Returns:
            Numbers of the proposals that were finished.
        """
        finished = []
        for number in Proposals(self.database).unfinished():
            try:
                self.finish(number)
                finished.append(number)
            except (FilesChanged, OSError) as error:
                _log.warning("Proposal %s is open again: %s", number, error)
        return finished

    def finish(self, number: int) -> None:
        """Write what was accepted, unless that is done.

        Raises:
            FilesChanged: A file is neither as it was nor as it will be; the proposal is open again.
            OSError: A file cannot be written; the proposal is open again.
        """
        proposals = Proposals(self.database)
        written: list[tuple[Proposal, FileEdits, str, Account]] = []

        def write(row: Proposal, journal: Journal) -> tuple[str, str]:
            folder = self.settings.library_dir
            edits = FileEdits(folder, journal.files, row.card_id or summary(change_of(row)))
            _write(edits)
            author = self._account(row.account_id)
            patch = as_patch(
                edits, Author(author.shown_name), summary(change_of(row)), row.reason,
                prefix=repository_prefix(folder),
            )  # fmt: skip
            written.append((row, edits, patch, author))
            return unified_diff(edits), patch

        try:
            if not proposals.finish_accepting(number, write):
                return
        except (FilesChanged, OSError):
            proposals.give_up_accepting(number)
            raise
        row, edits, patch, author = written[0]
        self._keep_patch(row, patch)
        if self.settings.commit_proposals:
            try:
                made = commit(edits, Author(author.shown_name), summary(change_of(row)), row.reason)
            except CommitError as error:
                _log.warning("Proposal %s is no commit, only a patch: %s", number, error)
            else:
                proposals.keep_commit(number, made)

    def _account(self, account_id: int) -> Account:
        with self.database.reading() as session:
            return session.get(Account, account_id)

    def _keep_patch(self, row: Proposal, patch: str) -> None:
        file = self.settings.data_dir / "patches" / patch_name(row)
        try:
            write_whole(file, patch)
        except OSError as error:
            # The database has it too.
            _log.warning("The patch %s cannot be written: %s", file, error)


def change_of(row: Proposal) -> Change:
    """The change that a proposal keeps.

    Raises:
        ValueError: It was kept by another release, which knew other changes.
    """
    return CHANGE.validate_python(row.change)


def patch_name(row: Proposal) -> str:
    """Name of a proposal's patch file."""
    words = re.sub(r"[^a-z0-9]+", "-", summary(change_of(row)).lower()).strip("-")
    return f"{row.id:04}-{words[:60].strip('-')}.patch"


def _write(edits: FileEdits) -> None:
    """Write the files that are not written yet; all or none.

    Raises:
        FilesChanged: One is neither as it was nor as it will be.
        OSError: One cannot be written.
    """
    done = [file for file in edits.files if _holds(edits.folder / file.path, file.new)]
    left = tuple(file for file in edits.files if file not in done)
    try:
        apply(FileEdits(edits.folder, left, edits.owner))
    except (FilesChanged, OSError):
        back = tuple(FileEdit(file.path, file.new, file.old) for file in done if file.old)
        apply(FileEdits(edits.folder, back, edits.owner))
        raise


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and read_text(file) == text
