"""The words of every notice, deadline and code, in the three languages. Pure.

- A hole `{name}` is filled from the notice's detail. `…_at` holds a time, shown in the reader's zone, `…_on` a day.
- Texts are plain: what people wrote comes through holes, and is never read as words of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

LANGUAGES = ("en", "zh_Hans", "zh_Hant")


@dataclass(frozen=True, slots=True)
class Words:
    """A title of one line, and a text of a few sentences."""

    title: str
    text: str


Said = Mapping[str, Words]


def _said(en: tuple[str, str], hans: tuple[str, str], hant: tuple[str, str]) -> Said:
    return {"en": Words(*en), "zh_Hans": Words(*hans), "zh_Hant": Words(*hant)}


WORDS: Mapping[str, Said] = {
    "signed_in_new": _said(
        ("A new browser signed in", "Somebody signed in to your account at {happened_at} with a browser that we did not know: {agent}. If it was not you, end that session and change your password."),
        ("有新的浏览器登录", "{happened_at}，有人用我们不认识的浏览器登录了您的账号：{agent}。如果不是您本人，请结束该会话并修改密码。"),
        ("有新的瀏覽器登入", "{happened_at}，有人用我們不認識的瀏覽器登入了您的帳號：{agent}。如果不是您本人，請結束該工作階段並修改密碼。"),
    ),
    "password_changed": _said(
        ("Your password was changed", "The password of your account was changed at {happened_at}. If it was not you, set a new one at once."),
        ("您的密码已修改", "您账号的密码已于{happened_at}修改。如果不是您本人操作，请立即重设密码。"),
        ("您的密碼已修改", "您帳號的密碼已於{happened_at}修改。如果不是您本人操作，請立即重設密碼。"),
    ),
    "contact_changed": _said(
        ("Your phone number or mail address was changed", "The way to reach your account was changed at {happened_at}. If it was not you, write to the operator at once."),
        ("您的手机号或邮箱已修改", "您账号的联系方式已于{happened_at}修改。如果不是您本人操作，请立即联系运营方。"),
        ("您的手機號碼或信箱已修改", "您帳號的聯絡方式已於{happened_at}修改。如果不是您本人操作，請立即聯絡營運方。"),
    ),
    "locked_out": _said(
        ("Your account is locked for a while", "Too many wrong passwords or codes were tried. Nobody can sign in to your account before {until_at}. If it was not you, change your password afterwards."),
        ("您的账号已暂时锁定", "错误的密码或验证码次数过多，{until_at}之前无法登录。如果不是您本人操作，请随后修改密码。"),
        ("您的帳號已暫時鎖定", "錯誤的密碼或驗證碼次數過多，{until_at}之前無法登入。如果不是您本人操作，請隨後修改密碼。"),
    ),
    "invited": _said(
        ("{organisation} invites you", "{inviter} invites you to work for {organisation}. Accept it to see its records."),
        ("{organisation}邀请您加入", "{inviter}邀请您为{organisation}工作。接受邀请后即可查看其记录。"),
        ("{organisation}邀請您加入", "{inviter}邀請您為{organisation}工作。接受邀請後即可查看其紀錄。"),
    ),
    "roles_changed": _said(
        ("Your roles in {organisation} were changed", "What you may do for {organisation} was changed. Your account page lists your roles."),
        ("您在{organisation}的角色已变更", "您在{organisation}可以做的事情已变更。账号页面列出了您的角色。"),
        ("您在{organisation}的角色已變更", "您在{organisation}可以做的事情已變更。帳號頁面列出了您的角色。"),
    ),
    "removed": _said(
        ("You do not work for {organisation} any more", "An owner of {organisation} ended your membership. What you recorded stays."),
        ("您已不再为{organisation}工作", "{organisation}的所有者结束了您的成员身份。您记录的内容会保留。"),
        ("您已不再為{organisation}工作", "{organisation}的擁有者結束了您的成員身分。您記錄的內容會保留。"),
    ),
    "application_received": _said(
        ("{party} wants to be reviewed", "{party} handed in an application. A decision is due by {due_at}."),
        ("{party}提交了申请", "{party}提交了资质申请，须在{due_at}前作出决定。"),
        ("{party}提交了申請", "{party}提交了資格申請，須在{due_at}前作出決定。"),
    ),
    "application_more": _said(
        ("More is needed for the application of {party}", "The reviewer asks for more: {reason}"),
        ("{party}的申请需要补充材料", "审核员要求补充：{reason}"),
        ("{party}的申請需要補充材料", "審核員要求補充：{reason}"),
    ),
    "application_approved": _said(
        ("{party} is approved", "The application of {party} was approved. What it allows holds from now on."),
        ("{party}已通过审核", "{party}的申请已通过，相应权限从现在起生效。"),
        ("{party}已通過審核", "{party}的申請已通過，相應權限從現在起生效。"),
    ),
    "application_rejected": _said(
        ("The application of {party} was rejected", "The reviewer gave this reason: {reason} You may correct it and apply again."),
        ("{party}的申请未通过", "审核员给出的理由：{reason} 更正后可以重新申请。"),
        ("{party}的申請未通過", "審核員給出的理由：{reason} 更正後可以重新申請。"),
    ),
    "qualification_ends": _said(
        ("{document} ends in {days} days", "{document} of {party} ends on {ends_on}. Upload the new one before that day: afterwards no lots can be made or shipped under it."),
        ("{document}将在{days}天后到期", "{party}的{document}将于{ends_on}到期。请在此之前上传新证件，否则到期后不能再据此创建或发运批次。"),
        ("{document}將在{days}天後到期", "{party}的{document}將於{ends_on}到期。請在此之前上傳新證件，否則到期後不能再據此建立或發運批次。"),
    ),
    "qualification_ended": _said(
        ("{document} has ended", "{document} of {party} ended on {ended_on}. Upload the new one: until it is approved no lots can be made or shipped under it. Earlier lots keep it."),
        ("{document}已到期", "{party}的{document}已于{ended_on}到期。请上传新证件，审核通过之前不能据此创建或发运批次。之前的批次不受影响。"),
        ("{document}已到期", "{party}的{document}已於{ended_on}到期。請上傳新證件，審核通過之前不能據此建立或發運批次。之前的批次不受影響。"),
    ),
    "qualification_suspended": _said(
        ("The qualification of {party} is suspended", "Until it is lifted no lots can be made or shipped. The reason: {reason}"),
        ("{party}的资质已暂停", "恢复之前不能创建或发运批次。原因：{reason}"),
        ("{party}的資格已暫停", "恢復之前不能建立或發運批次。原因：{reason}"),
    ),
    "qualification_restored": _said(
        ("{party} is qualified again", "The suspension of {party} was lifted. Lots can be made and shipped again."),
        ("{party}的资质已恢复", "{party}的暂停已解除，可以重新创建和发运批次。"),
        ("{party}的資格已恢復", "{party}的暫停已解除，可以重新建立和發運批次。"),
    ),
    "qualification_revoked": _said(
        ("The qualification of {party} was revoked", "It does not come back; a new application is needed. The reason: {reason}"),
        ("{party}的资质已撤销", "撤销后不能恢复，需要重新申请。原因：{reason}"),
        ("{party}的資格已撤銷", "撤銷後不能恢復，需要重新申請。原因：{reason}"),
    ),
    "document_refused": _said(
        ("{document} was not accepted", "The file could not be taken; its page says why. Please upload it again."),
        ("{document}未被接受", "文件无法接收，原因见其页面。请重新上传。"),
        ("{document}未被接受", "檔案無法接收，原因見其頁面。請重新上傳。"),
    ),
    "lot_held": _said(
        ("Lot {lot} is held", "It may not move or be sold until two people release it. The reason: {reason}"),
        ("批次{lot}已冻结", "在两人放行之前不能移动或销售。原因：{reason}"),
        ("批次{lot}已凍結", "在兩人放行之前不能移動或銷售。原因：{reason}"),
    ),
    "release_asked": _said(
        ("Lot {lot} waits for your release", "One person has agreed to release it. A second one has to decide."),
        ("批次{lot}等待您放行", "已有一人同意放行，还需要第二人决定。"),
        ("批次{lot}等待您放行", "已有一人同意放行，還需要第二人決定。"),
    ),
    "lot_released": _said(
        ("Lot {lot} is released", "Two people released it. It may move and be sold again."),
        ("批次{lot}已放行", "已由两人放行，可以重新移动和销售。"),
        ("批次{lot}已放行", "已由兩人放行，可以重新移動和銷售。"),
    ),
    "recall_begun": _said(
        ("Recall: stop lot {lot}", "Lot {lot} and what was made of it is called back. Set it apart, sell none of it, and say what you have. The reason: {reason}"),
        ("召回：请停止使用批次{lot}", "批次{lot}及其制成品正在召回。请隔离存放、停止销售，并告知现有数量。原因：{reason}"),
        ("召回：請停止使用批次{lot}", "批次{lot}及其製成品正在召回。請隔離存放、停止銷售，並告知現有數量。原因：{reason}"),
    ),
    "deadline_near": _said(
        ("Due soon: {task}", "It is due by {due_at}."),
        ("即将到期：{task}", "须在{due_at}前完成。"),
        ("即將到期：{task}", "須在{due_at}前完成。"),
    ),
    "deadline_passed": _said(
        ("Overdue: {task}", "It was due by {due_at}. Your lead was told."),
        ("已逾期：{task}", "应在{due_at}前完成，已通知您的负责人。"),
        ("已逾期：{task}", "應在{due_at}前完成，已通知您的負責人。"),
    ),
    "deadline_escalated": _said(
        ("Overdue for you to settle: {task}", "It was due by {due_at} and nobody did it. You are told as the lead: do it, or give it to somebody."),
        ("逾期事项待您处理：{task}", "应在{due_at}前完成，但无人处理。您作为负责人收到此通知：请处理或指派他人。"),
        ("逾期事項待您處理：{task}", "應在{due_at}前完成，但無人處理。您作為負責人收到此通知：請處理或指派他人。"),
    ),
    "holidays_missing": _said(
        ("The holidays of {year} are not entered", "Deadlines of {year} count Saturdays and Sundays as free and all other days as working days. Enter the holidays, or import them from a CSV file."),
        ("{year}年的节假日尚未录入", "目前{year}年的期限只把周六、周日算作休息日，其余都算工作日。请录入节假日，或从CSV文件导入。"),
        ("{year}年的節假日尚未錄入", "目前{year}年的期限只把週六、週日算作休息日，其餘都算工作日。請錄入節假日，或從CSV檔案匯入。"),
    ),
}  # fmt: skip

DEADLINES: Mapping[str, Mapping[str, str]] = {
    "review": {
        "en": "decide over the application of {name}",
        "zh_Hans": "审核{name}的申请",
        "zh_Hant": "審核{name}的申請",
    },
    "more": {
        "en": "hand in what is missing for {name}",
        "zh_Hans": "为{name}补交材料",
        "zh_Hant": "為{name}補交材料",
    },
    "release": {
        "en": "decide over the release of lot {name}",
        "zh_Hans": "决定批次{name}是否放行",
        "zh_Hant": "決定批次{name}是否放行",
    },
    "recall": {
        "en": "answer the recall of lot {name}",
        "zh_Hans": "答复批次{name}的召回",
        "zh_Hant": "答覆批次{name}的召回",
    },
    "finding": {
        "en": "settle the finding about {name}",
        "zh_Hans": "处理关于{name}的发现项",
        "zh_Hant": "處理關於{name}的發現項",
    },
}
"""Kind of deadline → what has to be done; `{name}` is the object's."""

