"""Simulated duty lists whose truth is known, for scoring reading, alignment and comparison.

>>> from dutygraph.simulate import simulate
>>> corpus = simulate(towns=2, seed=1)
>>> len(corpus.tables()["lists"])
2
"""

from dutygraph.simulate.corpus import Corpus, simulate
from dutygraph.simulate.rates import Rates

__all__ = ["Corpus", "Rates", "simulate"]
