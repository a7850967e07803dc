"""Who works in the make-believe EHR. Everybody here is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organization:
    """A customer of the EHR's vendor."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in."""

    id: str
    name: str
    role: str
    unit: str
    organization: Organization
    locale: str
    tz: str
    tone: int

    @property
    def initials(self) -> str:
        """Return the letters that stand in for a picture."""
        words = [word for word in self.name.split() if not word.endswith(".")]
        return words[0][0] + words[-1][0]


BRANNOC = Organization("st-brannoc", "St. Brannoc General")
AURORA = Organization("clinica-aurora", "Clínica Nueva Aurora")

PEOPLE = {
    person.id: person
    for person in (
        Person("dana", "Dana Whitlock", "Registered nurse", "4 West", BRANNOC, "en", "America/New_York", 1),
        Person("ravi", "Dr. Ravi Menon", "Physician", "Internal medicine", BRANNOC, "en", "America/New_York", 2),
        Person("jo", "Jo Lindgren", "Billing clerk", "Revenue office", BRANNOC, "en", "America/Chicago", 3),
        Person("lucia", "Lucía Ferrer", "Enfermera", "Urgencias", AURORA, "es", "America/Mexico_City", 4),
    )
}
