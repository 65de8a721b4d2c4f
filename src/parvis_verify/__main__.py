"""`python -m parvis_verify`."""

from parvis_verify.command import main

if __name__ == "__main__":
    raise SystemExit(main())
