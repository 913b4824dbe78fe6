"""What the papers of the demonstration say, and how they look: drawn, then photographed by a phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lotproof.demo.cast import Organisation
from lotproof.demo.chance import Dice
from lotproof.demo.credit_codes import credit_code
from lotproof.demo.licences import Paper as Drawing
from lotproof.demo.licences import draw_paper
from lotproof.demo.phone_photo import photograph
from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.people.roles import HAS_CREDIT_CODE, OrganisationKind

LICENSED = date(2017, 5, 18)
_ISSUERS = {
    "business_licence": "示例市场监督管理局",
    "food_licence": "示例市场监督管理局",
    "organic_certificate": "示例认证中心",
    "laboratory_cma": "示例市场监督管理局",
    "transport_licence": "示例道路运输管理处",
    "household_proof": "示例村民委员会",
}
_KINDS = {
    "company": "有限责任公司",
    "cooperative": "农民专业合作社",
    "family_farm": "家庭农场",
    "sole_trader": "个体工商户",
    "farm_household": "农户",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A paper of an organisation. type: of `DOCUMENT_TYPES`."""

    whose: Organisation
    type: str
    valid_from: date
    valid_to: date | None = None

    @property
    def issuer(self) -> str:
        """Whose seal it bears; nobody's."""
        return _ISSUERS[self.type]

    def number(self, dice: Dice) -> str | None:
        """Return its number: right in form, and of no region, certifier or year that exists."""
        who, year = self.whose.number, self.valid_from.year % 100
        return {
            "business_licence": code_of(dice, self.whose),
            "food_licence": f"JY19999990000{who:03}",
            "organic_certificate": f"999OP{year:02}{who:05}",
            "laboratory_cma": f"990000000{who:03}",
            "transport_licence": f"示例运管许可字 {who:06} 号",
        }.get(self.type)


def code_of(dice: Dice, organisation: Organisation) -> str | None:
    """Return an organisation's credit code, None for a kind that has none."""
    if OrganisationKind(organisation.kind) not in HAS_CREDIT_CODE:
        return None
    return credit_code(dice, organisation.kind, organisation.uri)


def photo_of(facts: Facts, dice: Dice, *, blurred: bool = False) -> bytes:
    """Return the photo that somebody took of a paper, as JPEG."""
    rows = tuple(_rows(facts))
    number = facts.number(dice) or "示例"
    drawing = Drawing(
        DOCUMENT_TYPES[facts.type].chinese, number, rows, facts.issuer, facts.valid_from.isoformat()
    )
    what = (facts.type, facts.whose.number, facts.valid_from)
    return photograph(draw_paper(drawing), dice, "photo", *what, blurred=blurred)


def _rows(facts: Facts) -> Iterator[tuple[str, str]]:
    yield "名称", facts.whose.names["zh_Hans"]
    yield "类型", _KINDS[facts.whose.kind]
    yield "自", facts.valid_from.isoformat()
    yield "至", facts.valid_to.isoformat() if facts.valid_to else "长期"
