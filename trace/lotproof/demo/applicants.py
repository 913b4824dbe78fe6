"""Further suppliers, each in another state of its qualification: organisations, their owners, one greenhouse."""

from dataclasses import dataclass

from lotproof.demo.cast import YANTAI, Organisation, Site, names, organisation
from lotproof.demo.people import Person
from lotproof.ledger.log import Log
from lotproof.lots.master_data import write_master_data
from lotproof.parties.actions import register_party
from lotproof.people.organisations import NATURAL
from lotproof.people.roles import OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class Applicant:
    """An organisation and the person who acts for it."""

    organisation: Organisation
    owner: Person


def _applicant(
    number: int, en: str, zh: str, kind: str, key: str, owner: str, work: Role = Role.SUPPLIER
) -> Applicant:
    one = organisation(number, en, zh, kind, work)
    return Applicant(one, Person(key, number, owner, {one.uri: (Role.OWNER, work)}))


DRAFT = _applicant(21, "Hemiao Family Farm", "禾苗家庭农场", "family_farm", "newcomer", "林小禾 Lin Xiaohe")
SUBMITTED = _applicant(22, "Liuwan Produce", "柳湾果蔬", "company", "liuwan", "柳成 Liu Cheng")
OVERDUE = _applicant(
    23, "Shiqiao Vegetable Cooperative", "石桥蔬菜专业合作社", "cooperative", "shiqiao", "石岩 Shi Yan"
)
UNDER_REVIEW = _applicant(24, "Nanpo Fruit Stand", "南坡水果店", "sole_trader", "nanpo", "田芳 Tian Fang")
MORE_WANTED = _applicant(25, "Zhao household", "赵家农户", "farm_household", "zhao", "赵大山 Zhao Dashan")
APPROVED = _applicant(26, "Qingli Orchard", "青篱果园", "family_farm", "qingli", "梁青 Liang Qing")
REJECTED = _applicant(27, "Yuanshan Foods", "远山食品", "company", "yuanshan", "袁山 Yuan Shan")
ENDS_IN_60 = _applicant(28, "Xikou Orchard", "溪口果园", "family_farm", "xikou", "席明 Xi Ming")
ENDS_IN_30 = _applicant(29, "Meiwu Orchard", "梅坞果园", "family_farm", "meiwu", "梅子 Mei Zi")
ENDS_IN_7 = _applicant(30, "Zhuxi Orchard", "竹溪果园", "family_farm", "zhuxi", "祝清 Zhu Qing")
LAPSED = _applicant(31, "Zhaolu Vegetable Farm", "朝露菜园", "family_farm", "lapsed", "陶露 Tao Lu")
SUSPENDED = _applicant(32, "Luming Haulage", "鹿鸣运输", "company", "luming", "陆鸣 Lu Ming", Role.CARRIER)
REVOKED = _applicant(33, "Heiyan Trading", "黑岩商贸", "company", "heiyan", "严黑 Yan Hei")

APPLICANTS = (DRAFT, SUBMITTED, OVERDUE, UNDER_REVIEW, MORE_WANTED, APPROVED, REJECTED, ENDS_IN_60, ENDS_IN_30,
              ENDS_IN_7, LAPSED, SUSPENDED, REVOKED)  # fmt: skip
LAPSED_HOUSE = Site(29, LAPSED.organisation, names("Zhaolu greenhouse 2", "朝露2号棚"), "greenhouse", YANTAI)


def record_applicants(log: Log) -> None:
    """Register them, as they would have done themselves. Names of natural persons stay off the leaves."""
    with log.unit_of_work() as uow:
        for one in (applicant.organisation for applicant in APPLICANTS):
            body = {"names": one.names, "roles": list(one.roles), "country": "CN", "kind": one.kind}
            is_person = OrganisationKind(one.kind) in NATURAL
            register_party(uow, log.operator, one.gln, body | ({"person": True} if is_person else {}))
        house = LAPSED_HOUSE
        place = {"names": house.names, "zone": house.zone, "party": house.owner.uri, "kind": house.kind}
        write_master_data(uow, log.operator, house.owner.uri, "place", house.gln.place_uri, place)
