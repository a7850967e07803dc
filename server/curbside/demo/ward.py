"""What the make-believe EHR shows: invented patients, orders and claims, with names that nobody could take for real."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vital:
    """A measurement over the last hours, oldest first."""

    name: str
    unit: str
    values: tuple[float, ...]
    shown: str

    @property
    def line(self) -> str:
        """Return the points of a line 100 wide and 28 high."""
        low, high = min(self.values), max(self.values)
        span = (high - low) or 1
        step = 100 / (len(self.values) - 1)
        points = (f"{i * step:.1f},{26 - 24 * (value - low) / span:.1f}" for i, value in enumerate(self.values))
        return " ".join(points)


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody on the worklist."""

    id: str
    name: str
    born: str
    room: str
    reason: str
    task: str
    due: str
    state: str
    allergies: str = "None known"
    vitals: tuple[Vital, ...] = ()
    medicines: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderSet:
    """Orders that are signed together. One of them fails, on purpose, since last night's update."""

    id: str
    name: str
    lines: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A bill on its way to a payer."""

    number: str
    patient: str
    payer: str
    amount: str
    state: str
    hint: str = field(default="")


_VITALS = (
    Vital("Heart rate", "bpm", (88, 92, 95, 91, 86, 84, 82, 83), "83"),
    Vital("Blood pressure", "mmHg", (148, 142, 139, 141, 136, 132, 131, 128), "128 / 76"),
    Vital("Oxygen", "%", (92, 93, 93, 94, 95, 96, 96, 97), "97"),
    Vital("Temperature", "°C", (38.4, 38.3, 38.1, 37.9, 37.8, 37.5, 37.3, 37.2), "37.2"),
)
_MEDICINES = (
    ("Enoxaparin", "40 mg, under the skin", "Once a day, 08:00"),
    ("Metoprolol", "25 mg, by mouth", "Twice a day, 08:00 and 20:00"),
    ("Paracetamol", "1 g, by mouth", "As needed, up to four times a day"),
)
_NOTES = (
    (
        "Day team, 07:40",
        "Slept well, walking with one stick. Oxygen weaned to room air overnight. Plan: repeat bloods.",
    ),
    ("Night nurse, 03:12", "Comfortable. Pain 2 of 10 after paracetamol. Left calf measured, unchanged."),
)

PATIENTS = {
    patient.id: patient
    for patient in (
        Patient(
            "fern",
            "Fern Testworth",
            "71 y",
            "412-A",
            "Leg swelling, day 2",
            "Sign heparin orders",
            "Now",
            "late",
            "Penicillin",
            _VITALS,
            _MEDICINES,
            _NOTES,
        ),
        Patient(
            "otto",
            "Otto Samplesen",
            "58 y",
            "407-B",
            "Pneumonia, day 4",
            "Morning medicines",
            "08:00",
            "soon",
            vitals=_VITALS,
            medicines=_MEDICINES,
            notes=_NOTES,
        ),
        Patient(
            "ada",
            "Ada Placeholder",
            "34 y",
            "415-A",
            "After appendectomy",
            "Dressing change",
            "09:30",
            "later",
            "Latex",
            _VITALS,
            _MEDICINES,
            _NOTES,
        ),
        Patient(
            "milo",
            "Milo Mockridge",
            "66 y",
            "409-A",
            "Heart failure, day 3",
            "Weigh and record",
            "10:00",
            "later",
            vitals=_VITALS,
            medicines=_MEDICINES,
            notes=_NOTES,
        ),
        Patient(
            "rosa",
            "Rosa Ejemplo",
            "45 y",
            "418-B",
            "Observation",
            "Discharge papers",
            "11:15",
            "later",
            vitals=_VITALS,
            medicines=_MEDICINES,
            notes=_NOTES,
        ),
        Patient(
            "basil",
            "Basil Fictionby",
            "80 y",
            "403-A",
            "Hip repair, day 1",
            "Physiotherapy",
            "13:00",
            "later",
            "Codeine",
            _VITALS,
            _MEDICINES,
            _NOTES,
        ),
    )
}

ORDER_SETS = {
    each.id: each
    for each in (
        OrderSet(
            "heparin",
            "Heparin infusion, DVT protocol",
            ("Heparin bolus, 80 units/kg", "Heparin infusion, 18 units/kg/h", "aPTT every 6 hours"),
            "ORD-417",
        ),
        OrderSet("morning", "Morning bloods", ("Full blood count", "Kidney function", "C-reactive protein")),
        OrderSet("pain", "Simple pain relief", ("Paracetamol 1 g, up to four times a day", "Ibuprofen 400 mg")),
    )
}

CLAIMS = (
    Claim("CL-20418", "Fern Testworth", "Example Mutual", "$4,210.00", "Held", "Modifier missing on line 3"),
    Claim("CL-20417", "Otto Samplesen", "Placeholder Health", "$12,876.50", "Ready"),
    Claim("CL-20415", "Ada Placeholder", "Example Mutual", "$8,340.25", "Ready"),
    Claim("CL-20409", "Milo Mockridge", "State of Nowhere", "$6,102.75", "Sent"),
    Claim("CL-20402", "Rosa Ejemplo", "Seguro Ejemplo", "$940.00", "Paid"),
    Claim("CL-20398", "Basil Fictionby", "Placeholder Health", "$15,220.00", "Paid"),
)
