"""The codes of the figures of matchmaking."""

from enum import StrEnum


class Grouping(StrEnum):
    """By what needs are counted; each grouping stands beside the sum of all."""

    CLUSTER = "cluster"
    REGION = "region"


class Row(StrEnum):
    """What a row of figures is of."""

    TOTAL = "total"
    CLUSTER = "cluster"
    REGION = "region"
