"""The modules of a door's nouns: what stands in its folder is served, nothing lists it again."""

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType


def modules_below(package: ModuleType) -> list[ModuleType]:
    found = walk_packages(package.__path__, f"{package.__name__}.")
    return [import_module(one.name) for one in found if not one.ispkg]
