"""What is grown, made, sold and applied: products, their units, and inputs with their pre-harvest intervals.

Intervals are of the usual length for such products, but the products and registration numbers are made up: nothing
here may be used to decide when to harvest.
"""

from dataclasses import dataclass
from decimal import Decimal

from lotproof.demo.cast import Names, names
from lotproof.demo.keys import gtin
from lotproof.kernel.identifiers import LotId
from lotproof.lots.native import Portion

APPLE, TEA, RICE, TOMATO = "apple", "tea", "rice", "tomato"


@dataclass(frozen=True, slots=True)
class Product:
    """uom: of its lots (UN/ECE Rec 20, 21).  holds_kg: what one package holds.  band: degrees Celsius."""

    item: int
    names: Names
    uom: str
    crop: str
    category: str
    variety: Names | None = None
    holds_kg: str | None = None
    shelf_life_days: int | None = None
    band: tuple[str, str] | None = None

    @property
    def gtin(self) -> str:
        """Its GTIN-14."""
        return gtin(self.item)

    def lot(self, code: str) -> LotId:
        """Return the key of one of its lots."""
        return LotId(self.gtin, code)

    def of(self, code: str, amount: int | str | Decimal) -> Portion:
        """Return so much of one of its lots, in the product's unit."""
        return Portion(self.lot(code), Decimal(amount), self.uom)


@dataclass(frozen=True, slots=True)
class Input:
    """Something that is put on a crop. intervals: days before harvest, by crop."""

    product: Product
    registration: str
    active: str
    intervals: dict[str, int]


_FUJI, _GALA = names("Red Fuji", "红富士"), names("Gala", "嘎啦")
_VENUS, _TGY, _DHX = (
    names("Venus Gold", "维纳斯黄金"),
    names("Tieguanyin", "铁观音"),
    names("Daohuaxiang 2", "稻花香2号"),
)
_BUSAN = names("Fushan 88", "釜山88")
_COLD, _FRESH = ("-1", "4"), ("8", "15")

FUJI_BULK = Product(
    101, names("Fuji apples, orchard run", "富士苹果（统货）"), "KGM", APPLE, "fruit", _FUJI, None, 180, _COLD
)
FUJI_80 = Product(
    102,
    names("Yantai Fuji apples 80 mm, 10 kg case", "烟台红富士80毫米10公斤箱"),
    "XCS",
    APPLE,
    "fruit",
    _FUJI,
    "10",
    90,
    _COLD,
)
FUJI_75 = Product(
    103,
    names("Yantai Fuji apples 75 mm, 10 kg case", "烟台红富士75毫米10公斤箱"),
    "XCS",
    APPLE,
    "fruit",
    _FUJI,
    "10",
    90,
    _COLD,
)
FUJI_GIFT = Product(
    104,
    names("Yantai Fuji gift box, 3 kg", "烟台红富士礼盒3公斤"),
    "XBX",
    APPLE,
    "fruit",
    _FUJI,
    "3",
    60,
    _COLD,
)
GALA_BULK = Product(
    105, names("Gala apples, orchard run", "嘎啦苹果（统货）"), "KGM", APPLE, "fruit", _GALA, None, 120, _COLD
)
GALA_BAG = Product(
    106,
    names("Yantai Gala apples, 2 kg bag", "烟台嘎啦苹果2公斤袋"),
    "XBG",
    APPLE,
    "fruit",
    _GALA,
    "2",
    45,
    _COLD,
)
VENUS_BULK = Product(
    107,
    names("Venus Gold apples, orchard run", "维纳斯黄金苹果（统货）"),
    "KGM",
    APPLE,
    "fruit",
    _VENUS,
    None,
    150,
    _COLD,
)
VENUS_CASE = Product(
    108,
    names("Venus Gold apples, 10 kg case", "维纳斯黄金苹果10公斤箱"),
    "XCS",
    APPLE,
    "fruit",
    _VENUS,
    "10",
    75,
    _COLD,
)
JUICE_APPLES = Product(
    109, names("Apples for juice", "榨汁用苹果"), "KGM", APPLE, "fruit", None, None, 30, None
)

