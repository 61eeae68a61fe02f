/**
 * Points by WebGL 2: 70,000 of them in one draw call.
 *
 * In: a canvas and points. Out: a points layer, or null where the browser has no WebGL. twgl keeps the plumbing; a
 * library with gestures of its own (regl-scatterplot) was ruled out, since regl compiles its commands with `Function`,
 * which the page's policy forbids.
 */
import {
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setAttribInfoBufferFromArray,
  setBuffersAndAttributes,
  setUniforms,
} from 'twgl.js';
import type { Points } from '../data/load.ts';
import { FADED, type PointsLayer } from './points-frame.ts';

const VERTEX = `#version 300 es
in vec2 code;
in vec3 colour;
in float chosen;
in float fade;
uniform float wanted;
uniform vec2 origin;
uniform vec2 extent;
uniform float diameter;
out vec3 pointColour;
out float strength;
void main() {
  pointColour = colour;
  strength = fade;
  gl_Position = vec4((code - origin) / extent * 2.0 - 1.0, 0.0, 1.0);
  gl_PointSize = diameter + 1.0;
  // Of the other kind: outside of everything that is seen.
  if (wanted >= 0.0 && chosen != wanted) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;

// One pixel of soft edge; colours are multiplied by their coverage, as the canvas is composed with the page.
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 pointColour;
in float strength;
uniform float diameter;
uniform float opacity;
out vec4 colour;
void main() {
  float distance = length(gl_PointCoord - 0.5) * (diameter + 1.0);
  float coverage = clamp(diameter * 0.5 + 0.5 - distance, 0.0, 1.0) * opacity * strength;
  colour = vec4(pointColour * coverage, coverage);
}`;

/** @returns null where WebGL 2 cannot be had. */
export const createWebglPoints = (
  canvas: HTMLCanvasElement,
  { codes, labels }: Points,
  onLost: () => void,
): PointsLayer | null => {
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false, premultipliedAlpha: true });
  if (gl === null) return null;
  const program = createProgramInfo(gl, [VERTEX, FRAGMENT]);
  const buffers = createBufferInfoFromArrays(gl, {
    code: { numComponents: 2, data: codes },
    colour: { numComponents: 3, data: new Uint8Array(3 * labels.length), normalize: true },
    chosen: { numComponents: 1, data: new Uint8Array(labels.length), normalize: false },
    fade: { numComponents: 1, data: new Uint8Array(labels.length).fill(255), normalize: true },
  });
  let isFaded = false;
  const { code, colour, chosen: marks, fade } = buffers.attribs ?? {};
  let isSelective = false;
  const lost = (event: Event): void => {
    event.preventDefault();
    onLost();
  };
  canvas.addEventListener('webglcontextlost', lost);
  return {
    engine: 'webgl',
    setColours: (colours) => {
      if (colour) setAttribInfoBufferFromArray(gl, colour, colours);
    },
    setCodes: (next) => {
      if (code) setAttribInfoBufferFromArray(gl, code, next);
    },
    setChosen: (chosen) => {
      isSelective = chosen !== null;
      if (marks && chosen) setAttribInfoBufferFromArray(gl, marks, chosen);
    },
    setFades: (fades) => {
      if (fade && (fades !== null || isFaded))
        setAttribInfoBufferFromArray(gl, fade, fades ?? new Uint8Array(labels.length).fill(255));
      isFaded = fades !== null;
    },
    draw: ({ window, side, diameter, opacity }) => {
      if (canvas.width !== side || canvas.height !== side) {
        canvas.width = side;
        canvas.height = side;
      }
      gl.viewport(0, 0, side, side);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.useProgram(program.program);
      setBuffersAndAttributes(gl, program, buffers);
      setUniforms(program, { origin: [window.minX, window.minY], extent: [window.width, window.height], diameter });
      const passes = isSelective ? [[0, FADED * opacity] as const, [1, opacity] as const] : [[-1, opacity] as const];
      for (const [wanted, strength] of passes) {
        setUniforms(program, { wanted, opacity: strength });
        drawBufferInfo(gl, buffers, gl.POINTS);
      }
    },
    dispose: () => {
      canvas.removeEventListener('webglcontextlost', lost);
      // The context stays: the next network's points are drawn on the same canvas, which never gets another.
      gl.deleteProgram(program.program);
      for (const { buffer } of Object.values(buffers.attribs ?? {})) gl.deleteBuffer(buffer);
    },
  };
};
