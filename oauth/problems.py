"""What a verb says when it will not do what it was asked: once, for the form, the API and the command alike."""


class Invalid(Exception):
    """`messages` maps a property to what is wrong with it, in sentences that say what to do; `""` is the whole."""

    def __init__(self, messages: dict[str, list[str]]) -> None:
        super().__init__("; ".join(message for group in messages.values() for message in group))
        self.messages = messages
