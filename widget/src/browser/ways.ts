// The ways from this workstation to the server: its WebSocket, what stands in for it, and its relays, each tried alone.

const PATIENCE = 8_000;
const ID = "check".padEnd(22, "A");

export interface Relay {
  urls: string[];
  username: string;
  credential: string;
}

export interface Ways {
  known: boolean;
  relays: Relay[];
  echo: boolean;
}

/** POST as whoever checks: a person with their token, or nobody. */
export type Ask = (path: string, body: object) => Promise<Response>;

/** Whether a WebSocket opens and passes something: the server's answer to a token that is none. */
export function socketWorks(origin: string): Promise<boolean> {
  return new Promise((tell) => {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/v1/socket`);
    const end = (works: boolean) => {
      clearTimeout(timer);
      socket.close();
      tell(works);
    };
    const timer = setTimeout(() => end(false), PATIENCE);
    const hello = { type: "hello", version: 1, token: "check", device: ID, tab: ID, cursors: {} };
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = () => end(true);
    socket.onclose = () => end(false);
  });
}

/** Whether the server is reached where no WebSocket is. */
export async function streamWorks(ask: Ask): Promise<boolean> {
  try {
    const answer = await ask("/v1/check", {});
    return answer.headers.get("content-type")?.includes("json") === true;
  } catch {
    return false;
  }
}

export type Reached = "works" | "answers" | "refused" | "unnamed" | "failed";

/** Reach a relay by one address: it works, answers a stranger, refuses whom it should know, has no such name; or nothing. */
export function reach(relay: Relay, url: string, known: boolean): Promise<Reached> {
  return new Promise((tell) => {
    const iceServers = [{ urls: url, username: relay.username, credential: relay.credential }];
    const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
    let found: Reached = "failed";
    const end = (works: boolean) => {
      clearTimeout(timer);
      connection.close();
      tell(works ? "works" : found);
    };
    const timer = setTimeout(() => end(false), PATIENCE);
    connection.onicecandidateerror = ({ errorCode, errorText }) => {
      if (errorCode === 401) found = known ? "refused" : "answers";
      else if (/lookup/iu.test(errorText)) found = "unnamed";
      if (found !== "failed") end(false);
    };
    connection.onicecandidate = ({ candidate }) => {
      if (!candidate) end(false);
      else if (candidate.type === "relay") end(true);
    };
    connection.createDataChannel("check");
    void connection.setLocalDescription().catch(() => end(false));
  });
}
