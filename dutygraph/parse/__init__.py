"""Rows of a document → `DutyList`, by the reading rules in docs/reading.md.

layout     tags left in a cell → clean text that knows its place in the source
tables     rows → header, item rows, stray text
preamble   cover, introduction, table of contents → town, edition, claims
cells      duty cell → blocks → duties
checks     what is doubtful across rows → findings
document   all of it → `DutyList`
"""
