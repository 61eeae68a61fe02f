/** The runtime room's port; its adapters are `latent-plane/node` and `latent-plane/web`. */
export {
  createInference,
  type Inference,
  type InferenceOptions,
  parameterFeeds,
  pixelFiller,
  type Weights,
} from './inference.ts';
export type { Feeds, Runtime, Session, SessionOptions, TensorArray, TensorData } from './session.ts';
