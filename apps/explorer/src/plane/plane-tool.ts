/**
 * A tool that takes over what a hand does on the plane: while it is open, a press is its own.
 *
 * In: places where the plane is pressed and dragged, keys that the plane leaves alone. Out: what the tool makes of them.
 * Wheel, pinch, pan mode and the arrow keys stay the plane's.
 */
import type { Code } from './view.ts';

export interface PlaneTool {
  /** What a press does now, for the line below the plane. */
  readonly help: string;
  /** @param pixelsTo - how far a code lies from the press, CSS pixels. */
  press(at: Code, pixelsTo: (code: Code) => number): void;
  drag(at: Code, pixelsTo: (code: Code) => number): void;
  release(): void;
  /** The press became something else: all is as before it. */
  cancel(): void;
  /** True where the key was the tool's. */
  key(name: string, cursor: Code): boolean;
}