TEA_LEAF = Product(201, names("Fresh tea leaf", "铁观音茶青"), "KGM", TEA, "tea", _TGY, None, 1, None)
RAW_TEA = Product(
    202, names("Raw Tieguanyin", "铁观音毛茶"), "KGM", TEA, "tea", _TGY, None, 365, ("-20", "8")
)
REFINED_TEA = Product(
    203,
    names("Refined Tieguanyin, light fragrance", "清香型铁观音（精制）"),
    "KGM",
    TEA,
    "tea",
    _TGY,
    None,
    540,
    ("-20", "8"),
)
TEA_STALKS = Product(204, names("Tea stalks", "茶梗"), "KGM", TEA, "tea", None, None, 365, None)
TEA_TIN = Product(
    205, names("Anxi Tieguanyin, 250 g box", "安溪铁观音250克盒"), "XBX", TEA, "tea", _TGY, "0.25", 540, None
)
TEA_BAG = Product(
    206, names("Anxi Tieguanyin, 500 g bag", "安溪铁观音500克袋"), "XBG", TEA, "tea", _TGY, "0.5", 540, None
)

RICE_SEED = Product(
    301, names("Daohuaxiang 2 seed", "稻花香2号稻种"), "KGM", RICE, "seed", _DHX, None, 365, None
)
PADDY = Product(302, names("Paddy, as harvested", "稻谷（湿）"), "KGM", RICE, "grain", _DHX, None, 7, None)
DRY_PADDY = Product(
    303, names("Paddy, dried", "稻谷（干）"), "KGM", RICE, "grain", _DHX, None, 365, ("-15", "20")
)
MILLED_RICE = Product(
    304, names("Wuchang rice, milled", "五常大米（散装）"), "KGM", RICE, "grain", _DHX, None, 180, None
)
BROKEN_RICE = Product(305, names("Broken rice", "碎米"), "KGM", RICE, "grain", None, None, 180, None)
BRAN = Product(306, names("Rice bran", "米糠"), "KGM", RICE, "feed", None, None, 60, None)
HUSKS = Product(307, names("Rice husks", "稻壳"), "KGM", RICE, "feed", None, None, 365, None)
RICE_5 = Product(
    308,
    names("Wuchang Daohuaxiang rice, 5 kg bag", "五常稻花香大米5公斤袋"),
    "XBG",
    RICE,
    "grain",
    _DHX,
    "5",
    180,
    None,
)
RICE_10 = Product(
    309,
    names("Wuchang Daohuaxiang rice, 10 kg bag", "五常稻花香大米10公斤袋"),
    "XBG",
    RICE,
    "grain",
    _DHX,
    "10",
    180,
    None,
)

SEEDLINGS = Product(
    401, names("Cherry tomato seedlings", "樱桃番茄苗"), "EA", TOMATO, "seedling", None, None, 14, None
)
TOMATOES = Product(
    402, names("Cherry tomatoes", "樱桃番茄"), "KGM", TOMATO, "vegetable", _BUSAN, None, 14, _FRESH
)
TOMATO_BOX = Product(
    403,
    names("Cherry tomatoes, 500 g box", "樱桃番茄500克盒"),
    "XBX",
    TOMATO,
    "vegetable",
    _BUSAN,
    "0.5",
    12,
    _FRESH,
)

SPINACH = Product(
    404, names("Organic spinach", "有机菠菜"), "KGM", "spinach", "vegetable", None, None, 6, ("0", "4")
)

