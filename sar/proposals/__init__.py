"""Words that somebody should decide about before a text goes out (features.md N13). Plain text in, places out.

words      a text as words that can be compared: no accents, no capitals, no apostrophes
names      what somebody is called: full, by nickname, by initials, formerly, misspelt
patterns   telephone numbers, e-mails, postcodes, numbers of the state, addresses, car registrations
find       both in a text, each place with the reason why it is proposed
"""
