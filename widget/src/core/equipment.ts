// What a check of this workstation found, in codes: the server takes no others, and no name of a device. Pure.

export type DeviceCode =
  | "works"
  | "ready"
  | "silent"
  | "dark"
  | "denied"
  | "system"
  | "forbidden"
  | "missing"
  | "busy"
  | "untested";

/** As the verb `equipment` has it. */
export interface Found {
  microphone: Exclude<DeviceCode, "dark">;
  camera: Exclude<DeviceCode, "silent">;
  line: "socket" | "stream" | "untested";
  relay: Way | "none" | "untested";
  echo: "works" | "failed" | "untested";
}

export type Way = "udp" | "tcp" | "tls";
export type Step = "browser" | "microphone" | "camera" | "screen" | "socket" | "stream" | Way | "relay" | "echo";
/** One line of a check: how it stands, and which sentence says so. */
export interface Result {
  step: Step;
  state: "waiting" | "trying" | "good" | "notice" | "bad";
  code: string;
}

export const UNTESTED: Found = {
  microphone: "untested",
  camera: "untested",
  line: "untested",
  relay: "untested",
  echo: "untested",
};

const HINDERS: ReadonlySet<string> = new Set(["denied", "system", "forbidden", "missing", "busy"]);

/** Whether nothing can come of a device as it is. */
export const hinders = (code: string): boolean => HINDERS.has(code);

/** By which way an address of a relay is reached. */
export function wayOf(url: string): Way {
  if (url.startsWith("turns:")) return "tls";
  return url.includes("transport=tcp") ? "tcp" : "udp";
}

/** What of a check the agent is told: of the ways to a relay the best that works. */
export function foundBy(results: readonly Result[]): Found {
  const code = (step: Step) => results.find((each) => each.step === step && each.state !== "waiting")?.code;
  const good = (step: Step) => results.some((each) => each.step === step && each.state === "good");
  const ways = (["udp", "tcp", "tls"] as const).filter((way) => code(way) !== undefined);
  const echo = code("echo");
  return {
    microphone: (code("microphone") ?? "untested") as Found["microphone"],
    camera: (code("camera") ?? "untested") as Found["camera"],
    line: good("socket") ? "socket" : good("stream") ? "stream" : "untested",
    relay: ways.find(good) ?? (ways.length > 0 ? "none" : "untested"),
    echo: echo === "works" || echo === "failed" ? echo : "untested",
  };
}

/** Whether two checks found the same. */
export const isSame = (one: Found | null, other: Found): boolean => JSON.stringify(one) === JSON.stringify(other);
