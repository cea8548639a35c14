"""Which departments lean on the town: measures and networks, from the tables of the saved queries.

`load` ranks departments, `profile` compares actions, `categories` counts by category, `pairs` and
`significance` say who is responsible together, `centrality` measures that network, `summary` gives
one number a measure, `across` compares towns, `graphs` and `export` hand networks on.
"""
