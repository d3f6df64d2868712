"""The workbench: deciding, for a whole pack, about everybody who is named in it.

around     who may be named in somebody's record, and what they are called
names      where each of them is named, and what is decided
forms      one decision for all the places
views      the pages
"""
