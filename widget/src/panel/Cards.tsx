import type { VNode } from "preact";
import type { Finding } from "../core/care";
import { Button } from "../ui/Button";
import { Care, Scan } from "../ui/icons";
import { useWorld } from "./world";

/** Care before sending: names what looks like patient data; the person decides. */
export function CareCard({ findings, onSend, onEdit }: { findings: Finding[]; onSend(): void; onEdit(): void }): VNode {
  const words = useWorld().words.value;
  const kinds = [...new Set(findings.map((finding) => words.careKinds[finding.kind] ?? words.careOther))];
  const list =
    kinds.length > 1 ? words.listAnd(kinds.slice(0, -1).join(", "), kinds[kinds.length - 1] ?? "") : (kinds[0] ?? "");
  return (
    <div class="card soon" role="alert">
      <h2>
        <Care /> {words.careWarning}
      </h2>
      <p>{words.careExplain(list)}</p>
      <div class="choices">
        <Button look="primary" onClick={onEdit}>
          {words.editText}
        </Button>
        <Button onClick={onSend}>{words.sendAnyway}</Button>
      </div>
    </div>
  );
}

/** A scanner typed into the message and pressed Enter: nothing was sent, and the panel asks. */
export function ScanCard({ onRemove, onKeep }: { onRemove(): void; onKeep(): void }): VNode {
  const words = useWorld().words.value;
  return (
    <div class="card soon" role="alert">
      <h2>
        <Scan /> {words.scanned}
      </h2>
      <p>{words.scannedExplain}</p>
      <div class="choices">
        <Button look="primary" onClick={onRemove}>
          {words.scannedRemove}
        </Button>
        <Button onClick={onKeep}>{words.scannedKeep}</Button>
      </div>
    </div>
  );
}
