// What hides the elements that the vendor marked. The guarantee is one adopted stylesheet in every tree that we can
// reach: it holds at the first painting of whatever comes, moves or scrolls, where a box drawn by a script would lag.
// Whole frames of other origins are hidden, because nobody can say what is in them.
export type Tree = Document | ShadowRoot;

const SHOWN = "data-curbside-shown"; // a frame of the page's own origin, whose document has the masks too
const FRAMES = "iframe,frame,object,embed,fencedframe";
export const MARKED = `[data-phi],${FRAMES.replace(/\w+/g, `$&:not([${SHOWN}])`)}`;
const HIDE = "opacity:0!important;transition:none!important;animation:none!important";
// In a layer, because of two important rules the layered one wins, whatever the page's selectors weigh. Opacity takes
// all that an element holds along; what leaves its element (dialogs, popovers) or has no box is hidden by itself.
const RULES = `@layer curbside-screen{
${MARKED}{${HIDE}}
[data-phi] *,[data-phi]::before,[data-phi]::after{${HIDE}}
[data-phi],[data-phi] *{color:transparent!important;-webkit-text-fill-color:transparent!important;text-shadow:none!important;fill-opacity:0!important;stroke-opacity:0!important}
}
@layer curbside-screen{:host-context([data-phi]) *{${HIDE}}}`;

export class Masks {
  private readonly sheets = new Map<Tree, CSSStyleSheet>();
  private readonly frames = new Map<Element, Document>();
  private readonly observer = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.nodeType === 1) this.coverIn(node as Element);
  });

  /** Cover everything that there is now; again before every painting, for what came without our hearing of it. */
  cover(): void {
    this.adopt(document);
    for (const tree of [...this.sheets.keys()]) this.coverIn(tree);
  }

  /** Whether every marked element and every frame is hidden, as the browser itself computes it. */
  holds(): boolean {
    if (document.body?.localName !== "body") return false; // a frameset: its frames cannot be hidden
    for (const tree of this.sheets.keys())
      for (const marked of tree.querySelectorAll(MARKED)) if (!hidden(marked)) return false;
    return true;
  }

  /** Everything that is hidden, in every tree. */
  *covered(): Generator<Element> {
    for (const tree of this.sheets.keys()) yield* tree.querySelectorAll(MARKED);
  }

  end(): void {
    this.observer.disconnect();
    for (const [tree, sheet] of this.sheets)
      tree.adoptedStyleSheets = tree.adoptedStyleSheets.filter((each) => each !== sheet);
    for (const frame of this.frames.keys()) frame.removeAttribute(SHOWN);
  }

  private coverIn(root: Tree | Element): void {
    if ("localName" in root) this.look(root);
    for (const element of root.querySelectorAll("*")) this.look(element);
  }

  private look(element: Element): void {
    if (element.shadowRoot) this.adopt(element.shadowRoot);
    if (element.localName === "iframe") this.lookInto(element as HTMLIFrameElement);
  }

  /** A frame of our own origin is as good as the page, once its document has the masks. A new document is not. */
  private lookInto(frame: HTMLIFrameElement): void {
    const within = frame.contentDocument; // null: of another origin
    if (within) this.adopt(within);
    if (within) this.frames.set(frame, within);
    else this.frames.delete(frame);
    if (frame.hasAttribute(SHOWN) !== !!within) frame.toggleAttribute(SHOWN, !!within);
  }

  private adopt(tree: Tree): void {
    let sheet = this.sheets.get(tree);
    if (!sheet) {
      const view = (tree.ownerDocument ?? (tree as Document)).defaultView as (Window & typeof globalThis) | null;
      if (!view) return;
      sheet = new view.CSSStyleSheet();
      sheet.replaceSync(RULES);
      this.sheets.set(tree, sheet);
      this.observer.observe(tree, { subtree: true, childList: true });
      this.coverIn(tree);
    }
    if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
  }
}

function hidden(element: Element): boolean {
  const { opacity, display } = getComputedStyle(element);
  return opacity === "0" || display === "none";
}
