"""What goes out by mail and text message, and when."""

import pytest

from lotproof.notices.delivery import Channel, Delivery, Wishes, deliveries
from lotproof.notices.kinds import Kind, Topic

LOTS, URGENT = Kind(Topic.LOTS), Kind(Topic.LOTS, is_urgent=True)
SAFETY = Kind(Topic.ACCOUNT, is_urgent=True)
MAIL, SMS = Channel.MAIL, Channel.SMS
NOW, DAILY, NEVER = Delivery.AT_ONCE, Delivery.DAILY, Delivery.NEVER


@pytest.mark.parametrize(
    ("kind", "mail", "phone", "wishes", "out"),
    [
        (LOTS, True, True, {}, {MAIL: NOW}),
        (LOTS, False, True, {}, {}),
        (LOTS, False, False, {}, {}),
        (URGENT, False, True, {}, {SMS: NOW}),
        (URGENT, True, True, {}, {MAIL: NOW}),
        (LOTS, True, True, {("lots", "mail"): DAILY}, {MAIL: DAILY}),
        (URGENT, True, True, {("lots", "mail"): DAILY}, {MAIL: NOW}),
        (URGENT, True, True, {("lots", "mail"): NEVER}, {}),
        (LOTS, True, True, {("lots", "mail"): NEVER, ("lots", "sms"): NOW}, {SMS: NOW}),
        (LOTS, True, True, {("documents", "mail"): NEVER}, {MAIL: NOW}),
        (URGENT, True, True, {("lots", "sms"): Delivery.URGENT}, {MAIL: NOW, SMS: NOW}),
        (LOTS, True, True, {("lots", "sms"): Delivery.URGENT}, {MAIL: NOW}),
        (SAFETY, True, True, {("account", "mail"): NEVER}, {MAIL: NOW}),
        (SAFETY, False, True, {}, {SMS: NOW}),
        (SAFETY, False, False, {}, {}),
    ],
)
def test_what_goes_out(
    kind: Kind, mail: bool, phone: bool, wishes: Wishes, out: dict[Channel, Delivery]
) -> None:
    assert deliveries(kind, has_mail=mail, has_phone=phone, wishes=wishes) == out
