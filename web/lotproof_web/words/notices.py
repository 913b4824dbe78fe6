"""Words of the pages about notices: topics, ways, states of what leaves the house."""

from collections.abc import Mapping

from lotproof.notices.delivery import Channel, Delivery
from lotproof.notices.kinds import Topic
from lotproof.notices.state import State
from lotproof.people.roles import Role
from lotproof_web.words.mark import N_

TOPICS: Mapping[Topic, str] = {
    Topic.ACCOUNT: N_("Safety of the account"),
    Topic.MEMBERS: N_("Organisation and members"),
    Topic.QUALIFICATION: N_("Applications and qualification"),
    Topic.DOCUMENTS: N_("Documents"),
    Topic.LOTS: N_("Lots, holds and recalls"),
    Topic.DEADLINES: N_("Deadlines"),
    Topic.OPERATION: N_("Running the platform"),
}
DELIVERIES: Mapping[Delivery, str] = {
    Delivery.AT_ONCE: N_("At once"),
    Delivery.DAILY: N_("Once a day, at 7 in the morning"),
    Delivery.URGENT: N_("Only what is urgent"),
    Delivery.NEVER: N_("Not at all"),
}
CHANNELS: Mapping[str, str] = {Channel.MAIL: N_("Mail"), Channel.SMS: N_("Text message")}
STATES: Mapping[str, tuple[str, str, str]] = {
    State.WAITING: ("amber", "clock", N_("Waiting")),
    State.SENT: ("green", "check", N_("Was sent")),
    State.FAILED: ("red", "stop", N_("Not sent")),
    State.NO_WAY: ("grey", "minus", N_("No way to send")),
}
LEAD_ROLES: Mapping[str, str] = {
    Role.REVIEWER: N_("Reviewer"),
    Role.QUALITY_MANAGER: N_("Quality manager"),
    Role.INSPECTOR: N_("Inspector"),
    Role.LABORATORY: N_("Laboratory"),
    Role.SUPPLIER: N_("Supplier"),
    Role.SELLER_STAFF: N_("Seller's staff"),
    Role.WAREHOUSE: N_("Warehouse"),
    Role.CARRIER: N_("Carrier"),
    Role.OPERATOR: N_("Operator"),
}
"""Roles whose deadlines can be somebody's."""
REASONS = (
    N_("there is no such role: choose one of the list"),
    N_("nobody has an account with this address: write it as it stands in the account"),
    N_("the day has to be written as 2027-01-01"),
    N_("the name has to be 1 to 60 characters"),
    N_("is_working has to be yes, no, 班 or 休"),
    N_("this day stands in the file twice"),
    N_("a file may have 2,000 rows at most"),
    N_("the first line has to be: day,name,is_working"),
    N_("there is no day in it"),
)
"""What the core says against what was typed; it is looked up by these very words, which a test holds."""
