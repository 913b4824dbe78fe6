"""What the database and the published files say, asked for at each visit: the same from every process."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lotproof.ledger.log import Log
from lotproof.lots.vital_signs import vital_signs
from lotproof.storage.engine import reading


class VitalSignsCollector(Collector):
    """Figures of one moment of the database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def collect(self) -> Iterator[Metric]:
        """Ask for them."""
        around = self._log.around
        with reading(around.engine) as db:
            signs = vital_signs(db, around.tiles, around.clock())
        single = {
            "inbox_waiting": ("Submissions that are not numbered yet", signs.inbox_waiting),
            "log_size": ("Entries on the log", signs.log_size),
            "published_size": ("Entries that the published checkpoint covers", signs.published_size),
            "checkpoint_age_seconds": ("Time since a checkpoint was published", signs.checkpoint_age_s),
            "holds_open": ("Holds that stand", signs.holds_open),
        }
        for name, (text, value) in single.items():
            yield GaugeMetricFamily(f"lotproof_{name}", text, value)
        several = {
            "capture_jobs": ("Capture jobs by their state", "state", signs.capture_jobs),
            "findings_open": ("Open findings by their code", "code", signs.findings_open),
        }
        for name, (text, label, values) in several.items():
            family = GaugeMetricFamily(f"lotproof_{name}", text, labels=[label])
            for key, number in values.items():
                family.add_metric([key], number)
            yield family
