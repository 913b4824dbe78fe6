"""What views share: the services of the application."""

from typing import cast

from flask import current_app

from lotproof_web.page_cache import PageCache
from lotproof_web.services import Services

SERVICES = "lotproof_services"
CACHE = "lotproof_page_cache"


def services() -> Services:
    """The services that the application was made with."""
    return cast(Services, current_app.extensions[SERVICES])


def page_cache() -> PageCache:
    """The finished pages of this process."""
    return cast(PageCache, current_app.extensions[CACHE])
