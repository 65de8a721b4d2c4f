"""How wrong an open poll may be: Meng's identity.

Of any group that answered, however it came about, the mean differs from the population's by exactly

    correlation between answering and opinion × √((1 - f) / f) × standard deviation of the opinion

where f is the part of the population that answered (X.-L. Meng, "Statistical paradises and paradoxes in big
data (I)", Annals of Applied Statistics 12(2), 2018, §2). Nobody knows the correlation; a page can show what
each would mean.
"""

from math import inf, sqrt


def error(correlation: float, answered: float, deviation: float) -> float:
    """The mean of those who answered less that of the population. `answered`: their part of it, above 0."""
    return correlation * _dropout(answered) * deviation


def effective_size(correlation: float, answered: float) -> float:
    """How many asked at random would be as close: f / (1 - f) / ρ² (Meng 2018, §3)."""
    spread = (correlation * _dropout(answered)) ** 2
    return 1 / spread if spread else inf


def population_share(observed: float, correlation: float, answered: float) -> float:
    """The share of the population that would show as `observed` among those who answered."""
    c = correlation * _dropout(answered)
    return (2 * observed + c * c - c * sqrt(c * c + 4 * observed * (1 - observed))) / (
        2 + 2 * c * c
    )


def _dropout(answered: float) -> float:
    if not 0 < answered <= 1:
        raise ValueError("those who answered are a part of the population, and not nobody")
    return sqrt((1 - answered) / answered)
