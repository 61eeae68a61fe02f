/**
 * The page that `engines.test.ts` opens: loads an engine, runs the steps, leaves the losses in the document.
 */
import { createWebRuntime, type WebBackend } from '../web.ts';
import { runSteps } from './steps.ts';

const say = (result: unknown): void => {
  document.body.textContent = JSON.stringify(result);
  document.body.dataset.done = 'yes';
};

const main = async (): Promise<void> => {
  const query = new URLSearchParams(location.search);
  const backend: WebBackend = query.get('backend') === 'webgpu' ? 'webgpu' : 'wasm';
  const name = query.get('network') ?? '';
  const runtime = await createWebRuntime({
    backend,
    // Absent: as many as the session asks for.
    threads: query.get('threads') === 'of-session' ? undefined : 2,
    files: new URL('ort/', location.href).href,
  });
  const graph = new Uint8Array(await (await fetch(`${name}.onnx`)).arrayBuffer());
  const steps = await (await fetch(`${name}.json`)).json();
  const losses = await runSteps(runtime, { ...steps, graph });
  say({ engine: runtime.name, losses });
};

main().catch((error: unknown) => say({ error: String(error) }));
