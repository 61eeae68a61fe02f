/** Running graphs; the adapters are `latent-plane/node` and `latent-plane/web`. */
export {
  createInference,
  type Inference,
  type InferenceOptions,
  parameterFeeds,
  pixelFiller,
  type Weights,
} from './inference.ts';
