"""The words of letters, in the network's languages."""

import msgspec


class Words(msgspec.Struct, frozen=True):
    """A letter's words in one language, with {places} to fill."""

    subject: str
    text: str


NOT_YOU = (
    "If it was not you, choose another password at once, and look at which browsers are logged in:\n"
    "{root}/settings/sessions\n"
)
PAS_VOUS = (
    "Si ce n’était pas vous, choisissez tout de suite un autre mot de passe, et regardez quels"
    " navigateurs sont connectés :\n{root}/settings/sessions\n"
)
ENGLISH = {
    "petition": Words(
        "A petition you signed has another text",
        "Hello {username},\n\nA petition that you signed on {title} has a new text. Your signature stays with"
        " the text you read, and counts for that one. Read what has changed, and sign again if you agree:"
        "\n\n{root}/petitions/{argument}\n",
    ),
    "confirm": Words(
        "Confirm your e-mail address for {title}",
        "Hello {username},\n\nTo finish signing up to {title}, open this link within two days:\n\n"
        "{link}\n\nIf you did not sign up, do nothing: without it the account stays closed.\n",
    ),
    "password": Words(
        "Choose a new password for {title}",
        "Hello {username},\n\nOpen this link within six hours to choose a new password:\n\n{link}"
        "\n\nThis ends all your sessions and logs every application out. If you did not ask for"
        " it, do nothing: your password stays as it is.\n",
    ),
    "archive": Words(
        "Your archive from {title} is ready",
        "Hello {username},\n\nThe archive you asked for is ready. For seven days you can fetch it"
        " here, once you are logged in:\n\n{root}/settings/export\n\n" + NOT_YOU,
    ),
    "approved": Words(
        "Welcome to {title}",
        "Hello {username},\n\nYour sign-up was approved: you can log in and publish now.\n\n"
        "{root}\n",
    ),
    "decision": Words(
        "{title}: {decision}",
        "Hello {username},\n\nA decision about your account was made: {decision}.\n\n"
        "The reason given:\n\n{reason}\n\nYou can read it, and what was decided before, at\n"
        "{root}/decisions\n",
    ),
    "email": Words(
        "Confirm your new e-mail address for {title}",
        "Hello {username},\n\nOpen this link within two days to have your letters from {title} sent to"
        " this address:\n\n{link}\n\nIf you did not ask for it, do nothing: nothing changes.\n",
    ),
    "email_changed": Words(
        "Your e-mail address for {title} was changed",
        "Hello {username},\n\nLetters from {title} go to another address from now on, and this is the"
        " last to this one. If it was not you, somebody knows your password: write to the people who"
        " run the network, whom you find at\n{root}/about\n",
    ),
    "password_changed": Words(
        "Your password for {title} was changed",
        "Hello {username},\n\nYour password was changed, and every other browser and application was"
        " logged out.\n\n" + NOT_YOU,
    ),
    "codes_on": Words(
        "One-time codes are on for {title}",
        "Hello {username},\n\nFrom now on your password is asked for together with a code of your"
        " authenticator app. Keep the recovery codes somewhere else than in your telephone.\n\n"
        + NOT_YOU,
    ),
    "codes_off": Words(
        "One-time codes are off for {title}",
        "Hello {username},\n\nYour password alone logs in again: the codes of your authenticator app are"
        " no longer asked for.\n\n" + NOT_YOU,
    ),
    "recovery_used": Words(
        "A recovery code was used for {title}",
        "Hello {username},\n\nSomebody proved who they are with one of your recovery codes. Codes that"
        " are left: {argument}.\n\n" + NOT_YOU,
    ),
    "recovery_renewed": Words(
        "New recovery codes for {title}",
        "Hello {username},\n\nNew recovery codes were made for you; the old ones work no more.\n\n"
        + NOT_YOU,
    ),
    "passkey_added": Words(
        "A new passkey for {title}",
        "Hello {username},\n\nA passkey was added to your account: whoever holds it can log in without"
        " your password.\n\n" + NOT_YOU,
    ),
    "passkey_removed": Words(
        "A passkey was removed for {title}",
        "Hello {username},\n\nA passkey was removed from your account: it logs nobody in any more.\n\n"
        + NOT_YOU,
    ),
    "left": Words(
        "You have left {title}",
        "Hello {username},\n\nYour account is deleted. What you wrote is being erased; nobody sees it any"
        " more. This is the last letter to this address, which is forgotten here.\n\nIf it was not you,"
        " write to the people who run the network, whom you find at\n{root}/about\n",
    ),
}
FRENCH = {
    "petition": Words(
        "Une pétition que vous avez signée a un autre texte",
        "Bonjour {username},\n\nUne pétition que vous avez signée sur {title} a un nouveau texte. Votre"
        " signature reste au texte que vous avez lu, et compte pour celui-là. Lisez ce qui a changé, et"
        " signez de nouveau si vous êtes d’accord :\n\n{root}/petitions/{argument}\n",
    ),
    "confirm": Words(
        "Confirmez votre adresse pour {title}",
        "Bonjour {username},\n\nPour terminer votre inscription à {title}, ouvrez ce lien dans les"
        " deux jours :\n\n{link}\n\nSi vous ne vous êtes pas inscrit·e, ne faites rien : sans"
        " lui, le compte reste fermé.\n",
    ),
    "password": Words(
        "Choisissez un nouveau mot de passe pour {title}",
        "Bonjour {username},\n\nOuvrez ce lien dans les six heures pour choisir un nouveau mot de"
        " passe :\n\n{link}\n\nToutes vos sessions prendront fin et chaque application sera"
        " déconnectée. Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le"
        " même.\n",
    ),
    "archive": Words(
        "Votre archive de {title} est prête",
        "Bonjour {username},\n\nL’archive que vous avez demandée est prête. Pendant sept jours,"
        " vous pouvez la télécharger ici, une fois dans votre compte :\n\n{root}/settings/export\n\n"
        + PAS_VOUS,
    ),
    "approved": Words(
        "Bienvenue sur {title}",
        "Bonjour {username},\n\nVotre inscription est acceptée : vous pouvez vous connecter et"
        " publier.\n\n{root}\n",
    ),
    "decision": Words(
        "{title} : {decision}",
        "Bonjour {username},\n\nUne décision a été prise au sujet de votre compte :"
        " {decision}.\n\nLa raison donnée :\n\n{reason}\n\nVous pouvez la relire, avec les"
        " décisions précédentes, sur\n{root}/decisions\n",
    ),
    "email": Words(
        "Confirmez votre nouvelle adresse pour {title}",
        "Bonjour {username},\n\nOuvrez ce lien dans les deux jours pour recevoir à cette adresse les"
        " messages de {title} :\n\n{link}\n\nSi vous n’avez rien demandé, ne faites rien : rien ne"
        " change.\n",
    ),
    "email_changed": Words(
        "Votre adresse pour {title} a changé",
        "Bonjour {username},\n\nLes messages de {title} partent désormais vers une autre adresse ;"
        " celui-ci est le dernier vers celle-ci. Si ce n’était pas vous, quelqu’un connaît votre mot de"
        " passe : écrivez aux responsables du réseau, que vous trouverez sur\n{root}/about\n",
    ),
    "password_changed": Words(
        "Votre mot de passe pour {title} a changé",
        "Bonjour {username},\n\nVotre mot de passe a changé, et tous les autres navigateurs et"
        " applications ont été déconnectés.\n\n" + PAS_VOUS,
    ),
    "codes_on": Words(
        "Les codes à usage unique sont activés pour {title}",
        "Bonjour {username},\n\nDésormais, votre mot de passe est demandé avec un code de votre"
        " application d’authentification. Gardez les codes de secours ailleurs que dans votre"
        " téléphone.\n\n" + PAS_VOUS,
    ),
    "codes_off": Words(
        "Les codes à usage unique sont désactivés pour {title}",
        "Bonjour {username},\n\nVotre mot de passe suffit de nouveau : les codes de votre application"
        " d’authentification ne sont plus demandés.\n\n" + PAS_VOUS,
    ),
    "recovery_used": Words(
        "Un code de secours a servi pour {title}",
        "Bonjour {username},\n\nQuelqu’un a prouvé son identité avec l’un de vos codes de secours. Codes"
        " restants : {argument}.\n\n" + PAS_VOUS,
    ),
    "recovery_renewed": Words(
        "De nouveaux codes de secours pour {title}",
        "Bonjour {username},\n\nDe nouveaux codes de secours ont été créés pour vous ; les anciens ne"
        " servent plus.\n\n" + PAS_VOUS,
    ),
    "passkey_added": Words(
        "Une nouvelle clé d’accès pour {title}",
        "Bonjour {username},\n\nUne clé d’accès a été ajoutée à votre compte : qui la détient peut se"
        " connecter sans votre mot de passe.\n\n" + PAS_VOUS,
    ),
    "passkey_removed": Words(
        "Une clé d’accès a été retirée pour {title}",
        "Bonjour {username},\n\nUne clé d’accès a été retirée de votre compte : elle ne connecte plus"
        " personne.\n\n" + PAS_VOUS,
    ),
    "left": Words(
        "Vous avez quitté {title}",
        "Bonjour {username},\n\nVotre compte est supprimé. Ce que vous avez écrit est en train d’être"
        " effacé ; plus personne ne le voit. C’est le dernier message à cette adresse, que nous"
        " oublions.\n\nSi ce n’était pas vous, écrivez aux responsables du réseau, que vous trouverez"
        " sur\n{root}/about\n",
    ),
}
DECISIONS = {
    "en": {
        "warn": "a warning",
        "limit": "your account is limited",
        "unlimit": "your account is no longer limited",
        "sensitive": "your media are marked as sensitive",
        "unsensitive": "your media are no longer marked as sensitive",
        "suspend": "your account is suspended",
        "reinstate": "your account is reinstated",
        "disable": "your login is disabled",
        "enable": "your login is enabled again",
        "approve": "your sign-up is approved",
        "reject": "your sign-up is declined",
        "reset_factors": "your one-time codes and passkeys were taken away",
    },
    "fr": {
        "warn": "un avertissement",
        "limit": "votre compte est limité",
        "unlimit": "votre compte n’est plus limité",
        "sensitive": "vos médias sont marqués comme sensibles",
        "unsensitive": "vos médias ne sont plus marqués comme sensibles",
        "suspend": "votre compte est suspendu",
        "reinstate": "votre compte est rétabli",
        "disable": "votre connexion est désactivée",
        "enable": "votre connexion est réactivée",
        "approve": "votre inscription est acceptée",
        "reject": "votre inscription est refusée",
        "reset_factors": "vos codes à usage unique et vos clés d’accès ont été retirés",
    },
}
LETTERS = {"en": ENGLISH, "fr": FRENCH}
