"""Files that people hand in: what they may be, where they lie, and how they are looked at safely.

It knows nothing of models or requests: it takes open files and gives sentences, names and pictures.

    uploads     what is refused before it is read: more than a form may hold, names that climb
    formats     examine: what a file is by its content, and why it is refused
    names       what a file may be called
    archives    Word and OpenDocument files, which are ZIP archives: no bombs, no macros, no locks
    compound    old Word files
    words       text and e-mail, in words
    scanner     a virus scanner (clamd), where one is configured
    keeping     keep: stored under a random name, and gone again if the transaction is
    pictures    draw: safe pictures of the pages, made in a process of its own
    office      Word and OpenDocument to PDF, where LibreOffice is installed
    drawing     the program that draws; imported by nobody
"""
