"""What findings say, in English; `french.py` has the same codes."""

import locale
import os
from collections.abc import Mapping
from typing import Any, cast

from parvis_verify.french import FRENCH, REASONS

ENGLISH: dict[str, str] = {
    "verdict-holds": "The log holds: everything that was checked is as it should be.",
    "verdict-wrong": "Something is wrong: see what is marked with ✗.",
    "verdict-unchecked": "Nothing wrong was found, but not everything could be checked: see what is marked with ?.",
    "more-of": "And {number} more of these ({code}).",
    # keys and signatures
    "key-published": "The key was taken from the network itself ({key}): compare it with one from elsewhere, and give it with --key next time.",
    "key-missing": "No key to check signatures with: give one with --key.",
    "key-given": "The key is the one you gave: {key}.",
    "signature-holds": "The checkpoint of {origin} ({size} entries) is signed by the log’s key.",
    "signature-wrong": "The checkpoint of {origin} ({size} entries) is not signed by a key that you trust.",
    "checkpoint-missing": "There is no checkpoint of {log}.",
    "checkpoint-bad": "The checkpoint cannot be read: {why}.",
    "origin-other": "This is the checkpoint of another network, {origin}, not of the key’s {key}.",
    # the tree
    "root-holds": "The {size} entries of {log} lead to the root that was signed.",
    "root-wrong": "The entries of {log} do not lead to the root that was signed for {size} entries.",
    "entry-altered": "Entry {entry} of {log} was altered: the tree was made of another.",
    "entry-dropped": "Entry {entry} of {log} was dropped: the tree has it, the entries do not.",
    "entry-added": "An entry was added to {log} before entry {before}: the tree does not have it.",
    "entry-repeated": "Entry {entry} of {log} stands there once more, before entry {before}: the tree has it once.",
    "not-located": "Which entries of {log} are others cannot be told: the tiles of the tree are missing, or do not lead to the root either.",
    "entries-missing": "Entries of {log} are missing.",
    "log-empty": "The log {log} has no entries.",
    "log-shorter": "The log {log} has {size} entries, and had {before} ({where}): entries were taken away.",
    "forked": "There are two logs {log} of {size} entries ({where}): two people were shown two histories.",
    "rewritten": "The first {size} entries of {log} are not those that were signed before ({where}): history was written anew.",
    "earlier-hold": "The log {log} begins with each of {number} earlier checkpoints of it.",
    # the server log and witnesses
    "in-server-log": "The checkpoint is an entry of the server log.",
    "not-in-server-log": "The checkpoint of {origin} ({size} entries) is no entry of the server log.",
    "server-log-long": "The server log has {size} entries and was not read whole: earlier checkpoints were not compared.",
    "nobody-witnesses": "Nobody witnesses this network’s log: its server could show two people two logs. Compare checkpoints with others.",
    "witness-holds": "{name} witnessed the server log ({size} entries) on {at}.",
    "witness-unknown": "{name} says it witnessed the server log; you gave no key of it (--witness), so this was not checked.",
    "witness-wrong": "The signature of the witness {name} is wrong.",
    "witness-silent": "The witness {name} has not witnessed this checkpoint.",
    # manifests and texts
    "manifest-holds": "The log begins with the manifest that the server log has announced.",
    "manifest-changed": "The first entry of {log} is not the manifest that the server log has announced: it was changed.",
    "manifest-late": "Entry {entry} changes the question or the rules after votes were cast.",
    "kind-unknown": "What {log} counts is not known to this program: its tree and its signatures were checked, nothing else.",
    "text-wrong": "The text “{text}” is not what stands in the log (hash {hash}).",
    "texts-erased": "{number} text(s) were erased; the log holds without them.",
    "texts-missing": "{number} text(s) are not here; the log holds without them.",
    "entry-unknown": "Entry {entry} is nothing that belongs into this log, or is not written as it should be.",
    "successor": "This log goes on from one that was closed: {why}. That one has to be checked by itself.",
    # polls
    "voter-twice": "The voter {voter} counts more than once: entries {entries}.",
    "issued-twice": "The voter {voter} was given more than one token: entries {entries}.",
    "choice-unknown": "The ballot in entry {entry} names an answer that the poll does not have.",
    "choice-twice": "The ballot in entry {entry} names an answer twice.",
    "choices-none": "The ballot in entry {entry} chooses nothing.",
    "choices-too-many": "The ballot in entry {entry} names several answers where one is allowed.",
    "ballot-unreadable": "The ballot in entry {entry} cannot be read.",
    "replaces-nothing": "{said} ballots say that they change an earlier one; {found} do so rightly.",
    "opening-wrong": "The opening of the sealed ballot in entry {entry} is not what the ballot stands for.",
    "opening-missing": "The sealed ballot in entry {entry} was not opened at closing.",
    "ballots-erased": "{number} ballots were erased with their accounts: they are counted, and what they chose is not shown any more.",
    "token-key-bad": "The token of the secret ballot in entry {entry} cannot be checked: the poll’s key is no RSA key.",
    "token-forged": "The token of the secret ballot in entry {entry} was not given for this poll.",
    "ballot-forged": "The secret ballot in entry {entry} is not signed with its token.",
    "tokens-hold": "{tokens} tokens were given, and {ballots} ballots cast with one: not more.",
    "more-ballots-than-tokens": "{ballots} secret ballots were cast, and only {tokens} tokens given.",
    "issued-wrong": "The last entry says that {said} tokens were given; the log has {counted}.",
    "after-closed": "Entry {entry} comes after the poll was closed.",
    "still-open": "The poll is still open: {voters} have voted so far.",
    "totals-hold": "The published result is what the ballots add up to: {voters} voters. It closed because: {why}.",
    "totals-wrong": "The published result of answer {option} is {said}; the ballots add up to {counted}.",
    "totals-many": "The published result has {said} answers, the poll {counted}.",
    "voters-wrong": "The published number of voters is {said}; the log has {counted}.",
    "winner-wrong": "The published winner is answer {said} (from 0); the rounds give {counted}.",
    "rounds-wrong": "The published rounds put answers out in the order {said}; the ballots give {counted}.",
    "counting-unknown": "How this poll is counted is not known to this program: {counting}.",
    "ties-unknown": "The rule for ties is not known to this program: {ties}.",
    # receipts and promises
    "receipt-holds": "The entry is in {origin}, at place {entry} of {size}.",
    "receipt-wrong": "The proof does not lead to the signed root: this entry is not where the receipt says.",
    "receipt-other": "The receipt’s entry {entry} is not the one that the log has there.",
    "receipt-entry": "The file does not hold the entry itself: give it with --entry.",
    "receipt-says": "The entry says: {entry}",
    "proof-size": "The proof has a wrong size: it has hashes too many or too few, or cut off.",
    "proof-place": "The receipt names a place that the log does not have.",
    "promise-signed": "The log promised to hold this entry by {at}.",
    "promise-forged": "The promise is not signed by the log’s key: it is forged, or another network’s.",
    "promise-other": "The promise is of another entry than the receipt.",
    "promise-kept": "The promise was kept: the entry is in the log.",
    "promise-broken": "The promise was not kept: by {at} the entry should have been in {origin}, and it is not.",
    "promise-waits": "The promise can still be kept: the log has until {at}.",
    "promise-unasked": "Whether the promise was kept could not be asked: {why}.",
    # what could not be done
    "unreadable": "It could not be read: {why}.",
    "file-bad": "The file is nothing that can be checked: {why}.",
    # draws
    "draw-holds": "Drawing {number}: the {winners} winners among {entrants} are those whom its round gives, and so are the reserves.",
    "draw-round-holds": "Round {round} of {chain} was signed by the chain’s key.",
    "draw-waits": "Drawing {number} is not decided yet.",
    "draw-void": "Drawing {number} decided nothing: {why}.",
    "draw-cancelled": "The draw was called off: {why}.",
    "draw-selected": "The winners were selected by the author of the draw: nothing was drawn, and nothing can be drawn again.",
    "draw-selected-wrong": "Somebody was selected who had not entered, or twice.",
    "draw-terms-wrong": "The terms in entry {entry} are not those that the manifest announced.",
    "draw-entered-twice": "{who} entered twice (entry {entry}).",
    "draw-left-wrong": "{who} leaves in entry {entry} and had not entered.",
    "draw-moved-late": "In entry {entry} somebody enters or leaves after the last list was frozen.",
    "draw-list-wrong": "The frozen list of drawing {number} is not that of those who were in.",
    "draw-late": "Drawing {number}: round {round} was due before the list was surely frozen.",
    "draw-beacon-wrong": "Drawing {number}: this is not the round that was to decide: {why}.",
    "draw-beacon-unchecked": "Drawing {number}: whether the chain’s key signed the round was not checked; install py-arkworks-bls12381.",
    "draw-chain-unknown": "The chain {chain} is none of the public ones that this program knows: ask who runs it.",
    "draw-fallback": "Drawing {number}: the round that was to decide in the first place ({round}) was not used. Look whether it was signed: then this is wrong.",
    "draw-winner-wrong": "Drawing {number}: winner {place} is {right}, not {said}.",
    "draw-reserve-wrong": "Drawing {number}: reserve {place} is {right}, not {said}.",
    "draw-winners-many": "Drawing {number}: there are {right} winners, not {said}.",
    "draw-reserves-many": "Drawing {number}: there are {right} in reserve, not {said}.",
    "draw-left-out": "Drawing {number}: {right} had won before and were to be left out, which the log says otherwise.",
    "draw-called-wrong": "In entry {entry} the next in reserve is {right}, not {said}.",
    "draw-order-wrong": "Entry {entry} ({what}) does not follow from those before it.",
}  # fmt: skip


def language() -> str:
    """The reader's, as their terminal has it: French or English."""
    said = next(
        (os.environ[one] for one in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(one)), ""
    )
    said = said or (locale.getlocale()[0] or "")
    return "fr" if said.lower().startswith("fr") else "en"


def say(code: str, values: Mapping[str, object], spoken: str) -> str:
    texts = FRENCH if spoken == "fr" else ENGLISH
    return texts[code].format_map({name: shown(one, spoken) for name, one in values.items()})


def shown(value: object, spoken: str) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f") if spoken == "fr" else f"{value:,}"
    if spoken == "fr" and value in REASONS:
        return REASONS[str(value)]
    if isinstance(value, list):
        return ", ".join(shown(one, spoken) for one in cast("list[Any]", value))
    return str(value)
