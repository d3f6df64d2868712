"""First wordings of what people are asked, drafted for the Data Protection Officer to publish or better."""

from consent.purposes import Purpose

_YOUR_CHOICE = (
    "You can say no, and we will still work with you. You can change your mind on any day, in any way: "
    "tell any of us, and we stop from that moment. What was shared before then cannot be called back."
)

DRAFTS: dict[Purpose, str] = {
    Purpose.WORKING_TOGETHER: (
        "I agree that the charity and the agency named on this form talk to each other about me, so that "
        "they can help me together. They tell each other only what the help needs.\n\n"
        + _YOUR_CHOICE
    ),
    Purpose.REFERRING_ON: (
        "I agree that the charity refers me to the agency named on this form, and tells it who I am, how "
        "to reach me, and what I need help with.\n\n" + _YOUR_CHOICE
    ),
    Purpose.ASKING: (
        "I agree that the charity asks the agency named on this form what it knows about me that matters "
        "for the help I get here. To ask, it has to say that I come to the charity.\n\n"
        + _YOUR_CHOICE
    ),
    Purpose.REPORT: (
        "I agree that the charity writes a report or letter about me for the agency named on this form. I "
        "can read it before it is sent.\n\n" + _YOUR_CHOICE
    ),
    Purpose.RESEARCH: (
        "I agree that information by which I can be recognised is used to plan services or for research. "
        "Where another organisation does that work, it is named on this form. Nothing that is "
        "published will let anybody know me.\n\n" + _YOUR_CHOICE
    ),
    Purpose.SENSITIVE_DETAILS: (
        "I agree that the charity keeps what I chose to tell about my ethnic origin, religion or belief, "
        "health or disability, sexual orientation or gender, for the reason I was given when I was "
        "asked.\n\nYou can say no, and we will still work with you. You can change your mind on any day: "
        "tell any of us, and we stop using these details."
    ),
}
