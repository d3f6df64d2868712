"""The first wording of the confidentiality undertaking; the charity publishes its own after it."""

FIRST_UNDERTAKING = """\
Families tell us things that they tell nobody else. I will keep what I learn about them to myself, at \
work and outside it, now and after I leave.

I will open a record only when my work for that family, or a task I have been given, needs it. I will \
not look up relatives, neighbours, friends, colleagues or myself. If I open a record by mistake, I will \
say so at once.

I will tell other people, inside the charity or outside, only what they need to know for their part, \
and only in the ways that our privacy notice allows. I will write down what I shared and why.

I will write notes that I would be willing to read aloud to the person they are about.

I will keep my password and my second step to myself, lock my screen when I leave it, and report \
anything lost, sent wrongly or seen by the wrong person on the day I notice it.

I know that every look at a record is written in a log that nobody can change, and that breaking this \
undertaking can end my work here and may be an offence under the Data Protection Act 2018."""
