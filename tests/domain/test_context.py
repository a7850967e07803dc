"""What the EHR may tell about where a contact is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside.domain.context import FIELDS, check_context, check_external, check_topic
from curbside.domain.errors import Refused

FINE = (
    ("module", "Orders"),
    ("screen", "Medication reconciliation (inpatient)"),
    ("version", "12.4.1"),
    ("build", "2026.11-rc2"),
    ("error", "ORD-4711"),
    ("error", "E 503/21"),
    ("correlation", "3f2c1b7a-9d10-4c55-8a11-0b5d2f1e6a77"),
    ("correlation", "12345678-1234-1234-1234-123456789012"),
    ("workstation", "WS-ICU-014"),
    ("screen", "Übergabe #2 + Notizen"),
    ("screen", "Account settings 12.4.100"),
    ("screen", "Bed board 4 West, beds 10-24"),
    ("screen", "Patient list"),
    ("screen", "Orders May 2026"),
    ("version", "10.2.24"),
    ("error", "ORA-01017"),
)
REFUSED = (
    ("screen", "https://ehr.example/patient/1", "not a name or a code"),
    ("screen", "www.ehr.example", "not a name or a code"),
    ("screen", "chart?id=1", "not a name or a code"),
    ("module", "a=b", "not a name or a code"),
    ("module", "dana@mercy.example", "not a name or a code"),
    ("screen", "<script>", "not a name or a code"),
    ("screen", "two\nlines", "not a name or a code"),
    ("screen", "MRN 1234567", "looks like a record number"),
    ("screen", "MRN 123-45-67", "looks like a record number"),
    ("error", "555 123 4567", "looks like a record number"),
    ("workstation", "123.456.789", "looks like a record number"),
    ("screen", "born 1980-02-29", "looks like a record number"),
    ("screen", "1980/2/9", "looks like a record number"),
    ("correlation", "1234567", "looks like a record number"),
    ("correlation", "Fern Jane", "not a name or a code"),
    ("screen", "MRN 123456", "looks like a record number"),
    ("screen", "MRN 48213 Fern Jane", "looks like a record number"),
    ("screen", "mrn48213", "looks like a record number"),
    ("screen", "MRN no. 48-213", "looks like a record number"),
    ("screen", "Patient id: 48213", "looks like a record number"),
    ("screen", "Acct 48213", "looks like a record number"),
    ("screen", "Chart #48213", "looks like a record number"),
    ("screen", "Bed 48213", "looks like a record number"),
    ("screen", "Paciente 48213", "looks like a record number"),
    ("screen", "Historia clínica 48213", "looks like a record number"),
    ("screen", "Cédula 48 213", "looks like a record number"),
    ("screen", "DOB 3/14/62", "looks like a record number"),
    ("screen", "DOB 314", "looks like a record number"),
    ("screen", "3-14-62", "looks like a record number"),
    ("screen", "14.03.1962", "looks like a record number"),
    ("screen", "14 Mar 1962", "looks like a record number"),
    ("screen", "March 14, 1962", "looks like a record number"),
    ("screen", "14 de marzo de 1962", "looks like a record number"),
    ("version", "3/14/62", "looks like a record number"),
    ("screen", "x" * 81, "too long"),
    ("screen", "", "not text"),
    ("screen", "  ", "not text"),
    ("screen", 7, "not text"),
    ("screen", None, "not text"),
    ("screen", {"a": "b"}, "not text"),
    ("url", "Orders", "unknown"),
    ("title", "Orders", "unknown"),
    ("patient", "Orders", "unknown"),
    ("Module", "Orders", "unknown"),
    ("__proto__", "Orders", "unknown"),
)


@pytest.mark.parametrize(("name", "value"), FINE)
def test_names_and_codes_pass_as_they_are(name: str, value: str) -> None:
    assert check_context({name: f" {value} "}) == {name: value}


@pytest.mark.parametrize(("name", "value", "why"), REFUSED)
def test_whatever_could_hold_a_person_is_refused_by_name(name: str, value: Any, why: str) -> None:
    with pytest.raises(Refused) as refused:
        check_context({name: value})
    assert refused.value.code == "context_field"
    assert refused.value.detail == {"field": name, "why": why}


@pytest.mark.parametrize(("name", "value", "why"), REFUSED)
def test_a_refusal_never_repeats_the_value(name: str, value: Any, why: str) -> None:
    with pytest.raises(Refused) as refused:
        check_context({name: value})
    told = f"{refused.value!r} {refused.value} {refused.value.message} {refused.value.detail}"
    if len(str(value).strip()) > 3 and value != "Orders":
        assert str(value) not in told


def test_one_bad_field_refuses_all_of_them() -> None:
    with pytest.raises(Refused):
        check_context({"module": "Orders", "url": "https://ehr.example"})


def test_a_tenant_may_add_fields_of_its_own_under_the_same_rules() -> None:
    assert check_context({"ward": "ICU"}, own_fields=("ward",)) == {"ward": "ICU"}
    with pytest.raises(Refused):
        check_context({"ward": "MRN 1234567"}, own_fields=("ward",))


def test_more_fields_than_anybody_needs_are_refused() -> None:
    own = [f"own{n}" for n in range(17)]
    with pytest.raises(Refused):
        check_context(dict.fromkeys(own, "x"), own)


@given(
    st.sampled_from(sorted(FIELDS - {"correlation"})), st.from_regex(r"[\w ]{0,9}(\d[ \-./]?){7}\w?", fullmatch=True)
)
def test_no_seven_digits_in_a_row_ever_pass(name: str, value: str) -> None:
    with pytest.raises(Refused):
        check_context({name: value})


@pytest.mark.parametrize("topic", ["Can't sign orders?", "Printer: 2 labels & no barcode", "Follow-up to K7-204", ""])
def test_an_agents_topic_may_be_a_sentence(topic: str) -> None:
    assert check_topic(f" {topic} ") == topic


@pytest.mark.parametrize(
    "topic", ["MRN 48213 can't be opened", "Fern, DOB 3/14/62", "see https://x/patient?id=1", "call 555 123 4567"]
)
def test_an_agents_topic_names_no_patient(topic: str) -> None:
    with pytest.raises(Refused, match="context_field") as refused:
        check_topic(topic)
    assert refused.value.detail == {"field": "topic", "why": "looks like a record number"}


@pytest.mark.parametrize("reference", [{"ticket": "INC0012345"}, {"jira": "SUP-4711", "crm": "0051I000002"}, {}])
def test_a_reference_names_a_ticket(reference: dict[str, str]) -> None:
    assert check_external(reference) == reference


@pytest.mark.parametrize(
    "reference",
    [
        {"mrn": "12345678"},
        {"patient": "48213"},
        {"url": "https://x/patient?id=1"},
        {"ticket": "dob 3/14/62"},
        {"ticket": "123-45-6789"},
        {"ticket": "a\nb"},
        {f"t{n}": "1" for n in range(17)},
    ],
)
def test_a_reference_names_no_patient_and_no_page(reference: dict[str, str]) -> None:
    with pytest.raises(Refused, match="context_field") as refused:
        check_external(reference)
    assert refused.value.detail is not None and refused.value.detail["field"] == "external"
