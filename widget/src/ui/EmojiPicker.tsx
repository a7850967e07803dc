import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useReader } from "./reader";

// A small set, chosen for a workplace; each with words to find it by, English then Spanish.
const EMOJI: [string, string][] = [
  ["👍", "thumbs up yes good ok · sí bien vale"],
  ["👎", "thumbs down no bad · no mal"],
  ["🙏", "thanks please · gracias por favor"],
  ["👏", "clap well done · aplauso bravo"],
  ["👋", "wave hello bye · hola adiós"],
  ["👌", "ok perfect · perfecto"],
  ["💪", "strong · fuerza"],
  ["🤝", "handshake agreed · acuerdo"],
  ["🙂", "smile · sonrisa"],
  ["😊", "happy · contento feliz"],
  ["😀", "grin · alegre"],
  ["😂", "laugh joy · risa"],
  ["😅", "relief sweat · alivio"],
  ["😉", "wink · guiño"],
  ["😍", "love · encanta"],
  ["🤔", "thinking hmm · pensar"],
  ["😐", "neutral · neutral"],
  ["😕", "confused · confuso"],
  ["😟", "worried · preocupado"],
  ["😢", "sad cry · triste"],
  ["😱", "shock fear · susto"],
  ["😤", "frustrated · frustrado"],
  ["😴", "tired sleep · cansado sueño"],
  ["🤒", "ill sick · enfermo"],
  ["❤️", "heart · corazón"],
  ["🎉", "party done · fiesta"],
  ["✅", "check done · hecho"],
  ["❌", "cross wrong no · error"],
  ["⚠️", "warning · aviso"],
  ["❓", "question · pregunta"],
  ["❗", "important · importante"],
  ["⏳", "wait time · esperar"],
  ["⏰", "alarm urgent · urgente"],
  ["📞", "phone call · teléfono llamada"],
  ["💻", "computer laptop · ordenador"],
  ["🖨️", "printer · impresora"],
  ["🖱️", "mouse · ratón"],
  ["📎", "attachment · adjunto"],
  ["📄", "document page · documento"],
  ["🔒", "lock access · acceso bloqueo"],
  ["🔁", "again repeat · repetir"],
  ["👀", "look eyes · mirar"],
  ["☕", "coffee break · café pausa"],
  ["🩺", "doctor stethoscope · médico"],
  ["💊", "medication pill · medicina"],
  ["🏥", "hospital · hospital"],
  ["🌙", "night shift · noche turno"],
  ["👩‍⚕️", "nurse health · enfermera"],
];
const ACROSS = 8;

/** A small emoji picker: search, a grid, arrow keys; Escape closes it and gives the focus back. */
export function EmojiPicker({ onChoose, onClose }: { onChoose(emoji: string): void; onClose(): void }): VNode {
  const { words } = useReader();
  const [query, setQuery] = useState("");
  const search = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => search.current?.focus(), []);
  const found = EMOJI.filter(([, names]) => names.includes(query.trim().toLowerCase()));
  const leave = (event: FocusEvent) => {
    if (event.relatedTarget && !box.current?.contains(event.relatedTarget as Node)) onClose();
  };
  return (
    <div
      ref={box}
      class="emoji"
      role="dialog"
      aria-label={words.emoji}
      tabIndex={-1}
      onKeyDown={(event) => pressed(event, onClose)}
      onFocusOut={leave}
    >
      <input
        ref={search}
        type="search"
        placeholder={words.searchEmoji}
        aria-label={words.searchEmoji}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <div class="emoji-grid">
        {found.map(([emoji, names]) => (
          <button
            key={emoji}
            type="button"
            aria-label={names.split(" · ")[words.locale === "es" ? 1 : 0]}
            onClick={() => onChoose(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
      {found.length ? null : <p role="status">{words.noEmoji}</p>}
    </div>
  );
}

function pressed(event: KeyboardEvent, onClose: () => void): void {
  if (event.key === "Escape") {
    event.stopPropagation();
    onClose();
    return;
  }
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS }[event.key];
  if (!step) return;
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".emoji-grid button")];
  const here = buttons.indexOf(document.activeElement as HTMLElement);
  if (here < 0 && event.key !== "ArrowDown") return;
  event.preventDefault();
  (buttons[here < 0 ? 0 : here + step] ?? (event.currentTarget as HTMLElement).querySelector("input"))?.focus();
}
