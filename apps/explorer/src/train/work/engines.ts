/**
 * The engines that this worker has loaded.
 *
 * In: a plan, or a network to find the best engine for. Out: an engine. onnxruntime-web sets the threads of its
 * WebAssembly once; a worker that needs others has to be another one.
 */

import type { AutoencoderSpec } from 'latent-plane';
import { messageOf } from 'latent-plane';
import type { EngineChoice } from '../protocol.ts';
import {
  type Engine,
  type EnginePlan,
  fasterOf,
  isWorthMeasuring,
  loadEngine,
  offerNow,
  planEngine,
} from './engine.ts';
import { stepMs } from './step-benchmark.ts';

/** What is asked for needs an engine that this worker cannot have any more. */
export class OtherThreads extends Error {}

export interface Engines {
  /** @throws OtherThreads. */
  get(plan: EnginePlan): Promise<Engine>;
  /** Of a GPU that answers and WebAssembly the faster, found by some steps where they are long enough to tell. */
  fastest(choice: EngineChoice, network: AutoencoderSpec, batchSize: number): Promise<Engine>;
}

export const createEngines = (): Engines => {
  const loaded = new Map<EnginePlan['backend'], Engine>();
  const get = async (plan: EnginePlan): Promise<Engine> => {
    const has = loaded.get(plan.backend);
    if (has && has.report.threads !== plan.threads) throw new OtherThreads();
    const used = has ?? (await loadEngine(plan));
    loaded.set(plan.backend, used);
    return { ...used, report: { ...used.report, why: plan.why } };
  };
  return {
    get,
    fastest: async (choice, network, batchSize) => {
      const offer = await offerNow();
      const plan = planEngine(choice, network, batchSize, offer);
      const own = await get(plan);
      if (!isWorthMeasuring(choice, network, batchSize, offer)) return own;
      try {
        const { runtime } = await get(planEngine('webgpu', network, batchSize, offer));
        const webgpu = await stepMs(network, batchSize, runtime);
        return get(fasterOf(plan, { wasm: await stepMs(network, batchSize, own.runtime), webgpu }));
      } catch (error) {
        // A GPU whose driver refuses the graph is none.
        return { ...own, report: { ...own.report, why: `${own.report.why} The GPU was tried: ${messageOf(error)}` } };
      }
    },
  };
};
