"""How a notice reaches somebody outside of the app. Pure.

- What concerns the safety of an account always goes out at once, whatever was chosen.
- What is urgent is never left for the mail of the day.
- A text message costs money: without a choice it is sent for what is urgent, to those who gave no mail address.
"""

from collections.abc import Mapping
from enum import StrEnum

from lotproof.notices.kinds import Kind, Topic


class Channel(StrEnum):
    """How something leaves the house."""

    MAIL = "mail"
    SMS = "sms"


class Delivery(StrEnum):
    """When."""

    AT_ONCE = "at_once"
    URGENT = "urgent"  # at once, and only what cannot wait
    DAILY = "daily"
    NEVER = "never"


Wishes = Mapping[tuple[str, str], Delivery]
"""(topic, channel) → delivery, for what somebody chose."""

CHOICES: Mapping[Channel, tuple[Delivery, ...]] = {
    Channel.MAIL: (Delivery.AT_ONCE, Delivery.DAILY, Delivery.NEVER),
    Channel.SMS: (Delivery.AT_ONCE, Delivery.URGENT, Delivery.NEVER),
}
CHOSEN_BY_PEOPLE = tuple(topic for topic in Topic if topic is not Topic.ACCOUNT)


def deliveries(kind: Kind, *, has_mail: bool, has_phone: bool, wishes: Wishes) -> dict[Channel, Delivery]:
    """Return what goes out, by channel; a channel on which nothing goes out is not in it."""
    if kind.topic is Topic.ACCOUNT:
        return (
            {Channel.MAIL: Delivery.AT_ONCE}
            if has_mail
            else {Channel.SMS: Delivery.AT_ONCE}
            if has_phone
            else {}
        )
    found = {}
    if has_mail:
        found[Channel.MAIL] = wishes.get((kind.topic, Channel.MAIL), Delivery.AT_ONCE)
        if kind.is_urgent and found[Channel.MAIL] is Delivery.DAILY:
            found[Channel.MAIL] = Delivery.AT_ONCE
    if has_phone:
        wish = wishes.get((kind.topic, Channel.SMS), usual_sms(has_mail=has_mail))
        if wish is Delivery.URGENT:
            wish = Delivery.AT_ONCE if kind.is_urgent else Delivery.NEVER
        found[Channel.SMS] = wish
    return {channel: when for channel, when in found.items() if when is not Delivery.NEVER}


def usual_sms(*, has_mail: bool) -> Delivery:
    """Return how text messages come to who chose nothing."""
    return Delivery.NEVER if has_mail else Delivery.URGENT
