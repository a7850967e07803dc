// Messages from other windows: the panel hears its own parent, the launcher its own frame, each from one origin.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FromHost, FromPanel } from "../../widget/src/core/bridge";

const EHR = "https://ehr.example";
const HELP = "https://help.example";
const EVIL = "https://evil.example";

/** A window that remembers what was posted to it. */
class Pane extends EventTarget {
  posted: { data: Record<string, unknown>; to: string }[] = [];
  parent: Pane = this;
  postMessage(data: Record<string, unknown>, to: string) {
    this.posted.push({ data, to });
  }
}

class Frame extends EventTarget {
  contentWindow: Pane | null = new Pane();
  hidden = false;
  title = "";
  allow = "";
  referrerPolicy = "";
  src = "";
  click() {
    this.dispatchEvent(new Event("click"));
  }
}

function message(from: { source: unknown; origin: string; data: unknown }): Event {
  return Object.assign(new Event("message"), from);
}

describe("the panel", () => {
  const NONCE = "the-nonce";
  const hello = { curbside: 1, nonce: NONCE, type: "hello" };
  let host: Pane;
  let own: Pane;
  let heard: FromHost[];
  let tell: (message: FromPanel) => void;

  beforeEach(async () => {
    host = new Pane();
    own = new Pane();
    own.parent = host;
    vi.stubGlobal("window", own);
    vi.stubGlobal("addEventListener", own.addEventListener.bind(own));
    vi.stubGlobal("removeEventListener", own.removeEventListener.bind(own));
    const { connectHost } = await import("../../widget/src/panel/host");
    heard = [];
    tell = connectHost([EHR, "https://other-ehr.example"], NONCE, (each) => heard.push(each)).tell;
  });
  const says = (source: unknown, origin: string, data: unknown) => own.dispatchEvent(message({ source, origin, data }));

  it("hears its parent from an origin of the tenant's, and answers that one only", () => {
    says(host, EHR, hello);
    expect(heard.map((each) => each.type)).toEqual(["hello"]);
    tell({ type: "unread", count: 1 });
    expect(host.posted.map((each) => each.to)).toEqual([EHR]);
  });

  it("does not hear a window that is not its parent", () => {
    says(new Pane(), EHR, hello);
    says(null, EHR, hello);
    expect(heard).toEqual([]);
  });

  it("does not hear itself when it stands alone", () => {
    own.parent = own;
    says(own, EHR, hello);
    expect(heard).toEqual([]);
  });

  it("does not hear its parent from an origin that is not the tenant's", () => {
    says(host, EVIL, hello);
    says(host, "null", hello);
    expect(heard).toEqual([]);
    tell({ type: "unread", count: 1 });
    expect(host.posted).toEqual([]);
  });

  it("stays with the origin of the first hello, though another of the tenant's speaks", () => {
    says(host, EHR, hello);
    says(host, "https://other-ehr.example", { ...hello, type: "open" });
    expect(heard.map((each) => each.type)).toEqual(["hello"]);
    says(host, EHR, { ...hello, type: "open" });
    expect(heard.map((each) => each.type)).toEqual(["hello", "open"]);
  });

  it("hears nothing before a hello, and nothing with another nonce", () => {
    says(host, EHR, { ...hello, type: "open" });
    says(host, EHR, { ...hello, nonce: "guessed" });
    expect(heard).toEqual([]);
  });
});

describe("the launcher", () => {
  let page: Pane;
  let frame: Frame;
  let heard: FromPanel[];
  let nonce: string;
  let post: (message: FromHost) => unknown;

  beforeEach(async () => {
    vi.resetModules();
    page = new Pane();
    frame = new Frame();
    vi.stubGlobal("window", page);
    vi.stubGlobal("document", { createElement: (name: string) => (name === "iframe" ? frame : new Frame()) });
    const { openFrame } = await import("../../widget/src/launcher/frame");
    heard = [];
    const body = { appendChild: () => frame } as unknown as Node;
    const first = (): FromHost => ({ type: "open" });
    post = openFrame({ origin: HELP, tenant: "northwind" }, body, "Help", first, (each) => heard.push(each)).post;
    nonce = frame.src.split("#n=")[1] ?? "";
    expect(nonce).not.toBe("");
  });
  const says = (source: unknown, origin: string, fields: object = {}) =>
    page.dispatchEvent(message({ source, origin, data: { curbside: 1, nonce, type: "unread", count: 7, ...fields } }));

  it("hears its frame from Curbside's origin", () => {
    says(frame.contentWindow, HELP);
    expect(heard).toEqual([{ type: "unread", count: 7 }]);
  });

  it("does not hear another window, though it knows the nonce", () => {
    says(new Pane(), HELP);
    says(page, HELP);
    expect(heard).toEqual([]);
  });

  it("does not hear its frame once that shows a page of another origin", () => {
    says(frame.contentWindow, EVIL);
    says(frame.contentWindow, "null");
    expect(heard).toEqual([]);
  });

  it("does not hear anybody once the frame is gone", () => {
    frame.contentWindow = null;
    says(null, HELP);
    expect(heard).toEqual([]);
  });

  it("does not hear what has another nonce", () => {
    says(frame.contentWindow, HELP, { nonce: "guessed" });
    expect(heard).toEqual([]);
  });

  it("speaks to Curbside's origin only, whatever the frame shows by now", () => {
    says(frame.contentWindow, HELP, { type: "ready", accent: null });
    post({ type: "close" });
    expect(frame.contentWindow?.posted.length).toBeGreaterThan(0);
    expect(new Set(frame.contentWindow?.posted.map((each) => each.to))).toEqual(new Set([HELP]));
  });
});
