"""All pages of the console, and its menu."""

from __future__ import annotations

from fastapi import APIRouter

from api.console import (
    account,
    audit,
    exchanges,
    handovers,
    home,
    one_conversation,
    people,
    privacy,
    proposals,
    provider,
    redaction,
    signing_in,
    statistics,
    switches,
    translations,
    try_it,
    unanswered,
)
from api.console.pages import Menu

# In the order of the menu. Each module has a `router`, with whole paths, and a tuple `MENU` when it
# stands in the menu.
MODULES = (
    home,
    exchanges,
    handovers,
    unanswered,
    proposals,
    translations,
    try_it,
    statistics,
    switches,
    privacy,
    one_conversation,
    redaction,
    people,
    audit,
    account,
    signing_in,
    provider,
)

router = APIRouter(include_in_schema=False)
for module in MODULES:
    router.include_router(module.router)
Menu.items = tuple(item for module in MODULES for item in getattr(module, "MENU", ()))
