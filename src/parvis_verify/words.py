"""What findings say, in English; `french.py` has the same codes."""

import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from parvis_verify.french import FRENCH, REASONS

ENGLISH: dict[str, str] = {
    "verdict-holds": "The log holds: everything that was checked is as it should be.",
    "verdict-wrong": "Something is wrong: see what is marked with ✗.",
    "verdict-unchecked": "Nothing wrong was found, but not everything could be checked: see what is marked with ?.",
    "verdict-nothing": "Nothing could be checked: see what is marked with ?.",
    "more-of": "And {number} more of these ({of}).",
    # keys and signatures
    "key-published": "The key was taken from the network itself ({key}): compare it with one from elsewhere, and give it with --key next time.",
    "key-missing": "No key to check signatures with: give one with --key.",
    "key-given": "The key is the one you gave: {key}.",
    "signature-holds": "The checkpoint of {origin} ({size:entry|entries}) is signed by the log’s key.",
    "signature-wrong": "The checkpoint of {origin} ({size:entry|entries}) is not signed by a key that you trust.",
    "checkpoint-missing": "There is no checkpoint of {log}. What is asked of few, such as followers, has a log with an address of its own, which its result page names.",
    "checkpoint-bad": "The checkpoint cannot be read: {why}.",
    "origin-other": "This is the checkpoint of another network, {origin}, not of the key’s {key}.",
    # the tree
    "root-holds": "{log} has {size:entry|entries}, and the root that was signed is made of them.",
    "root-wrong": "The entries of {log} do not lead to the root that was signed for {size:entry|entries}.",
    "entry-altered": "Entry {entry} of {log} was altered: the tree was made of another.",
    "entry-dropped": "Entry {entry} of {log} was dropped: the tree has it, the entries do not.",
    "entry-added": "An entry was added to {log} before entry {before}: the tree does not have it.",
    "entry-repeated": "Entry {entry} of {log} stands there once more, before entry {before}: the tree has it once.",
    "not-located": "Which entries of {log} are others cannot be told: the tiles of the tree are missing, or do not lead to the root either.",
    "entries-missing": "Entries of {log} are missing.",
    "log-empty": "The log {log} has no entries.",
    "log-shorter": "The log {log} has {size:entry|entries}, and had {before} ({where}): entries were taken away.",
    "forked": "There are two logs {log} of {size:entry|entries} ({where}): two people were shown two histories.",
    "rewritten": "{log} does not begin with the {size:entry that was|entries that were} signed before ({where}): history was written anew.",
    "earlier-hold": "The log {log} begins with {number:earlier checkpoint|earlier checkpoints} of it.",
    # the server log and witnesses
    "in-server-log": "The checkpoint is an entry of the server log.",
    "not-in-server-log": "The checkpoint of {origin} ({size:entry|entries}) is no entry of the server log.",
    "server-log-long": "The server log has {size:entry|entries} and was not read whole: earlier checkpoints were not compared.",
    "nobody-witnesses": "No witness has signed this state of the network’s log, or none has yet: its server could show two people two logs. Compare checkpoints with others.",
    "witness-holds": "{name} witnessed the server log ({size:entry|entries}) on {at}.",
    "witness-unknown": "{name} says it witnessed the server log; you gave no key of it (--witness), so this was not checked.",
    "witness-wrong": "The signature of the witness {name} is wrong.",
    "witness-silent": "The witness {name} has not witnessed this checkpoint, or not yet: a new one takes it a few seconds.",
    # manifests and texts
    "manifest-holds": "The log begins with the manifest that the server log has announced.",
    "manifest-changed": "The first entry of {log} is not the manifest that the server log has announced: it was changed.",
    "manifest-late": "Entry {entry} changes the question or the rules after votes were cast.",
    "server-log": "This is the server log, which holds the checkpoints of all others: its tree and its signatures were checked. What is counted stands in the others.",
    "kind-unknown": "What {log} counts is not known to this program: its tree and its signatures were checked, nothing else.",
    "text-wrong": "The text “{text}” is not what stands in the log (hash {hash}).",
    "texts-erased": "{number:text was|texts were} erased; the log holds without them.",
    "texts-missing": "{number:text is|texts are} not here; the log holds without them.",
    "entry-unknown": "Entry {entry} is nothing that belongs into this log, or is not written as it should be.",
    "successor": "One of the logs goes on from another that was closed: {why}. Both were checked, and counted as one.",
    "successor-holds": "{log} goes on from the {size:entry|entries} of {before}, as they were signed.",
    "successor-other": "{log} does not say that it goes on from {before}.",
    "successor-forged": "The checkpoint of {before} in the first entry of {log} is not one that its key signed.",
    "successor-drops": "{log} goes on from {size:entry|entries} of {before}, which has {there}: those behind were dropped.",
    "successor-lost": "What you kept in {where} is of {log}, which once went on here and is not there any more: two histories were signed.",
    "successor-missing": "The server log tells of {log}, which goes on from here, and it is not there.",
    # polls
    "voter-twice": "The voter {voter} counts more than once: entries {entries}.",
    "issued-twice": "The voter {voter} was given more than one token: entries {entries}.",
    "choice-unknown": "The ballot in entry {entry} names an answer that the poll does not have.",
    "choice-twice": "The ballot in entry {entry} names an answer twice.",
    "choices-none": "The ballot in entry {entry} chooses nothing.",
    "choices-too-many": "The ballot in entry {entry} names several answers where one is allowed.",
    "ballot-unreadable": "The ballot in entry {entry} cannot be read.",
    "replaces-nothing": "{said:ballot says that it changes|ballots say that they change} an earlier one; {found:does|do} so rightly.",
    "opening-wrong": "The opening of the sealed ballot in entry {entry} is not what the ballot stands for.",
    "opening-missing": "The sealed ballot in entry {entry} was not opened at closing.",
    "ballots-erased": "{number:ballot was erased with its account: it is counted, and its choice|ballots were erased with their accounts: they are counted, and what they chose} is not shown any more.",
    "token-key-bad": "The token of the secret ballot in entry {entry} cannot be checked: the poll’s key is no RSA key.",
    "token-forged": "The token of the secret ballot in entry {entry} was not given for this poll.",
    "ballot-forged": "The secret ballot in entry {entry} is not signed with its token.",
    "tokens-hold": "{tokens:token was|tokens were} given, and {ballots:ballot|ballots} cast with one: not more.",
    "more-ballots-than-tokens": "{ballots:secret ballot was|secret ballots were} cast, and only {tokens:token|tokens} given.",
    "issued-wrong": "The last entry says that {said:token was|tokens were} given; the log has {counted}.",
    "list-holds": "{listed} may vote by the poll’s first entry, and {voters} did: not more.",
    "more-voters-than-listed": "{voters} voted, and only {listed} may by the poll’s first entry.",
    "after-closed": "Entry {entry} comes after what should be the last.",
    "still-open": "The poll is still open: {voters:person has|people have} voted so far.",
    "choices-sealed": "The ballots are sealed until the poll closes: nobody can count yet what was chosen.",
    "run-off": "By instant run-off, answer {option} (“{text}”) wins in round {round}, with {votes} of the {left:ballot|ballots} that still count. The numbers below are first choices.",
    "totals-hold": "The published result is what the ballots add up to: {voters:voter|voters}. It closed because: {why}.",
    "totals-wrong": "The published result of answer {option} is {said}; the ballots add up to {counted}.",
    "totals-many": "The published result has {said} answers, the poll {counted}.",
    "voters-wrong": "The published number of voters is {said}; the log has {counted}.",
    "winner-wrong": "The published winner is answer {said} (from 0); the rounds give {counted}.",
    "rounds-wrong": "The published rounds put answers out in the order {said}; the ballots give {counted}.",
    "counting-unknown": "How this poll is counted is not known to this program: {counting}.",
    "ties-unknown": "The rule for ties is not known to this program: {ties}.",
    # petitions
    "version-wrong": "Entry {entry} names a version of the text that is not the one there.",
    "place-wrong": "The signature in entry {entry} names a place that the petition does not have.",
    "signed-twice": "The person {person} signs once more in entry {entry}, without having withdrawn: counted twice.",
    "signed-removed": "The person {person} signs again in entry {entry} after their signature was removed.",
    "not-signed": "Entry {entry} takes away a signature of {person} that is not there.",
    "milestone-wrong": "The milestone in entry {entry} was not reached: at most {counted:signature was|signatures were} there.",
    "answer-twice": "Entry {entry} is a second answer.",
    "petition-open": "The petition is still open: {signatures:signature|signatures} of version {version}, {earlier} of earlier ones, {withdrawn} withdrawn, {removed} removed.",
    "petition-holds": "The published numbers are what the entries add up to: {signatures:signature|signatures} of version {version}, {earlier} of earlier ones, {withdrawn} withdrawn, {removed} removed. It closed because: {why}.",
    "petition-issuer": "Who may sign is for {issuer} to say (rule: {rule}): that it did so is not in the log.",
    "petition-wrong": "The published number “{what}” is {said}; the entries add up to {counted}.",
    # draws
    "chain-wrong": "A chain of beacons in the manifest has a hash that is not its own.",
    "chain-unknown": "The chain of beacons {chain} is none that this program knows: whoever has its key could know its rounds beforehand.",
    "terms-other": "Entry {entry} is about a drawing that the manifest does not announce so.",
    "entered-twice": "The entrant {person} comes in once more in entry {entry}, and was in already.",
    "left-unentered": "The entrant {person} leaves in entry {entry}, and was not in.",
    "list-wrong": "The frozen list in entry {entry} is not who was in: {said:entrant is|entrants are} told, {counted:was|were} in.",
    "not-frozen": "The drawing in entry {entry} was drawn before its list was frozen.",
    "beacon-wrong": "The beacon in entry {entry} is not of the round that was announced.",
    "beacon-second": "In entry {entry} a later source decided: look whether the first one’s round was really never signed.",
    "beacon-forged": "The beacon of round {round} in entry {entry} is not signed by its chain: it is forged.",
    "beacon-holds": "Round {round} of the chain {chain} was signed by it: nobody could choose it.",
    "beacon-unchecked": "The signature of the beacon in entry {entry} was not checked: that takes parvis-verify[draws].",
    "round-early": "Round {round} in entry {entry} was due before the list was frozen for a minute: whoever froze it could know the outcome.",
    "winners-wrong": "The winners in entry {entry} are not those of the lowest tickets: {counted}.",
    "reserves-wrong": "The reserves in entry {entry} are not those of the next tickets: {counted}.",
    "winners-strange": "The winners in entry {entry} were not all on the list.",
    "left-out-wrong": "Entry {entry} leaves out another number of earlier winners than the {counted} there are.",
    "called-wrong": "Entry {entry} calls another reserve than the next one.",
    "selected": "The winners were selected by people; nothing was drawn.",
    "drawing-void": "Drawing {number} decides nothing: {why}.",
    "draw-cancelled": "The draw was called off.",
    "draws-hold": "{number:drawing|drawings} repeated: the winners are those of the lowest tickets.",
    # receipts and promises
    "receipt-holds": "The entry is in {origin}, at place {entry} of {size}.",
    "receipt-wrong": "The proof does not lead to the signed root: this entry is not where the receipt says.",
    "receipt-other": "The receipt’s entry {entry} is not the one that the log has there.",
    "receipt-lost": "The receipt’s entry {entry} is gone: {log} ends after {size} entries, and neither it nor a log that goes on from it has the entry.",
    "receipt-moved": "The receipt’s entry {entry} of {log}, which ends after {size} entries, was lost there; the same entry stands elsewhere now, and is counted.",
    "beside-other": "What you kept in {where} is of another log, {origin}: it says nothing of this one.",
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
    "broken-off": "It was broken off before everything was checked.",
    "unreadable": "It could not be read: {why}.",
    "file-bad": "The file is nothing that can be checked: {why}.",
    "entered-late": "In entry {entry} somebody enters or leaves after every list was frozen, or the draw called off.",
    "decided-twice": "Entry {entry} freezes or decides a drawing once more.",
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
    return texts[code].format_map({name: Told(one, spoken) for name, one in values.items()})


@dataclass(frozen=True)
class Told:
    """A value within a sentence: `{voters:voter|voters}` has the word that goes with the number."""

    value: object
    spoken: str

    def __format__(self, words: str) -> str:
        text = shown(self.value, self.spoken)
        if not words:
            return text
        one, _, many = words.partition("|")
        alone = (0, 1) if self.spoken == "fr" else (1,)
        return f"{text} {one if self.value in alone else many}"


def quoted(text: str, spoken: str) -> str:
    return f"«\u202f{text}\u202f»" if spoken == "fr" else f"“{text}”"


def shown(value: object, spoken: str) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f") if spoken == "fr" else f"{value:,}"
    if isinstance(value, list):
        return ", ".join(shown(one, spoken) for one in cast("list[Any]", value))
    where, colon, why = str(value).rpartition(": ")  # a path may stand before a reason
    if spoken == "fr" and why in REASONS:
        return f"{where}\u202f: {REASONS[why]}" if colon else REASONS[why]
    return str(value)
