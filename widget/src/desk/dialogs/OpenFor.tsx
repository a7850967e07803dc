import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Contact } from "../../core/frames";
import type { Opening } from "../acts";
import { Dialog } from "../parts/Dialog";
import { useWorld } from "../world";
import { Field, Foot } from "./Field";
import { type Option, Picker } from "./Picker";

const channels = ["phone", "email", "social"] as const;

/** Open a conversation for somebody who telephoned, or whom one has to tell something. */
export function OpenFor(): VNode {
  const { words, acts, dispatch } = useWorld();
  const [query, setQuery] = useState("");
  const [to, setTo] = useState<Option | null>(null);
  const [topic, setTopic] = useState("");
  const [channel, setChannel] = useState<Opening["channel"]>("phone");
  const [test, setTest] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const { options, none } = useContacts(query);
  const close = () => dispatch({ kind: "dialog", dialog: null });
  const submit = async () => {
    setTried(true);
    if (busy || !to) return;
    setBusy(true);
    const ok = await acts.openFor({ id: to.id, name: to.title }, { topic: topic.trim(), channel, test });
    setBusy(false);
    if (ok) close();
  };
  return (
    <Dialog title={words.openTitle} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Picker
          label={words.openFind}
          options={options}
          query={query}
          onQuery={setQuery}
          chosen={to}
          onChoose={setTo}
          none={none}
          problem={tried && !to ? words.openMissing : null}
        />
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
        <Foot label={words.open} busy={busy} />
      </form>
    </Dialog>
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
