/**
 * What the tools of the Explore view have in common: what they are given, and what they lay over the plane.
 *
 * In: the view's state. Out: types alone; the panels themselves are in `panels.ts`.
 */
import type { CodePlane } from 'latent-plane';
import type { ExplorerIndex } from 'latent-plane/internal';
import type { LoadedModel, Points } from '../data/load.ts';
import type { Fades } from '../plane/fades.ts';
import { NO_OVERLAY, type Overlay } from '../plane/overlay.ts';
import type { PlaneTool } from '../plane/plane-tool.ts';
import type { Code } from '../plane/view.ts';
import type { Settings } from '../state/settings.ts';

/** What a tool changes of the view while it is open. */
export interface Shown {
  readonly overlay: Overlay;
  /** `[count]`, 1 for the points that stand out, 0 for those that step back; null where all are alike. */
  readonly chosen: Uint8Array | null;
  /** Of all points, in place of the plane's own; null where the plane says it. */
  readonly fades: Fades | null;
  /** What presses on the plane mean; null for the plane's own meaning. */
  readonly planeTool: PlaneTool | null;
  /** `[code size]`, a code that the plane is moved through; null where it stays. */
  readonly through: Float32Array | null;
  /** Another state of the network, in place of the trained one. */
  readonly stage: { readonly model: LoadedModel; readonly points: Points } | null;
}
export const NOTHING_SHOWN: Shown = {
  overlay: NO_OVERLAY,
  chosen: null,
  fades: null,
  planeTool: null,
  through: null,
  stage: null,
};

export interface ToolProps {
  /** As trained, on the plane that was chosen. */
  readonly model: LoadedModel;
  readonly points: Points | null;
  /** Null where the page has no bundle. */
  readonly index: ExplorerIndex | null;
  /** Where the cursor is; a mouse that only looks moves it too. */
  readonly cursor: Code;
  /** The code that is decoded there, `[code size]`. */
  readonly code: Float32Array;
  /** Where it was put. */
  readonly put: Code;
  /** The plane as it is moved: what points that are set mean. */
  readonly plane: CodePlane;
  readonly settings: Settings;
  readonly scheme: 'light' | 'dark';
  readonly change: (changes: Partial<Settings>) => void;
  /** Shows an image on the plane, as a press on its dot does. @param i - which of the points. */
  readonly onimage: (i: number) => void;
  /** Replaces all that the tool shows. */
  readonly onshow: (shown: Shown) => void;
}
