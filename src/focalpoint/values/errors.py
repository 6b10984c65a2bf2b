"""The one exception for input that a person can put right."""


class BadInput(ValueError):
    """Input that cannot be used: says what, where and what to do.

    The message is a template with named placeholders, so that pages can translate it
    while the command line prints it in English.

    Parameters
    ----------
    message : str
        English sentence with ``%(name)s`` placeholders; it is the key for translation.
    **params
        Values for the placeholders.
    """

    def __init__(self, message: str, /, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.params))


def _rebuild(kind: type[BadInput], message: str, params: dict[str, object]) -> BadInput:
    return kind(message, **params)
