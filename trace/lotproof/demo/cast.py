"""Who plays: organisations, their places and people. All are made up; the regions are real, so that seasons fit."""

from dataclasses import dataclass

from lotproof.demo.keys import device, gln
from lotproof.kernel.identifiers import Gln

Names = dict[str, str]


def names(en: str, zh: str) -> Names:
    """A name in both languages."""
    return {"en": en, "zh_Hans": zh}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party with a key of its own on the log. kind: its legal form, a `people.roles.OrganisationKind`."""

    number: int
    names: Names
    kind: str
    roles: tuple[str, ...]

    @property
    def gln(self) -> Gln:
        """Its GLN."""
        return gln(1000 + self.number)

    @property
    def uri(self) -> str:
        """Its party URI."""
        return self.gln.party_uri


@dataclass(frozen=True, slots=True)
class Site:
    """A place. owner: the organisation that runs it."""

    number: int
    owner: Organisation
    names: Names
    kind: str
    region: Names
    zone: str = "Asia/Shanghai"

    @property
    def gln(self) -> Gln:
        """Its GLN."""
        return gln(2000 + self.number)


def organisation(number: int, en: str, zh: str, kind: str, *roles: str) -> Organisation:
    """An organisation whose names say that it is made up."""
    return Organisation(number, names(f"{en} (fictional)", f"{zh}（虚构）"), kind, roles)


PLATFORM = organisation(0, "Demonstration operator", "演示运营方", "company", "operator")
"""Its key is that of the log's operator, who registers it."""
OPERATOR_GLN, OPERATOR_NAMES = PLATFORM.gln, PLATFORM.names
LANLING = organisation(
    1, "Lanling Fruit Cooperative", "岚岭果业专业合作社", "cooperative", "cooperative", "packer", "supplier"
)
SUN = organisation(2, "Sun Family Orchard", "孙家果园", "family_farm", "farm", "supplier")
BEIJIAN = organisation(3, "Beijian Orchard", "北涧果园", "family_farm", "farm", "supplier")
PENGYU = organisation(4, "Pengyu Cold Store", "蓬屿冷藏", "company", "cold_store", "warehouse")
HAIJIAO = organisation(5, "Haijiao Food Testing", "海角食品检测", "company", "laboratory")
YUNXIU = organisation(
    6, "Yunxiu Tea Cooperative", "云岫茶叶专业合作社", "cooperative", "cooperative", "packer", "supplier"
)
SHIJIAN = organisation(7, "Shijian Tea Garden", "石尖茶园", "family_farm", "farm", "supplier")
WUPING = organisation(8, "Wuping Tea Garden", "雾坪茶园", "family_farm", "farm", "supplier")
LANSHAN = organisation(9, "Lanshan Tea Testing", "澜山茶叶检测", "company", "laboratory")
HEISHUI = organisation(10, "Heishui Bend Rice Farm", "黑水湾稻米农场", "family_farm", "farm", "supplier")
SHUANGHE = organisation(11, "Shuanghe Hamlet Rice Farm", "双河屯稻米农场", "family_farm", "farm", "supplier")
DAOXI = organisation(12, "Daoxi Rice Mill", "稻溪米业", "company", "mill", "packer", "supplier")
SONGHE = organisation(13, "Songhe Grain Testing", "松禾粮食检测", "company", "laboratory")
FENGLING = organisation(14, "Fengling Farm Supplies", "丰岭农资", "company", "supplier")
QINGSUI = organisation(15, "Qingsui Seeds", "青穗种业", "company", "supplier")
CHIHE = organisation(16, "Chihe Cold Chain", "驰禾冷链运输", "company", "carrier")
HEJING = organisation(
    17,
    "Hejing Produce Distribution",
    "禾径农产品供应链",
    "company",
    "distributor",
    "importer",
    "seller_staff",
)
NANMEN = organisation(18, "South Gate Fresh", "南门小鲜", "company", "retailer")
CHENJI = organisation(19, "Morning Market Stores", "晨集超市", "company", "retailer")
TINGYU = organisation(20, "Listening Rain Tea House", "听雨茶庄", "company", "retailer")

ORGANISATIONS = (LANLING, SUN, BEIJIAN, PENGYU, HAIJIAO, YUNXIU, SHIJIAN, WUPING, LANSHAN, HEISHUI, SHUANGHE, DAOXI,
                 SONGHE, FENGLING, QINGSUI, CHIHE, HEJING, NANMEN, CHENJI, TINGYU)  # fmt: skip

YANTAI = names("Qixia, Yantai, Shandong", "山东烟台栖霞")
_ANXI = names("Anxi, Quanzhou, Fujian", "福建泉州安溪")
_WUCHANG = names("Wuchang, Harbin, Heilongjiang", "黑龙江哈尔滨五常")
_SHANGHAI = names("Shanghai", "上海")
_BEIJING = names("Beijing", "北京")
_XIAMEN = names("Xiamen, Fujian", "福建厦门")

