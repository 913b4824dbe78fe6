"""The visitor's language in a request: chosen by `languages`, remembered in a cookie, spoken by Flask-Babel."""

from flask import Flask, Response, g, request
from flask_babel import Babel

from lotproof_web.languages import LANGUAGES, Language, choose, from_tag
from lotproof_web.phrases import CATALOGUES, Phrasebook, phrasebook

COOKIE = "lang"
_YEAR_S = 365 * 24 * 3600


def language() -> Language:
    """The language of this request."""
    if "language" not in g:
        g.language = choose(
            request.args.get("lang"), request.cookies.get(COOKIE), request.accept_languages.values()
        )
    chosen: Language = g.language
    return chosen


def book() -> Phrasebook:
    """The phrasebook of this request."""
    return phrasebook(language().code)


def speak(app: Flask, *, https: bool) -> None:
    """Set the languages up: Flask-Babel for templates, the cookie, and what caches must know."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    Babel(app, locale_selector=lambda: language().code)

    @app.context_processor
    def words() -> dict[str, object]:
        return {"language": language(), "languages": tuple(LANGUAGES.values()), "book": book()}

    @app.after_request
    def remember(response: Response) -> Response:
        asked = from_tag(request.args.get("lang", ""))
        if asked:
            response.set_cookie(
                COOKIE, asked.tag, max_age=_YEAR_S, secure=https, httponly=True, samesite="Lax"
            )
        if response.mimetype == "text/html":
            response.vary.update(("Accept-Language", "Cookie"))
            response.content_language.add(language().tag)
        return response
