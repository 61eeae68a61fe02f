/**
 * What both pages share. In: the page's address, whose query is the job. Out: the result, or the error, as JSON in the
 * document's body, which `run.mjs` waits for.
 */
import { madeUpImages, Unsupported } from '../peers/measure.mjs';

const SIZE = 784;

export const runPage = async (measureIt) => {
  const say = (result) => {
    document.body.textContent = JSON.stringify(result);
    document.body.dataset.done = 'yes';
  };
  try {
    const query = new URLSearchParams(location.search);
    const number = (name) => Number(query.get(name));
    const job = { batchSize: number('batchSize'), seconds: number('seconds'), threads: number('threads') };
    const [model, backend, version] = ['model', 'backend', 'version'].map((name) => query.get(name));
    say(await measureIt({ ...job, model, backend, version, pixels: madeUpImages(SIZE), size: SIZE }));
  } catch (error) {
    say(error instanceof Unsupported ? { unsupported: error.message } : { error: String(error) });
  }
};
