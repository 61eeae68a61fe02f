import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { relu } from '../tensor/ops/index.ts';
import { input } from '../tensor/tensor.ts';
import { createWebRuntime } from './web.ts';

const wasm = new Uint8Array(
  readFileSync(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')),
);
const x = input('x', [1]);
const graph = emitGraph({ y: relu(x) }, [x], { name: 'threads' });

it('a session says how many threads it has, where a page has another number than it asked for', async () => {
  const runtime = await createWebRuntime({ backend: 'wasm', threads: 1, files: wasm });
  const session = await runtime.createSession(graph, { threads: 4 });
  expect(session.threads).toBe(1);
  expect(runtime.name).toBe('onnxruntime-web wasm, 1 thread');
  await session.release();
});

it('a runtime made after the first session has the threads that the page began with, and says so', async () => {
  const first = await (await createWebRuntime({ backend: 'wasm', threads: 1, files: wasm })).createSession(graph);
  const later = await createWebRuntime({ backend: 'wasm', threads: 3, files: wasm });
  const session = await later.createSession(graph, { threads: 3 });
  expect([first.threads, session.threads, later.name]).toEqual([1, 1, 'onnxruntime-web wasm, 1 thread']);
  await first.release();
  await session.release();
});