FUNGICIDE_STOCK = Product(
    501, names("Mancozeb 80% WP (made up)", "80%代森锰锌可湿性粉剂（虚构）"), "KGM", "", "input"
)
TRIAZOLE_STOCK = Product(
    502, names("Tebuconazole 43% SC (made up)", "43%戊唑醇悬浮剂（虚构）"), "LTR", "", "input"
)
ACARICIDE_STOCK = Product(
    503, names("Abamectin 1.8% EC (made up)", "1.8%阿维菌素乳油（虚构）"), "LTR", "", "input"
)
SULPHUR_STOCK = Product(504, names("Lime sulphur 45% (made up)", "45%石硫合剂（虚构）"), "KGM", "", "input")
COMPOST_STOCK = Product(505, names("Organic fertiliser (made up)", "有机肥（虚构）"), "KGM", "", "input")
MATRINE_STOCK = Product(506, names("Matrine 0.6% SL (made up)", "0.6%苦参碱水剂（虚构）"), "LTR", "", "input")
INDOXACARB_STOCK = Product(
    507, names("Indoxacarb 15% SC (made up)", "15%茚虫威悬浮剂（虚构）"), "LTR", "", "input"
)
TRICYCLAZOLE_STOCK = Product(
    508, names("Tricyclazole 75% WP (made up)", "75%三环唑可湿性粉剂（虚构）"), "KGM", "", "input"
)
PRETILACHLOR_STOCK = Product(
    509, names("Pretilachlor 30% EC (made up)", "30%丙草胺乳油（虚构）"), "LTR", "", "input"
)
IPRODIONE_STOCK = Product(
    510, names("Iprodione 50% WP (made up)", "50%异菌脲可湿性粉剂（虚构）"), "KGM", "", "input"
)

MANCOZEB = Input(FUNGICIDE_STOCK, "DEMO-PD-0101", "mancozeb", {APPLE: 10})
TEBUCONAZOLE = Input(TRIAZOLE_STOCK, "DEMO-PD-0102", "tebuconazole", {APPLE: 21, RICE: 21})
ABAMECTIN = Input(ACARICIDE_STOCK, "DEMO-PD-0103", "abamectin", {APPLE: 14})
LIME_SULPHUR = Input(SULPHUR_STOCK, "DEMO-PD-0104", "lime sulphur", {APPLE: 15, TEA: 60})
COMPOST = Input(COMPOST_STOCK, "DEMO-FERT-0105", "organic matter", {APPLE: 0, TEA: 0, RICE: 0, TOMATO: 0})
MATRINE = Input(MATRINE_STOCK, "DEMO-PD-0106", "matrine", {TEA: 7, TOMATO: 3})
INDOXACARB = Input(INDOXACARB_STOCK, "DEMO-PD-0107", "indoxacarb", {TEA: 14})
TRICYCLAZOLE = Input(TRICYCLAZOLE_STOCK, "DEMO-PD-0108", "tricyclazole", {RICE: 21})
PRETILACHLOR = Input(PRETILACHLOR_STOCK, "DEMO-PD-0109", "pretilachlor", {RICE: 60})
IPRODIONE = Input(IPRODIONE_STOCK, "DEMO-PD-0110", "iprodione", {TOMATO: 7})

INPUTS = (MANCOZEB, TEBUCONAZOLE, ABAMECTIN, LIME_SULPHUR, COMPOST, MATRINE, INDOXACARB, TRICYCLAZOLE, PRETILACHLOR,
          IPRODIONE)  # fmt: skip

PRODUCTS = (FUJI_BULK, FUJI_80, FUJI_75, FUJI_GIFT, GALA_BULK, GALA_BAG, VENUS_BULK, VENUS_CASE, JUICE_APPLES,
            TEA_LEAF, RAW_TEA, REFINED_TEA, TEA_STALKS, TEA_TIN, TEA_BAG, RICE_SEED, PADDY, DRY_PADDY, MILLED_RICE,
            BROKEN_RICE, BRAN, HUSKS, RICE_5, RICE_10, SEEDLINGS, TOMATOES, TOMATO_BOX, SPINACH,
            *(one.product for one in INPUTS))  # fmt: skip

TOLERANCES = {"initial_packing": "3", "repacking": "2"}
"""Declared loss in percent. Processing has none: withering and milling lose what they lose, and gain nothing."""
