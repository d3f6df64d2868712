"""The words that letters begin with until the Data Protection Officer writes their own, and what they may name."""

from collections.abc import Mapping
from dataclasses import dataclass

from sar.letter_kinds import LetterKind

# Stand where only whoever writes the letter knows what belongs there; it goes nowhere with them.
DAY_TO_WRITE, WORDS_TO_WRITE = "[write the day]", "[write it here]"

COMMON: dict[str, str] = {
    "name": "the name of whoever it goes to",
    "whose": "“your information”, or “the information about” the person",
    "reference": "the reference of the request or complaint",
    "received": "the day it was received",
    "today": "the day of the letter",
    "contact": "whom they can talk to about it",
    "writer": "who writes the letter",
    "charity": "the name of the charity",
    "phone": "the charity’s telephone number",
    "email": "the charity’s e-mail address",
    "dpo": "what the Data Protection Officer is called",
    "dpo_phone": "their telephone number",
    "dpo_email": "their e-mail address",
}
OF_REQUEST: dict[str, str] = {
    **COMMON,
    "asked_for": "what they asked for, such as “a copy of what we hold”",
    "due": "the day the answer is due",
}
OF_COMPLAINT: dict[str, str] = COMMON


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one kind of letter, and what besides the common names they may name."""

    subject: str
    body: str
    common: Mapping[str, str]
    own: Mapping[str, str]

    @property
    def variables(self) -> dict[str, str]:
        return {**self.common, **self.own}


def _request(subject: str, *paragraphs: str, **own: str) -> Wording:
    return _wording(subject, paragraphs, OF_REQUEST, own)


def _complaint(subject: str, *paragraphs: str, **own: str) -> Wording:
    return _wording(subject, paragraphs, OF_COMPLAINT, own)


def _wording(
    subject: str, paragraphs: tuple[str, ...], common: Mapping[str, str], own: Mapping[str, str]
) -> Wording:
    body = "\n\n".join(("Dear {{ name }},", *paragraphs, "Yours sincerely,\n\n{{ writer }}"))
    return Wording(subject=subject, body=body, common=common, own=own)


_K = LetterKind

SHIPPED: dict[LetterKind, Wording] = {
    _K.ACKNOWLEDGE: _request(
        "Your request {{ reference }} has come",
        "Thank you. On {{ received }} we received your request for {{ asked_for }}. Its reference is "
        "{{ reference }}.",
        "We will answer by {{ due }}. It costs you nothing.",
        "If you want to add something, or if there is a way of reaching you that is not safe, please tell "
        "us: {{ contact }}, telephone {{ dpo_phone }}, e-mail {{ dpo_email }}.",
    ),
    _K.ASK_IDENTITY: _request(
        "Your request {{ reference }}: please show us who you are",
        "On {{ received }} we received your request for {{ asked_for }}. Before we send anything about "
        "somebody, we have to be sure that it goes to the right person.",
        "{{ because }}",
        "Please show one of us something that says who you are: at our door, in a video call, or at your "
        "visit. We look at it and give it back. We keep no copy. If one of our workers knows you, their "
        "word is enough: tell us who.",
        "Our time to answer starts on the day you have shown it.",
        because="why there is doubt about who they are",
    ),
    _K.ASK_AUTHORITY: _request(
        "Request {{ reference }}: please show us that you may ask",
        "On {{ received }} we received your request for {{ asked_for }}. You ask for somebody else.",
        "Please show us what allows you to ask for them: a letter they signed, an order of a court, or "
        "what shows that you have parental responsibility. {{ because }}",
        "Our time to answer starts on the day we have seen it.",
        because="what they were asked for",
    ),
    _K.ASK_CLARIFICATION: _request(
        "Your request {{ reference }}: a question",
        "On {{ received }} we received your request for {{ asked_for }}. So that we can find what you want, "
        "please tell us:",
        "{{ question }}",
        "Until we have your answer the time for ours stands still. If you cannot say, tell us that too, and "
        "we search as well as we can.",
        question="what we ask",
    ),
    _K.EXTEND: _request(
        "Your request {{ reference }} takes longer",
        "On {{ received }} we received your request for {{ asked_for }}. We cannot answer it within a month. "
        "The law allows us two more months where a request is complex, or where there are several.",
        "{{ reasons }}",
        "You will have our answer by {{ due }}.",
        reasons="why it takes longer",
    ),
    _K.NOTHING_HELD: _request(
        "Your request {{ reference }}: we hold nothing",
        "On {{ received }} we received your request for {{ asked_for }}. We searched for {{ whose }} under "
        "the details you gave us, and found nothing that we hold.",
        "This is where we looked:",
        "{{ searched }}",
        "If something may be here under another name or address, tell us, and we search again.",
        searched="where was searched, by whom and when",
    ),
    _K.REFUSE: _request(
        "Your request {{ reference }}: our decision",
        "On {{ received }} we received your request for {{ asked_for }}. We have decided not to do what you "
        "asked.",
        "These are our reasons:",
        "{{ reasons }}",
        reasons="the reasons for the refusal",
    ),
    _K.DONE: _request(
        "Your request {{ reference }}: what we have done",
        "On {{ received }} we received your request for {{ asked_for }}. This is our answer.",
        "{{ answer }}",
        "If something of it is not clear, ask for {{ contact }}: telephone {{ dpo_phone }}.",
        answer="what was done, what not, and why",
    ),
    _K.PART: _request(
        "Your request {{ reference }}: a part of our answer",
        "On {{ received }} we received your request for {{ asked_for }}. You now get what we have found so "
        "far, with this letter or in the way that you asked for. Something is still missing:",
        "{{ gaps }}",
        "You need not ask for it again. The rest comes by {{ due }}, together with all that you have now.",
        "Some of it may be hard to read. If you would like to read it together with somebody, or to talk about "
        "it, ask for {{ contact }}: telephone {{ dpo_phone }}.",
        gaps="what is still missing",
    ),
    _K.ANSWER: _request(
        "Your request {{ reference }}: our answer",
        "On {{ received }} we received your request for {{ asked_for }}. This is our answer.",
        "{{ answer }}",
        "Some of it may be hard to read. If you would like to read it together with somebody, or to talk about "
        "it, ask for {{ contact }}: telephone {{ dpo_phone }}.",
        answer="how the copy comes",
    ),
    _K.ERASED: _request(
        "Your request {{ reference }}: it is erased",
        "You asked us to erase something. On {{ answered }} we wrote to you what we had decided. It is done now. "
        "We have erased:",
        "{{ erased }}",
        "Our backups no longer hold it after {{ backups_until }}. Until then they are kept locked and nobody "
        "works with them.",
        "If something of it is not clear, ask for {{ contact }}: telephone {{ dpo_phone }}.",
        answered="the day of our answer",
        erased="what was erased",
        backups_until="the day after which no backup holds it",
    ),
    _K.NOT_ERASED: _request(
        "Your request {{ reference }}: something is not erased yet",
        "On {{ answered }} we wrote to you that we would erase something by {{ gone_by }}. We cannot do all of it "
        "now. We are sorry that we told you otherwise.",
        "This is still here:",
        "{{ not_erased }}",
        "{{ stopped }}",
        "As soon as nothing stops us any more, we erase it. You need not ask again.",
        "If you would like to talk about it, ask for {{ contact }}: telephone {{ dpo_phone }}.",
        answered="the day of our answer",
        gone_by="the day they were promised",
        not_erased="what is still here of what was to be erased",
        stopped="why, as far as it may be told",
    ),
    _K.WITHDRAWN: _request(
        "Your request {{ reference }}: you have taken it back",
        "On {{ received }} we received your request for {{ asked_for }}. On {{ withdrawn_on }} you told us that "
        "you no longer want it. So we have stopped working on it, and send you no other answer.",
        "{{ held_back }}",
        "If that is not what you meant, or if somebody pressed you, tell us: {{ contact }}, telephone "
        "{{ dpo_phone }}, e-mail {{ dpo_email }}. You can ask again at any time. It costs you nothing, and you "
        "need not say why.",
        withdrawn_on="the day on which they took it back",
        held_back="that what is restricted stays so until they are told, where something is",
    ),
    _K.CORRECTED: _request(
        "Your request {{ reference }}: we had written something down wrongly",
        "When we wrote down your request we made a mistake. This is what we put right:",
        "{{ corrected }}",
        "It is now a request for {{ asked_for }}, received on {{ received }}. We will answer by {{ due }}.",
        "If this is not right either, please tell us: {{ contact }}, telephone {{ dpo_phone }}, e-mail "
        "{{ dpo_email }}.",
        corrected="what was wrong, and what it says now",
    ),
    _K.RESTRICTION_LIFTED: _request(
        "Request {{ reference }}: what we held back is about to be used again",
        "Because of your request we have held back from using {{ whose }}, or a part of it. From {{ lifted_on }} "
        "we use it again.",
        "These are our reasons:",
        "{{ reasons }}",
        "If you do not agree, tell us before that day: {{ contact }}, telephone {{ dpo_phone }}, e-mail "
        "{{ dpo_email }}.",
        lifted_on="the day from which it is used again",
        reasons="why it is lifted",
    ),
    _K.RECIPIENTS_TOLD: _request(
        "Request {{ reference }}: whom we told",
        "You asked to whom we have told what was changed in {{ whose }}.",
        "{{ recipients }}",
        recipients="who was told, and who could not be",
    ),
    _K.COMPLAINT_ACKNOWLEDGED: _complaint(
        "Your complaint {{ reference }} has come",
        "Thank you for telling us. We received your complaint on {{ received }}. Its reference is "
        "{{ reference }}.",
        "Somebody who had no part in it looks into it, and we write to you again. If you want to add "
        "something: {{ contact }}, telephone {{ dpo_phone }}, e-mail {{ dpo_email }}.",
    ),
    _K.COMPLAINT_PROGRESS: _complaint(
        "Your complaint {{ reference }}: how far we are",
        "We received your complaint on {{ received }}. This is how far we are:",
        "{{ progress }}",
        progress="what has been done, and what comes next",
    ),
    _K.COMPLAINT_OUTCOME: _complaint(
        "Your complaint {{ reference }}: what we found",
        "We received your complaint on {{ received }}. This is what we found:",
        "{{ outcome }}",
        outcome="what was found, and what changes",
    ),
}
