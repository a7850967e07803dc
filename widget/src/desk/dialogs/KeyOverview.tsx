import type { VNode } from "preact";
import { commandsOf, type Group } from "../commands";
import { Dialog } from "../parts/Dialog";
import { Keys } from "../parts/Keys";
import { useWorld } from "../world";

/** Every key there is, read from the same table that makes them work. */
export function KeyOverview(): VNode {
  const { desk, words, dispatch, preferences } = useWorld();
  const all = commandsOf(words, desk.state.value).filter(({ keys }) => keys.length > 0);
  const writing: [string, string][] = [
    [words.sendKey, preferences.value.enterSends ? "Enter" : "mod+Enter"],
    [words.canned2, "/"],
    [words.mention2, "@"],
    [words.leaveWriting, "Escape"],
  ];
  const groups: [Group, string][] = [
    ["move", words.groupMove],
    ["act", words.groupAct],
    ["call", words.groupCall],
    ["write", words.groupWrite],
    ["me", words.groupMe],
  ];
  return (
    <Dialog title={words.keysTitle} class="wide" onClose={() => dispatch({ kind: "dialog", dialog: null })}>
      <p class="keys-text">{words.keysText}</p>
      <div class="key-groups">
        {groups.map(([group, name]) => (
          <section key={group}>
            <h3>{name}</h3>
            <dl>
              {all
                .filter((command) => command.group === group)
                .map((command) => (
                  <KeyLine key={command.id} name={command.title(words)} keys={command.keys[0] as string} />
                ))}
              {group === "write"
                ? writing.map(([title, keys]) => <KeyLine key={title} name={title} keys={keys} />)
                : null}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function KeyLine({ name, keys }: { name: string; keys: string }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Keys keys={keys} />
      </dd>
    </div>
  );
}