CODE: Said = _said(
    ("Your code", "Your code is {code}. It is good until {until_at}, and once. Nobody of us will ever ask you for it."),
    ("您的验证码", "您的验证码是{code}，{until_at}前有效，仅可使用一次。我们的工作人员绝不会向您索要验证码。"),
    ("您的驗證碼", "您的驗證碼是{code}，{until_at}前有效，僅可使用一次。我們的工作人員絕不會向您索取驗證碼。"),
)  # fmt: skip

DIGEST: Said = _said(
    ("Notices of the day: {count}", "What came since the last mail of this kind:"),
    ("每日通知：{count}条", "自上次每日邮件以来的通知："),
    ("每日通知：{count}則", "自上次每日郵件以來的通知："),
)

LETTER: Mapping[str, Mapping[str, str]] = {
    "en": {
        "open": "Open it",
        "foot": "You get this because of your account with Lotproof. Choose what reaches you by mail:",
    },
    "zh_Hans": {"open": "查看", "foot": "您收到此邮件是因为您有 Lotproof 账号。选择通过邮件接收的内容："},
    "zh_Hant": {"open": "查看", "foot": "您收到此郵件是因為您有 Lotproof 帳號。選擇透過郵件接收的內容："},
}
"""What stands around the text in every mail."""


def holes(words: Words) -> frozenset[str]:
    """Return the names of a kind's holes."""
    return frozenset(
        name for text in (words.title, words.text) for _, name, _, _ in Formatter().parse(text) if name
    )
