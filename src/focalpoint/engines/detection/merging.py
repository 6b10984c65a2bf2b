"""The same rise in neighbouring periods is one event, told again only if it grows."""

from dataclasses import dataclass, field
from math import log

from focalpoint.engines.detection.default import Event

GROWTH = log(10.0)  # how much rarer by chance before it is told again
PAUSE = 13  # periods without an alarm after which a new event begins


@dataclass(slots=True)
class Story:
    """One event through time: ``first`` and ``last`` alarm, and those told again."""

    number: int
    first: Event
    last: Event
    told: list[Event] = field(default_factory=list)
    strongest: float = 1.0


@dataclass(slots=True)
class Stories:
    """Remembers what has been told, run after run."""

    open: dict[str, Story] = field(default_factory=dict)
    all: list[Story] = field(default_factory=list)

    def add(self, event: Event) -> tuple[Story, bool]:
        """The story an event belongs to, and whether it is to be told (again)."""
        names = [event.series, *event.merged]
        story = next((self.open[n] for n in names if n in self.open), None)
        if story is None or event.period - story.last.period > PAUSE:
            story = Story(len(self.all) + 1, event, event, [event], event.p)
            self.all.append(story)
            told = True
        else:
            told = (
                log(max(event.p, 1e-300)) <= log(max(story.strongest, 1e-300)) - GROWTH
            )
            story.last = event
            if told:
                story.told.append(event)
                story.strongest = event.p
        for name in names:
            self.open[name] = story
        return story, told
