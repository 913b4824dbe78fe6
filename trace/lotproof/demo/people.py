"""People of the demonstration, one or more for every role. All are made up, and nobody can be reached.

- Mail addresses end in .example, which names nobody (RFC 2606).
- Telephone numbers begin with 154, a network code that no operator has, so that none can ring (MIIT,
  我国公众移动通信网网号及H0分配情况, as of March 2023).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lotproof.demo import cast
from lotproof.people.roles import Role

_OPERATOR = cast.PLATFORM.uri


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. key: what the demonstration calls her.

    works: roles by the organisation's URI; the first is the one for which she acts when she signs in.
    """

    key: str
    number: int
    name: str
    works: Mapping[str, tuple[Role, ...]]

    @property
    def mail(self) -> str:
        """Her address."""
        return f"{self.key.replace('_', '.')}@people.lotproof.example"

    @property
    def phone(self) -> str:
        """Her number, E.164."""
        return f"+861540000{self.number:04}"


FARMER = Person("farmer", 1, "孙玉兰 Sun Yulan", {cast.SUN.uri: (Role.OWNER, Role.SUPPLIER)})
PACKER = Person(
    "packer", 2, "王海宁 Wang Haining", {cast.LANLING.uri: (Role.OWNER, Role.SUPPLIER, Role.QUALITY_MANAGER)}
)
QUALITY = Person("quality", 3, "李静 Li Jing", {cast.LANLING.uri: (Role.QUALITY_MANAGER,)})
BOTH = Person(
    "both",
    4,
    "马丽华 Ma Lihua",
    {cast.BEIJIAN.uri: (Role.OWNER, Role.SUPPLIER), cast.LANLING.uri: (Role.SUPPLIER,)},
)
WAREHOUSE = Person("warehouse", 5, "何敏 He Min", {cast.PENGYU.uri: (Role.OWNER, Role.WAREHOUSE)})
CARRIER = Person("carrier", 6, "罗强 Luo Qiang", {cast.CHIHE.uri: (Role.OWNER, Role.CARRIER)})
SELLER = Person("seller", 7, "邓莉 Deng Li", {cast.HEJING.uri: (Role.OWNER, Role.SELLER_STAFF)})
BUYER = Person("buyer", 8, "方薇 Fang Wei", {cast.CHENJI.uri: (Role.OWNER, Role.BUYER)})
LABORATORY = Person("laboratory", 9, "唐悦 Tang Yue", {cast.HAIJIAO.uri: (Role.OWNER, Role.LABORATORY)})
INSPECTOR = Person("inspector", 10, "高峰 Gao Feng", {cast.HAIJIAO.uri: (Role.INSPECTOR,)})
OPERATOR = Person("operator", 11, "钱牧 Qian Mu", {_OPERATOR: (Role.OPERATOR,)})
REVIEWER = Person("reviewer", 12, "沈怡 Shen Yi", {_OPERATOR: (Role.REVIEWER,)})
SECOND_REVIEWER = Person("second_reviewer", 13, "陆晨 Lu Chen", {_OPERATOR: (Role.REVIEWER,)})
AUDITOR = Person("auditor", 14, "白君 Bai Jun", {_OPERATOR: (Role.AUDITOR,)})
CONSUMER = Person("consumer", 15, "江雪 Jiang Xue", {})

PEOPLE = (FARMER, PACKER, QUALITY, BOTH, WAREHOUSE, CARRIER, SELLER, BUYER, LABORATORY, INSPECTOR, REVIEWER,
          SECOND_REVIEWER, OPERATOR, AUDITOR, CONSUMER)  # fmt: skip
"""In the order in which they are offered."""
