# The one list of tasks. Each works in a fresh clone: the launcher prepares what is missing.

tool := "./parvis tool"

# List the tasks
default:
    @just --list

# Run the network on localhost:8000
serve *args:
    ./parvis serve {{args}}

# All tests, as CI runs them
test *args:
    ./parvis test {{args}}

# The tests that need no browser, no foreign client and no whole network
fast *args:
    ./parvis test --fast {{args}}

# The quick tests on Debian's PostgreSQL 15, the oldest that DATABASE_URL may name
fast-on-15 *args:
    PARVIS_TEST_PG_BIN=/usr/lib/postgresql/15/bin ./parvis test --fast {{args}}

# Branches of the domain and the protocols that no fast test takes; fails under 90 %
coverage *args:
    ./parvis test --fast --cov=parvis.domain --cov=parvis.protocols {{args}}

# Style and the arrows between layers
lint:
    {{tool}} ruff check . ./parvis
    {{tool}} ruff format --check . ./parvis
    {{tool}} lint-imports
    {{tool}} deptry src

# Types
types:
    {{tool}} basedpyright

# Mend style where a tool can
fix:
    {{tool}} ruff check --fix . ./parvis
    {{tool}} ruff format . ./parvis

# Rewrite the table of docs/api.md from the routes
api-docs:
    PYTHONPATH=src {{tool}} python -m parvis.mastodon_api.openapi docs/api.md

# Rewrite the lock files from pyproject.toml; `just lock --upgrade` takes newer versions
lock *args:
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --quiet {{args}} --output-file requirements.txt
    uv pip compile --group dev --constraint requirements.txt --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --quiet {{args}} \
        --output-file requirements-test.txt

# What pages weigh, how soon they are read on a slow line, what they cost the server
weigh *args:
    {{tool}} python bench/pages.py {{args}}

# Pictures of every page into docs/screens; `just screens home` takes that page's anew
screens *args:
    {{tool}} python bench/screens.py {{args}}

# Known vulnerabilities in the lock files (needs the network)
audit:
    uvx pip-audit --requirement requirements.txt --require-hashes --disable-pip
