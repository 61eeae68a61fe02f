/**
 * A path over the plane: straight from anchor to anchor, at one speed.
 *
 * In: anchors, code units. Out: the code at any share of the way, and where the anchors lie on it.
 */
import type { Code } from '../plane/view.ts';

/** How far along each anchor lies, 0..1, one for each; all 0 where the path has no length. */
export const anchorShares = (anchors: readonly Code[]): readonly number[] => {
  const lengths = [0];
  for (let i = 1; i < anchors.length; i++) {
    const step = Math.hypot(anchors[i].x - anchors[i - 1].x, anchors[i].y - anchors[i - 1].y);
    lengths.push(lengths[i - 1] + step);
  }
  const whole = lengths[lengths.length - 1];
  return anchors.map((_, i) => (whole > 0 ? lengths[i] / whole : 0));
};

/** The code at a share of the way, 0..1; null where there is no anchor. */
export const codeAlong = (anchors: readonly Code[], along: number): Code | null => {
  if (anchors.length === 0) return null;
  const shares = anchorShares(anchors);
  const next = shares.findIndex((share) => share >= along);
  if (next <= 0) return anchors[next === 0 ? 0 : anchors.length - 1];
  const [from, to] = [anchors[next - 1], anchors[next]];
  const part = (along - shares[next - 1]) / (shares[next] - shares[next - 1]);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
};

/** Codes at equal distances, first and last anchor among them: `[count, 2]`. */
export const codesAlong = (anchors: readonly Code[], count: number): Float32Array => {
  const codes = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const code = codeAlong(anchors, i / (count - 1));
    codes.set([code?.x ?? 0, code?.y ?? 0], 2 * i);
  }
  return codes;
};
