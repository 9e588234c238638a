"""What a set of weights has to be."""

from collections.abc import Mapping

from backend.appraisal.codes import Scenario
from backend.appraisal.indicators.table import BY_CODE
from backend.core.errors import FieldError, Text

WHOLE_BP = 10_000
UNKNOWN_INDICATOR = Text("没有该指标。", "There is no such indicator.")
NOT_WHOLE = Text("各指标权重之和应为 10000，现为 {total}。", "The weights sum to {total}, not to 10,000.")
MISSING = Text("缺少该场景。", "This scenario is missing.")


def wrong_weights(weights: Mapping[Scenario, Mapping[str, int]]) -> list[FieldError]:
    """Return what is wrong with weights: each scenario has them, of known indicators, and they sum to 10,000."""
    errors = [
        FieldError(f"/weights/{scenario.value}", "scenario_missing", MISSING)
        for scenario in Scenario
        if scenario not in weights
    ]
    for scenario, by_indicator in weights.items():
        place = f"/weights/{scenario.value}"
        unknown = sorted(by_indicator.keys() - BY_CODE.keys())
        errors += [FieldError(f"{place}/{code}", "indicator_unknown", UNKNOWN_INDICATOR) for code in unknown]
        total = sum(by_indicator.values())
        if total != WHOLE_BP:
            errors.append(FieldError(place, "weights_not_whole", NOT_WHOLE, {"total": total}))
    return errors
