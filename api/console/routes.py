"""All pages of the console, and its menu."""

from __future__ import annotations

from fastapi import APIRouter

from api.console import home
from api.console.pages import Menu

# In the order of the menu. Each module has a `router`, with whole paths, and a tuple `MENU` when it
# stands in the menu.
MODULES = (home,)

router = APIRouter(include_in_schema=False)
for module in MODULES:
    router.include_router(module.router)
Menu.items = tuple(item for module in MODULES for item in getattr(module, "MENU", ()))