EAST_SLOPE = Site(1, SUN, names("East Slope orchard", "东坡果园"), "orchard", YANTAI)
RESERVOIR = Site(2, SUN, names("Reservoir orchard", "水库边果园"), "orchard", YANTAI)
TERRACE = Site(3, BEIJIAN, names("Terrace orchard", "梯田果园"), "orchard", YANTAI)
VALLEY = Site(4, BEIJIAN, names("Valley orchard", "沟谷果园"), "orchard", YANTAI)
TRIAL_GARDEN = Site(5, LANLING, names("Cooperative's trial orchard", "合作社示范园"), "orchard", YANTAI)
GREENHOUSES = Site(6, LANLING, names("Greenhouses", "日光温室区"), "greenhouse", YANTAI)
PACKHOUSE = Site(7, LANLING, names("Lanling packing house", "岚岭分拣包装中心"), "packhouse", YANTAI)
COLD_STORE = Site(8, PENGYU, names("Pengyu cold store, room 3", "蓬屿冷库三号间"), "cold_store", YANTAI)
HAIJIAO_LAB = Site(9, HAIJIAO, names("Haijiao laboratory", "海角检测实验室"), "laboratory", YANTAI)
UPPER_GARDEN = Site(10, SHIJIAN, names("Shijian upper garden", "石尖上园"), "tea_garden", _ANXI)
LOWER_GARDEN = Site(11, SHIJIAN, names("Shijian lower garden", "石尖下园"), "tea_garden", _ANXI)
NORTH_GARDEN = Site(12, WUPING, names("Wuping north garden", "雾坪北园"), "tea_garden", _ANXI)
SOUTH_GARDEN = Site(13, WUPING, names("Wuping south garden", "雾坪南园"), "tea_garden", _ANXI)
TEA_WORKS = Site(14, YUNXIU, names("Yunxiu tea works", "云岫初制厂"), "factory", _ANXI)
LANSHAN_LAB = Site(15, LANSHAN, names("Lanshan laboratory", "澜山检测实验室"), "laboratory", _ANXI)
FIELD_SEVEN = Site(16, HEISHUI, names("Field 7", "七号地"), "paddy_field", _WUCHANG)
FIELD_NINE = Site(17, HEISHUI, names("Field 9", "九号地"), "paddy_field", _WUCHANG)
RIVER_FIELD = Site(18, SHUANGHE, names("River field", "河沿地"), "paddy_field", _WUCHANG)
SPRING_FIELD = Site(19, SHUANGHE, names("Spring field", "泉眼地"), "paddy_field", _WUCHANG)
MILL = Site(20, DAOXI, names("Daoxi mill", "稻溪米厂"), "mill", _WUCHANG)
SONGHE_LAB = Site(21, SONGHE, names("Songhe laboratory", "松禾检测实验室"), "laboratory", _WUCHANG)
SUPPLIES_YARD = Site(22, FENGLING, names("Fengling supplies yard", "丰岭农资仓库"), "store", YANTAI)
SEED_STORE = Site(23, QINGSUI, names("Qingsui seed store", "青穗种子库"), "store", _WUCHANG)
TRUCK = Site(24, CHIHE, names("Chihe refrigerated truck 12", "驰禾12号冷藏车"), "vehicle", YANTAI)
SHANGHAI_DC = Site(
    25, HEJING, names("Hejing distribution centre", "禾径上海配送中心"), "warehouse", _SHANGHAI
)
NANMEN_SHOP = Site(26, NANMEN, names("South Gate Fresh, Canal Road", "南门小鲜运河路店"), "shop", _SHANGHAI)
CHENJI_SHOP = Site(27, CHENJI, names("Morning Market, Drum Lane", "晨集超市鼓巷店"), "shop", _BEIJING)
TEA_HOUSE = Site(28, TINGYU, names("Listening Rain, Harbour Street", "听雨茶庄港街店"), "shop", _XIAMEN)

SUN_HOUSE = Site(30, SUN, names("Sun greenhouse", "孙家大棚"), "greenhouse", YANTAI)

SITES = (EAST_SLOPE, RESERVOIR, TERRACE, VALLEY, TRIAL_GARDEN, GREENHOUSES, PACKHOUSE, COLD_STORE, HAIJIAO_LAB,
         UPPER_GARDEN, LOWER_GARDEN, NORTH_GARDEN, SOUTH_GARDEN, TEA_WORKS, LANSHAN_LAB, FIELD_SEVEN, FIELD_NINE,
         RIVER_FIELD, SPRING_FIELD, MILL, SONGHE_LAB, SUPPLIES_YARD, SEED_STORE, TRUCK, SHANGHAI_DC, NANMEN_SHOP,
         CHENJI_SHOP, TEA_HOUSE, SUN_HOUSE)  # fmt: skip

COLD_ROOM_LOGGER, TRUCK_LOGGER, TEA_LOGGER, MILL_PROBE, FIELD_STATION = (
    device(n) for n in (3, 12, 21, 33, 40)
)

DEVICES: dict[str, tuple[Organisation, Names]] = {
    COLD_ROOM_LOGGER: (PENGYU, names("Cold room logger 3", "冷库记录仪3号")),
    TRUCK_LOGGER: (CHIHE, names("Truck logger 12", "车载记录仪12号")),
    TEA_LOGGER: (YUNXIU, names("Tea store logger 21", "茶库记录仪21号")),
    MILL_PROBE: (DAOXI, names("Silo probe 33", "粮仓测温杆33号")),
    FIELD_STATION: (LANLING, names("Field station 40", "田间气象站40号")),
}

MANAGER, QUALITY_LEAD, MILL_LEAD, MILL_QUALITY = "Wang Haining", "Li Jing", "Zhao Guangming", "Xu Lan"
WITNESS = "Chen Shuang"
