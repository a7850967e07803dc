import type { VNode } from "preact";
import { IconButton } from "../../ui/Button";
import { Face } from "../../ui/Face";
import { Close } from "../../ui/icons";
import { due } from "../model/due";
import { held } from "../model/held";
import type { Talk } from "../model/talk";
import { countdown, moment } from "../model/times";
import { Ring, toneClass } from "../parts/Ring";
import { useWorld } from "../world";
import { Before } from "./Before";

/** The right column: who this is, what was promised, where they are, who works on it, what was before. */
export function Side(): VNode {
  const { words, talk, view, dispatch } = useWorld();
  const open = view.value.details;
  return (
    <aside class={`side${open ? " open" : ""}`} aria-label={words.details}>
      <IconButton
        class="side-close"
        icon={Close}
        label={words.hideDetails}
        onClick={() => dispatch({ kind: "details", open: false })}
      />
      {talk.value ? <About talk={talk.value} /> : null}
    </aside>
  );
}

function About({ talk }: { talk: Talk }): VNode {
  return (
    <>
      <Who talk={talk} />
      <Promised talk={talk} />
      <Where talk={talk} />
      <Owner talk={talk} />
      <Facts talk={talk} />
      {talk.contact ? <Before key={talk.contact.id} contact={talk.contact.id} except={talk.conversation} /> : null}
    </>
  );
}

function Who({ talk }: { talk: Talk }): VNode {
  const { desk, words } = useWorld();
  const contact = talk.contact;
  const at = desk.state.value.contactAt[talk.conversation];
  const name = contact?.name ?? "";
  return (
    <div class="person">
      <Face name={name} here={at === "here"} large />
      <div>
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <small>{[contact?.role, contact?.organization.name].filter(Boolean).join(" · ")}</small>
        {at ? <small class="here-text">{words.at[at]}</small> : null}
      </div>
    </div>
  );
}

function Promised({ talk }: { talk: Talk }): VNode | null {
  const { words, reader, now } = useWorld();
  const at = now.value;
  const mark = talk.row && talk.status !== "resolved" ? due(talk.row, at) : null;
  if (!talk.followed && talk.status !== "pending") return null;
  if (!mark || !talk.row?.due_at) {
    return (
      <section class="promise calm" aria-label={words.promise}>
        <Ring filled={0.03} size={32} />
        <p>
          <b>{held(talk, words, at, reader)}</b>
        </p>
      </section>
    );
  }
  const by = moment(talk.row.due_at, at, reader);
  const left = countdown(Math.abs(mark.left), reader);
  return (
    <section class={`promise ${toneClass(mark.tone, talk.urgency)}`} aria-label={words.promise}>
      <Ring filled={mark.filled} size={32} />
      <p>
        <b>{talk.agent ? words.nextUpdateBy(by) : words.nextAnswerBy(by)}</b>
        <small class="num">{mark.tone === "late" ? words.lateBy(left) : words.inTime(left)}</small>
      </p>
    </section>
  );
}

function Where({ talk }: { talk: Talk }): VNode {
  const { words } = useWorld();
  const names: Record<string, string> = {
    module: words.module,
    screen: words.screen,
    error: words.error,
    version: words.version,
    correlation: words.correlation,
    workstation: words.workstation,
  };
  const fields = Object.entries(talk.context);
  return (
    <section>
      <h3>{words.where}</h3>
      {fields.length === 0 ? <small>{words.nowhere}</small> : null}
      <dl class="facts">
        {fields.map(([field, value]) => (
          <div key={field}>
            <dt>{names[field] ?? field.replace(/^x_/, "").replace(/_/g, " ")}</dt>
            <dd>
              {field === "error" || field === "correlation" ? <code class={field}>{value}</code> : <bdi>{value}</bdi>}
            </dd>
          </div>
        ))}
        {Object.entries(talk.external).map(([system, reference]) => (
          <div key={`external:${system}`}>
            <dt>
              <bdi>{system}</bdi>
            </dt>
            <dd>
              <code>{reference}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Owner({ talk }: { talk: Talk }): VNode {
  const { words } = useWorld();
  const agent = talk.agent;
  const card =
    agent?.employer && agent.level && agent.country ? words.ownerOf(agent.employer, agent.level, agent.country) : "";
  return (
    <section>
      <h3>{words.owner}</h3>
      {agent ? (
        <p class="owner">
          <Face name={agent.name} />
          <span>
            <b>{talk.mine ? words.you : agent.name}</b>
            <small>{card}</small>
          </span>
        </p>
      ) : (
        <small>{words.nobodyYet}</small>
      )}
    </section>
  );
}

function Facts({ talk }: { talk: Talk }): VNode {
  const { words, reader, now } = useWorld();
  const rows: [string, string | null][] = [
    [words.reference, talk.reference || null],
    [words.topic, talk.topic || null],
    [words.team, talk.team?.name ?? null],
    [words.opened, talk.createdAt ? moment(talk.createdAt, now.value, reader) : null],
    [words.rating, talk.rating ? words.ratingOf(talk.rating) : null],
  ];
  return (
    <section>
      <h3>{words.about}</h3>
      <dl class="facts">
        {rows.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="num">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  );
}
