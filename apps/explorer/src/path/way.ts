/**
 * A path through the code space: from anchor to anchor, at one speed.
 *
 * In: anchors, the plane that they are shown on. Out: points and codes along the way. Codes of one or two numbers are
 * followed on the plane; others from code to code, wherever these lie: an image's own code, not the place where it is shown.
 */
import { type CodePlane, codesOfPlane, type PathKind, pathCodes, pointsOfCodes } from 'latent-plane';
import { pointOf } from '../data/code-plane.ts';
import type { Code } from '../plane/view.ts';
import { anchorShares, codeAlong, codesAlong } from './along.ts';

export interface Way {
  /** How far along each anchor lies, 0..1. */
  readonly shares: readonly number[];
  /** On the plane. */
  readonly line: readonly Code[];
  /** Null where there is no anchor. @param along - 0..1. */
  at(along: number): { readonly point: Code; readonly code: Float32Array } | null;
  /** At equal distances, first and last anchor among them: `[count, code size]`. */
  codes(count: number): Float32Array;
}

/** On the plane alone. */
export const planarWay = (anchors: readonly Code[], plane: CodePlane): Way => ({
  shares: anchorShares(anchors),
  line: anchors,
  at: (along) => {
    const point = codeAlong(anchors, along);
    return point && { point, code: codesOfPlane(plane, Float32Array.of(point.x, point.y)) };
  },
  codes: (count) => codesOfPlane(plane, codesAlong(anchors, count)),
});

/** Pieces that a way between two anchors is measured and drawn by: a sphere's is bent. */
const PIECES = 24;

const distance = (codes: Float32Array, size: number, i: number, j: number): number => {
  let sum = 0;
  for (let d = 0; d < size; d++) sum += (codes[i * size + d] - codes[j * size + d]) ** 2;
  return Math.sqrt(sum);
};

/** Through the whole space. @param anchors - the code of each, `[code size]`. */
export const wholeWay = (anchors: readonly Float32Array[], plane: CodePlane, kind: PathKind): Way => {
  const size = plane.origin.length;
  const pieces = kind === 'sphere' ? PIECES : 1;
  const stops = Math.max(0, anchors.length - 1) * pieces + Math.min(1, anchors.length);
  const corners = new Float32Array(stops * size);
  if (anchors.length > 0) corners.set(anchors[0]);
  for (let i = 1; i < anchors.length; i++)
    corners.set(pathCodes(anchors[i - 1], anchors[i], pieces + 1, kind).subarray(size), ((i - 1) * pieces + 1) * size);
  const lengths = [0];
  for (let i = 1; i < stops; i++) lengths.push(lengths[i - 1] + distance(corners, size, i - 1, i));
  const length = lengths[lengths.length - 1];
  const shares = lengths.map((each) => (length > 0 ? each / length : 0));
  const codeAt = (along: number): Float32Array => {
    const next = shares.findIndex((share) => share >= along);
    if (next <= 0) return corners.slice(next === 0 ? 0 : (stops - 1) * size, next === 0 ? size : stops * size);
    const part = (along - shares[next - 1]) / (shares[next] - shares[next - 1]);
    return Float32Array.from(
      { length: size },
      (_, d) => corners[(next - 1) * size + d] * (1 - part) + corners[next * size + d] * part,
    );
  };
  const points = pointsOfCodes(plane, { values: corners, count: stops, size });
  return {
    shares: anchors.map((_, i) => shares[i * pieces]),
    line: Array.from({ length: stops }, (_, i) => ({ x: points[2 * i], y: points[2 * i + 1] })),
    at: (along) => {
      if (anchors.length === 0) return null;
      const code = codeAt(along);
      return { code, point: pointOf(plane, code) };
    },
    codes: (count) => {
      const codes = new Float32Array(count * size);
      for (let i = 0; i < count && anchors.length > 0; i++) codes.set(codeAt(i / (count - 1)), i * size);
      return codes;
    },
  };
};
