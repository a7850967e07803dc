"""A context that is refused must not cost the question: the same key is good for another try."""

from __future__ import annotations

import pytest

from curbside.actions.conversation import Conversations
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.domain import commands as ask
from curbside.domain.errors import Refused
from tests import builders


async def test_what_was_refused_leaves_no_receipt_and_its_key_may_be_used_again(installation: Installation) -> None:
    directory = Directory(installation)
    await directory.start()
    conversations = Conversations(installation, directory)
    dana = await builders.contact(installation)
    start = ask.Start(key=builders.new_id(), conversation=builders.new_id(), context={"module": "Chart 1234567"})
    with pytest.raises(Refused, match="context_field") as refused:
        await conversations.perform(dana, start)
    assert (refused.value.detail or {})["field"] == "module" and "1234567" not in str(refused.value.detail)
    without = ask.Start(key=start.key, conversation=start.conversation, context={})
    done = await conversations.perform(dana, without)
    assert done.result["reference"] and not done.duplicate
