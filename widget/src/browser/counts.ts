// What a connection says of itself: its statistics, as the core takes them, and its description, as the other side does.
import type { Sample } from "../core/measure";

interface Stat {
  type: string;
  bytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  currentRoundTripTime?: number;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  candidateType?: string;
}

/** One sample out of the browser's statistics; `before` remembers what was counted last time. */
export function read(report: ReadonlyMap<string, Stat>, before: { received: number; lost: number }): Sample {
  const all = [...report.values()];
  const transport = all.find(({ type }) => type === "transport");
  const way = report.get(transport?.selectedCandidatePairId ?? "");
  const inbound = all.filter(({ type }) => type === "inbound-rtp");
  const sum = (name: "packetsReceived" | "packetsLost") =>
    inbound.reduce((whole, each) => whole + (each[name] ?? 0), 0);
  const [received, lost] = [sum("packetsReceived"), Math.max(0, sum("packetsLost"))];
  const [gotNow, lostNow] = [Math.max(0, received - before.received), Math.max(0, lost - before.lost)];
  Object.assign(before, { received, lost });
  return {
    bytes: transport?.bytesReceived ?? 0,
    lost: gotNow + lostNow > 0 ? lostNow / (gotNow + lostNow) : 0,
    rtt: way?.currentRoundTripTime === undefined ? null : way.currentRoundTripTime * 1000,
    relayed: report.get(way?.localCandidateId ?? "")?.candidateType === "relay",
  };
}

/** Let the other side send nothing while nobody speaks, and so much twice that a lost packet is not heard. */
export const spoken = (sdp: string): string => sdp.replace(/useinbandfec=1(?!;usedtx)/gu, "useinbandfec=1;usedtx=1");
