"""Security headers of every answer.

Pages need no script and no inline style. A page that does need an inline script asks `csp_nonce()` in its
template; only then does the policy allow scripts, and only those that carry the nonce of this answer.
"""

import secrets

from flask import Flask, Response, g

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_NO_SCRIPTS = f"{_POLICY}; script-src 'none'"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000; includeSubDomains"


def csp_nonce() -> str:
    """The nonce of this answer, made when a template first asks for it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def with_wasm(response: Response) -> Response:
    """Let this answer's scripts compile WebAssembly, which reads codes from pictures; no other page may."""
    policy = f"{_POLICY}; worker-src 'self'; script-src 'nonce-{csp_nonce()}' 'wasm-unsafe-eval'"
    response.headers["Content-Security-Policy"] = policy
    return response


def protect(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer, and `csp_nonce` to the templates. A view's own header wins."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    fixed = [*_FIXED.items(), *([("Strict-Transport-Security", _HSTS)] if https else ())]

    @app.after_request
    def add(response: Response) -> Response:
        nonce = g.get("csp_nonce")
        policy = _NO_SCRIPTS if nonce is None else f"{_POLICY}; script-src 'nonce-{nonce}'"
        # Looked through once: to ask the headers about each name took as long as to find the page.
        given = {name.lower() for name, _value in response.headers}
        for name, value in (("Content-Security-Policy", policy), *fixed):
            if name.lower() not in given:
                response.headers.add(name, value)
        return response
