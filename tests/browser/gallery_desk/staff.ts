// Who is there in the gallery: agents, teams, organizations, and what they say often. All invented.
import type { MeAgent } from "../../../widget/src/core/frames";

export const lakeside = { id: "o1", name: "Lakeside Hospital" };
export const harbor = { id: "o2", name: "Harbor Clinics" };
export const brigid = { id: "o3", name: "St. Brigid Medical" };
export const teams = [
  { id: "t2", name: "Clinical", level: 2 },
  { id: "t1", name: "Claims", level: 1 },
  { id: "t3", name: "Platform", level: 3 },
];
const agent = (id: string, name: string, level: number, employer: string, country: string, state: string) => ({
  id,
  name,
  level,
  employer,
  country,
  state,
  teams: ["t2"],
});
export const agents = [
  agent("a1", "Kaja Lind", 2, "Northwind", "EE", "available"),
  agent("a2", "Marco Ruiz", 1, "Meridian BPO", "MX", "available"),
  agent("a3", "Priit Tamm", 3, "Northwind", "EE", "busy"),
  agent("a4", "Helen Marsh", 4, "Northwind", "IE", "break"),
  agent("a5", "Odile Renard", 2, "Northwind", "FR", "training"),
];
export const me: MeAgent = {
  kind: "agent",
  id: "a1",
  name: "Kaja Lind",
  level: 2,
  role: "agent",
  employer: "Northwind",
  in_house: true,
  country: "EE",
  languages: ["en", "es"],
  teams: ["t2", "t1", "t3"],
  capacity: 4,
  state: "available",
  locale: "en",
  tz: "UTC",
  audience: "house",
};
export const canned = [
  { id: "k1", title: "Hello", shortcut: "hello", text: "Hello {{name}}, this is {{my_name}}. I am looking at it now." },
  {
    id: "k2",
    title: "Sign out and in",
    shortcut: "signout",
    text: "Please sign out and in once, {{name}}, then try again.",
  },
  {
    id: "k3",
    title: "Reference",
    shortcut: "ref",
    text: "Your reference is {{reference}}. You can say it on the telephone.",
  },
  { id: "k4", title: "Passing on", shortcut: "pass", text: "I am handing you to a colleague who knows this well." },
];
