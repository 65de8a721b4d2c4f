"""The words of the letter by which somebody signs without an account."""

import msgspec


class LetterWords(msgspec.Struct, frozen=True):
    """In one language, with {places} to fill."""

    subject: str
    text: str


LETTERS = {
    "en": LetterWords(
        "Confirm your signature: {title}",
        "Hello,\n\nSomebody, probably you, wants to sign this petition on {network} with your"
        " address:\n\n{title}\n\nTo sign, open this link within two days:\n\n{link}\n\nKeep the letter: the"
        " same link shows your receipt, and takes the signature back. If it was not you, do nothing:"
        " nothing is signed, and your address is forgotten in two days.\n",
    ),
    "fr": LetterWords(
        "Confirmez votre signature : {title}",
        "Bonjour,\n\nQuelqu’un, sans doute vous, veut signer avec votre adresse cette pétition sur"
        " {network} :\n\n{title}\n\nPour signer, ouvrez ce lien dans les deux jours :\n\n{link}\n\nGardez"
        " cette lettre : le même lien montre votre reçu et permet de retirer la signature. Si ce n’était"
        " pas vous, ne faites rien : rien n’est signé, et votre adresse est oubliée dans deux jours.\n",
    ),
}
