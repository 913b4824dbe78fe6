"""As whom a visitor of the demonstration may sign in, and what there is to do."""

from lotproof_web.words.mark import N_

PEOPLE: dict[str, tuple[str, str]] = {
    "farmer": (
        N_("Owner of a family farm"),
        N_("Keeps the field book, hands in papers, and sees what is still missing."),
    ),
    "packer": (
        N_("Manager of a cooperative"),
        N_("Packs and ships lots, invites members, and gives the first of two approvals."),
    ),
    "quality": (N_("Quality manager"), N_("Releases held lots as the second person, and recalls.")),
    "newcomer": (
        N_("Farmer who applies"),
        N_("Her licence is handed in; the certificate that is still missing is hers to photograph."),
    ),
    "lapsed": (
        N_("Farmer whose certificate ended"),
        N_("It ended yesterday: she harvests nothing in her name before she renews it."),
    ),
    "both": (
        N_("Member of two organisations"),
        N_("Has a farm, works for the cooperative too, and chooses for whom she acts."),
    ),
    "warehouse": (N_("Warehouse"), N_("Takes in, stores and sends on.")),
    "carrier": (N_("Carrier"), N_("Ships and delivers, and hands in the transport licence.")),
    "seller": (N_("Seller's staff"), N_("Buys from packers, sells to shops, and answers recalls.")),
    "buyer": (N_("Buyer for a shop"), N_("Receives goods, and learns of recalls of what was bought.")),
    "laboratory": (N_("Laboratory"), N_("Tests samples, and hands in its accreditation.")),
    "inspector": (N_("Inspector"), N_("Draws samples and enters results.")),
    "reviewer": (
        N_("Reviewer"),
        N_("Sees the queue with its deadlines, looks at papers beside their fields, and decides."),
    ),
    "second_reviewer": (
        N_("Second reviewer"),
        N_("To see what happens where two decide at once."),
    ),
    "operator": (
        N_("Operator"),
        N_("Says which papers are asked for, gives roles, and enters holidays."),
    ),
    "auditor": (N_("Auditor"), N_("Sees who looked at what, and exports it.")),
    "consumer": (N_("Consumer"), N_("Has an account, and no organisation.")),
}
"""By key: who it is, and what can be tried."""
