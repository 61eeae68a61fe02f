/** The page of `losses.mjs`: the first steps of a training on onnxruntime-web, loss by loss. */

import { createWebRuntime } from 'latent-plane/web';
import { firstLosses } from './losses-of.mjs';

try {
  const query = new URLSearchParams(location.search);
  const pixels = new Uint8Array(await (await fetch('images')).arrayBuffer());
  const runtime = await createWebRuntime({
    backend: query.get('backend'),
    threads: Number(query.get('threads')),
    files: new URL('ort/', location.href).href,
  });
  const losses = await firstLosses(
    query.get('model'),
    Number(query.get('batchSize')),
    pixels,
    runtime,
    undefined,
    Number(query.get('steps')),
  );
  document.body.textContent = JSON.stringify({ losses });
} catch (error) {
  document.body.textContent = JSON.stringify({ error: String(error) });
}
document.body.dataset.done = 'yes';
