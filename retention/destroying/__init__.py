"""How a record goes, in steps that know nothing of who asked for it.

closure    everything that goes with it, read from the declarations and the keys of the tables
words      the words by which somebody would be known, to be searched for afterwards
proof      every column of every table and every stored file, searched
rows       the rows go, the files are noted, and nothing points nowhere
"""
