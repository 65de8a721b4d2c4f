"""Settings: every wrong value is explained, all of them at once, and the docs tell the truth."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parvis.settings import ROWS, Settings, SettingsRefused, load, to_environment

ROOT = Path(__file__).parents[2]

WRONG = [
    ("PARVIS_PORT", "80000", "from 1 to 65535"),
    ("PARVIS_PORT", "0", "from 1 to 65535"),
    ("PARVIS_PORT", "http", "from 1 to 65535"),
    ("PARVIS_PORT", "٣", "from 1 to 65535"),
    ("PARVIS_WORKERS", "0", "from 1 to 64"),
    ("PARVIS_WORKERS", "-1", "from 1 to 64"),
    ("PARVIS_HOST", "localhost:80", "an address or a name alone"),
    ("PARVIS_HOST", "http://localhost", "an address or a name alone"),
    ("PARVIS_ROLE", "everything", "all, web, worker"),
    ("PARVIS_ROLE", "web", "set DATABASE_URL too"),
    ("PARVIS_REGISTRATIONS", "Open", "open, approval, closed"),
    ("PARVIS_CONFIRM_EMAIL", "maybe", "on or off"),
    ("PARVIS_RATE_LIMITS", "never", "on or off"),
    ("PARVIS_ALLOW_URL_CHANGE", "si", "on or off"),
    ("PARVIS_TRUSTED_PROXIES", "10.0.0.0/33", "with commas between"),
    ("PARVIS_TRUSTED_PROXIES", "10.0.0.1/8", "with commas between"),
    ("PARVIS_TRUSTED_PROXIES", "proxy.example", "with commas between"),
    ("PARVIS_LOG_LEVEL", "verbose", "debug, info, warning, error"),
    ("PARVIS_BEACONS", "http://localhost:9000", "https:// addresses"),
    ("PARVIS_PG_BIN", "/nowhere", "postgres and initdb"),
    ("PARVIS_SMTP_URL", "mail.example.org", "smtp://"),
    ("PARVIS_SMTP_URL", "smtp://mail.example.org:many", "smtp://"),
    ("DATABASE_URL", "mysql://localhost/parvis", "postgresql://"),
    ("DATABASE_URL", "postgresql://localhost", "postgresql://"),
    ("PARVIS_PUBLIC_URL", "social.example.org", "write https://"),
    ("PARVIS_PUBLIC_URL", "ftp://social.example.org", "write https://"),
    ("PARVIS_PUBLIC_URL", "http://social.example.org", "write https://social.example.org"),
    ("PARVIS_PUBLIC_URL", "https://social.example.org:8443", "without a port"),
    ("PARVIS_PUBLIC_URL", "https://social.example.org/net", "without a path"),
    ("PARVIS_PUBLIC_URL", "https://social.example.org?a=b", "without a path"),
    ("PARVIS_PUBLIC_URL", "https://me@social.example.org", "without a user"),
    ("PARVIS_PUBLIC_URL", "https://été.example", "https://xn--t-9fab.example"),
    ("PARVIS_PUBLIC_URL", "http://localhost:many", "write https://"),
    ("PARVIS_EDGES", "https://a.example.org,b.example.org", "addresses of relays"),
    ("PARVIS_EDGES", "https://a.example.org/live", "addresses of relays"),
    ("PARVIS_REGISTRATION", "closed", "did you mean PARVIS_REGISTRATIONS?"),
    ("PARVIS_ZZYZX_ZZYZX", "blue", "docs/settings.md"),
]


@pytest.mark.parametrize(("variable", "text", "advice"), WRONG)
def test_a_wrong_value_is_named_and_explained(variable: str, text: str, advice: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load({variable: text})
    (problem,) = refused.value.problems
    assert variable in problem
    assert advice in problem


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        load({"PARVIS_PORT": "x", "PARVIS_HOTS": "y", "PARVIS_ROLE": "z"}, {"workers": "many"})
    told = refused.value.problems
    assert len(told) == 4
    assert "--workers" in "".join(told)


def test_secrets_are_not_repeated() -> None:
    with pytest.raises(SettingsRefused) as refused:
        load({"DATABASE_URL": "mysql://u:hush@h/d", "PARVIS_SMTP_URL": "http://u:hush@h"})
    assert "hush" not in str(refused.value)


GOOD = [
    ("https://social.example.org/", "https://social.example.org"),
    ("https://Social.Example.org:443", "https://social.example.org"),
    ("http://localhost", "http://localhost"),
    ("http://localhost:80", "http://localhost"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("http://[::1]:8080", "http://[::1]:8080"),
    ("https://localhost:8443", "https://localhost:8443"),
]


@pytest.mark.parametrize(("text", "kept"), GOOD)
def test_public_urls(text: str, kept: str) -> None:
    assert load({"PARVIS_PUBLIC_URL": text}).public_url == kept


def test_defaults_and_empty_texts() -> None:
    settings = load(dict.fromkeys((row.variable for row in ROWS), ""))
    assert settings == Settings(data=settings.data)
    assert load({"PARVIS_PORT": "8123"}).public_url == "http://localhost:8123"
    assert load({"PARVIS_PORT": "80"}).public_url == "http://localhost"
    assert settings.data == (
        Path("/var/lib/parvis") if os.geteuid() == 0 else Path("data").resolve()
    )


def test_options_win_over_the_environment() -> None:
    assert load({"PARVIS_PORT": "1"}, {"port": "2", "host": None}).port == 2


def test_children_get_equal_settings() -> None:
    settings = load(
        {
            "PARVIS_DATA": "relative",
            "PARVIS_WORKERS": "3",
            "PARVIS_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "PARVIS_CONFIRM_EMAIL": "no",
            "PARVIS_RATE_LIMITS": "off",
            "DATABASE_URL": "postgresql://u:p@h/d",
            "PARVIS_EDGES": "https://a.example.org/, https://b.example.org",
            "PARVIS_RUN": "/run/parvis-x",
            "PARVIS_SMTP_URL": "smtps://u:p@mail.example.org:465",
        }
    )
    assert load(to_environment(settings)) == settings


def test_rows_are_the_fields() -> None:
    assert {row.field for row in ROWS} == set(Settings.__struct_fields__)


def test_the_docs_list_exactly_the_settings() -> None:
    written = (ROOT / "docs" / "settings.md").read_text()
    table = [line for line in written.splitlines() if line.startswith("| `")]
    expected = [
        f"| `{row.variable}` | {f'`{row.option}`' if row.option else ''} | {row.default} |"
        f" {row.meaning} |"
        for row in ROWS
    ]
    assert table == expected


def test_the_command_explains_and_ends_with_2(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "parvis", "serve", "--port", "x", "--data", str(tmp_path / "d")],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": os.defpath, "PARVIS_HOTS": "::1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "did you mean PARVIS_HOST?" in done.stderr
    assert not (tmp_path / "d").exists()
