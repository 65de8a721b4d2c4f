"""The command `network`: what the network says of itself, told from the machine it runs on."""

from typing import Annotated, Literal

from cyclopts import Parameter

from parvis.cli.commands import Data, app, read_settings, run

Who = Literal["open", "approval", "closed"]


@app.command
def network(  # noqa: PLR0913 - one option each
    *,
    title: Annotated[str | None, Parameter(help="Its name.")] = None,
    summary: Annotated[str | None, Parameter(help="A sentence, on its first page.")] = None,
    about: Annotated[str | None, Parameter(help="A text, on its About page.")] = None,
    registrations: Annotated[Who | None, Parameter(help="Who may join.")] = None,
    add_rule: Annotated[tuple[str, ...], Parameter(help="One more rule.", negative="")] = (),
    remove_rule: Annotated[tuple[int, ...], Parameter(help="Its number.", negative="")] = (),
    data: Data = None,
) -> None:
    """Change the network's name, words, rules or who may join, and show them."""
    settings = read_settings(data=data)
    from parvis.cli import describing, moderating  # noqa: PLC0415 - keeps --help quick

    said = {
        "title": title,
        "short_description": summary,
        "description": about,
        "registrations": registrations,
    }
    values = {name: value for name, value in said.items() if value is not None}
    wish = describing.Wish(values, add_rule, remove_rule)
    run(moderating.at_desk(settings, lambda desk: describing.describe(desk, wish)))
