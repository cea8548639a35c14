"""The same duty across towns and editions.

`pairs.align_pair` aligns two lists; `concepts.align_concepts` anchors the items of any number of
lists to duty concepts. A researcher's own decisions (`decisions`) come before what is computed.
Results are tables, SSSOM files (`sssom`) and RDF (`quads`).
"""
