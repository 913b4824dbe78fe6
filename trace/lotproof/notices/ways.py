"""Which ways out an installation has."""

from lotproof.notices.delivery import Channel
from lotproof.notices.mail_folder import FolderSender
from lotproof.notices.post import Post, address_of, gateway_of, server_of
from lotproof.notices.senders import Sender, Ways
from lotproof.notices.sms import HttpSmsSender
from lotproof.notices.smtp import SmtpSender


def ways_of(post: Post) -> Ways:
    """Return what there is to send by. Nothing is opened yet."""
    sender = address_of(post.mail_from)
    if post.folder is not None:
        written = FolderSender(post.folder, sender)
        return {Channel.MAIL: written, Channel.SMS: written}
    found: dict[Channel, Sender] = {}
    if post.smtp_url:
        found[Channel.MAIL] = SmtpSender(server_of(post.smtp_url), sender)
    if post.sms_url:
        found[Channel.SMS] = HttpSmsSender(gateway_of(post.sms_url, post.sms_token))
    return found
