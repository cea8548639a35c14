"""How the duty lists of two towns, of many towns, or of several editions differ.

`comparison.compare` asks a store, a document or a graph file and gives tables and sentences;
`write.write_comparison` writes them. `comparison.compare_tables` does the same from tables alone.
"""
