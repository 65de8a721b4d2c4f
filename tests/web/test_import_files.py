"""What files an import reads, and which it refuses and why."""

from tests.rig.network import Network
from tests.rig.reader import logged_in
from tests.web.bringing import bring

FOLLOWS = "Account address,Show boosts,Notify on new posts,Languages"


REFUSED: list[tuple[str, str | bytes | None, str]] = [
    ("nothing", "bob\n", "Say what the file holds"),
    ("follows", None, "Choose a file first"),
    ("follows", b"", "nothing in this file"),
    ("follows", FOLLOWS, "nothing in this file"),
    ("follows", "x\n" * 1_100_000, "Line 1,048,577: Here a file reaches 2 MB"),
    ("follows", "".join(f"p{n}\n" for n in range(100_000)), "Line 20,001: Here a file has had"),
    ("follows", "alice\n".encode("utf-16"), "Line 1: This is not UTF-8"),
    ("follows", b"bob\r\nre\xe9\r\n", "Line 2: This is not UTF-8"),
    ("follows", b"PK\x03\x04\0", "Line 1: There is something here that is no text"),
    ("follows", "bob\n=cmd()\n", "Line 2: This is a formula"),
    ("follows", "bob smith\n", "Line 1: This is not an address such as"),
    ("follows", "<script>alert(1)</script>\n", "This is not an address"),
    ("follows", '"bob\n', "Line 1: Quotation marks"),
    ("follows", "bob,perhaps\n", "Line 1: This can only be true or false"),
    ("follows", "bob,,,french!\n", "Line 1: This is not a language"),
    ("follows", "bob,true,true,fr,x\n", f"too few cells. What they hold: {FOLLOWS}."),
    ("follows", "\ufeff" + FOLLOWS.replace(",", ";") + "\nbob;true\n", "Line 1: Cells are separated by"),
    ("mutes", "Account address\tHide notifications\nbob\ttrue\n", "Line 1: Cells are separated by"),
    ("lists", "Friends;bob\n", "Line 1: Cells are separated by"),
    ("lists", "Friends\n", "Line 1: This line has too many or too few cells. What they hold: List"),
    ("lists", ",bob\n", "Line 1: A list’s name is needed"),
    ("mutes", "Hide notifications,Account address\n", f"begins: {'Account address,Hide'}"),
    ("blocks", "\n\nAccount address,Show boosts\nbob,true\n", "Line 3: This file holds something else"),
    ("domain_blocks", "https://evil.example/\n", "Line 1: This is not the name of a server"),
    ("bookmarks", "evil.example\n", "Line 1: This is not the address of a message"),
    ("bookmarks", "Account address;Show boosts\n", "semicolons"),
]  # fmt: skip


async def test_files_are_refused_in_words_and_nothing_is_kept(network: Network) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network)
    for kind, content, said in REFUSED:
        page = await bring(reader, kind, content)
        text = page.refused(422)
        assert said in text, (kind, said, text)
        assert "<script>alert" not in page.html
    assert await network.db.fetchval("select count(*) from imports") == 0


async def test_files_of_every_program_are_read(network: Network) -> None:
    """A mark at the beginning, line ends of three systems, cells filled up, people twice and in capitals."""
    await network.people("alice", "bob")
    reader = await logged_in(network)
    rows = {
        "follows": "bob,true,false,",
        "mutes": "bob,true",
        "lists": "Friends,bob",
        "blocks": "bob",
        "domain_blocks": "evil.example",
        "bookmarks": "https://far.example/1",
    }
    for kind, row in rows.items():
        for end in ("\n", "\r\n", "\r"):
            twice = row if kind in ("lists", "bookmarks") else row.upper()
            content = f"\ufeff{end}{row}{end}{end}  {twice},,{end}".encode()
            page = await bring(reader, kind, content)
            assert "1 line in the file" in (await reader.get(page.location)).ok(), (kind, end)


async def test_far_too_large_a_body_is_cut_off(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    assert (await bring(reader, "follows", "x" * 17_000_000)).refused(413)
