"""Whatever is asked of the JSON interface, it answers with one of its own errors, as its description says."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from support.served import Served
from support.world import FARM, World

EXAMPLES = 30
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_that_is_asked_is_an_error_of_the_server(world: World, served: Served) -> None:
    world.harvested("H1")
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", served.app)
    keys = {scope: served.bearer(FARM, scope) for scope in ("read", "documents")}
    tried: set[str] = set()

    for found in schema.get_all_operations():
        operation = found.ok()
        case = st.one_of(operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)

        @seed(1)
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case, st.sampled_from(sorted(keys)))
        def ask(case: schemathesis.Case, scope: str) -> None:
            case.call_and_validate(headers=keys[scope], checks=CHECKS)

        ask()
        tried.add(f"{operation.method} {operation.path}")

    assert "get /api/v1/parties/{id}/may" in tried
