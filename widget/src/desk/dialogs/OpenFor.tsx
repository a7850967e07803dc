import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Contact } from "../../core/frames";
import type { Opening } from "../acts";
import { useWorld } from "../world";
import { Field } from "./Field";
import type { Option } from "./Picker";
import { PickForm } from "./PickForm";

const channels = ["phone", "email", "social"] as const;

/** Open a conversation for somebody who telephoned, or whom one has to tell something. */
export function OpenFor(): VNode {
  const { words, acts } = useWorld();
  const [query, setQuery] = useState("");
  const [topic, setTopic] = useState("");
  const [channel, setChannel] = useState<Opening["channel"]>("phone");
  const [test, setTest] = useState(false);
  const { options, none } = useContacts(query);
  return (
    <PickForm
      title={words.openTitle}
      find={words.openFind}
      options={options}
      none={none}
      missing={words.openMissing}
      query={query}
      onQuery={setQuery}
      label={words.open}
      send={(to) => acts.openFor({ id: to.id, name: to.title }, { topic: topic.trim(), channel, test })}
    >
      {() => (
        <>
          <Field label={words.openTopic}>
            {(id) => (
              <input
                id={id}
                type="text"
                dir="auto"
                maxLength={80}
                value={topic}
                onInput={(event) => setTopic(event.currentTarget.value)}
              />
            )}
          </Field>
          <fieldset class="choices">
            <legend>{words.openChannel}</legend>
            {channels.map((each) => (
              <label key={each}>
                <input type="radio" name="channel" checked={channel === each} onChange={() => setChannel(each)} />
                {{ phone: words.openPhone, email: words.openMail, social: words.openSocial }[each]}
              </label>
            ))}
          </fieldset>
          <fieldset class="choices">
            <legend>{words.openKind}</legend>
            <label>
              <input type="checkbox" checked={test} onChange={() => setTest(!test)} />
              {words.openTest}
            </label>
          </fieldset>
        </>
      )}
    </PickForm>
  );
}

/** Contacts by name: asked for once typing pauses. */
function useContacts(query: string): { options: Option[]; none: string } {
  const { ask, words } = useWorld();
  const [found, setFound] = useState<Contact[]>([]);
  const [none, setNone] = useState(words.openType);
  useEffect(() => {
    setFound([]);
    if (query.trim().length < 3) return setNone(words.openType);
    setNone(words.searching);
    const asking = new AbortController();
    const soon = setTimeout(() => {
      ask.contacts(query.trim(), asking.signal).then(
        (contacts) => {
          setFound(contacts);
          setNone(words.openNone);
        },
        () => {
          if (!asking.signal.aborted) setNone(words.searchFailed);
        },
      );
    }, 180);
    return () => {
      clearTimeout(soon);
      asking.abort();
    };
  }, [query, ask, words]);
  const options = found.map((contact) => ({
    id: contact.id,
    title: contact.name,
    more: [contact.role, contact.organization.name].filter(Boolean).join(" · "),
  }));
  return { options, none };
}
