"""What a paper is: one word for each type. Pure."""

from lotproof.kernel.errors import InvalidInputError

TYPES = (
    "business_licence",  # 营业执照
    "tax_registration",  # 税务登记证
    "organisation_code",  # 组织机构代码证
    "food_licence",  # 食品经营/生产许可证
    "small_producer_registration",  # 食品小作坊登记证
    "organic_certificate",  # 有机产品认证证书
    "green_food_certificate",  # 绿色食品证书
    "household_proof",  # 农户证明
    "land_contract",  # 土地承包/经营权证明
    "laboratory_cma",  # 检验检测机构资质认定证书
    "laboratory_cnas",  # 实验室认可证书
    "inspector_certificate",  # 检验员证书
    "transport_licence",  # 道路运输经营许可证
    "test_report",  # 检验报告
    "conformity_commitment",  # 承诺达标合格证
    "photo",
    "other",
)


def require_type(word: str) -> str:
    """Return the word. Raises: InvalidInputError `unknown_document_type`."""
    if word not in TYPES:
        raise InvalidInputError(
            "unknown_document_type", f"{word!r} is no type of document", f"use one of {', '.join(TYPES)}"
        )
    return word
