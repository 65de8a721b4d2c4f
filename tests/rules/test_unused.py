"""The pages carry nothing that nobody uses: templates, classes and tokens of the sheet, drawings, scripts."""

import re
from functools import cache

from tests.rules.source import SOURCE

from parvis.web.static_files import ICON

WEB = SOURCE / "web"


@cache
def texts(*patterns: str) -> dict[str, str]:
    return {
        path.relative_to(WEB).as_posix(): path.read_text("utf-8")
        for pattern in patterns
        for path in sorted(WEB.glob(pattern))
    }


@cache
def sheet() -> str:
    return re.sub(r"/\*.*?\*/", "", "".join(texts("css/**/*.css").values()), flags=re.DOTALL)


@cache
def said() -> str:
    """All that may name a class, a token or a template."""
    written = (SOURCE / "protocols" / "text.py").read_text("utf-8")  # messages have classes too
    return written + "".join(
        texts("templates/**/*.html", "**/*.py", "js/*.js", "worker/*.js").values()
    )


def test_each_class_of_the_sheet_is_on_some_page() -> None:
    selectors = "".join(re.findall(r"([^{}]*)\{", sheet()))
    known = set(re.findall(r"[\w-]+", said()))
    counted = tuple(re.findall(r"([\w-]+-)\{\{", said()))  # hue-{{ … }}
    unused = {
        name
        for name in re.findall(r"\.([a-zA-Z][\w-]*)", selectors)
        if name not in known and not name.startswith(counted)
    }
    assert not unused


def test_each_token_of_the_sheet_is_used() -> None:
    used = set(re.findall(r"var\((--[\w-]+)", sheet() + said()))
    assert set(re.findall(r"(--[\w-]+)\s*:", sheet())) - used == set()


def test_each_drawing_is_on_some_page() -> None:
    drawn = set(ICON.findall((WEB / "static" / "icons.svg").read_text("utf-8")))
    # By name, or handed to a macro that draws the one it is told.
    used = {one for one in drawn if re.search(rf"""icons\.{one}\b|["']{one}["']""", said())}
    assert drawn == used


def test_each_export_of_a_script_is_imported() -> None:
    scripts = texts("js/*.js", "worker/*.js")
    unused = [
        f"{name}: {found}"
        for name, text in scripts.items()
        for found in re.findall(r"export (?:async )?(?:function|class|const|let) (\w+)", text)
        if not any(re.search(rf"\b{found}\b", other) for at, other in scripts.items() if at != name)
    ]
    assert not unused


def test_each_template_is_rendered_or_included() -> None:
    names = {name.removeprefix("templates/") for name in texts("templates/**/*.html")}
    computed = re.findall(r'f"(\w+/)\{\w+\}\.html"', said())
    unused = {
        name for name in names if f'"{name}"' not in said() and not name.startswith(tuple(computed))
    }
    assert not unused
