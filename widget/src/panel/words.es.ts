import { panelEs } from "../core/words/panel.es";
import { uiEs } from "../core/words/ui.es";
import type { Words } from "./words";

export const spanish: Words = { panel: panelEs, ui: uiEs };
