/** The runtime room's port; its adapters are `latent-plane/node` and `latent-plane/web`. */
export type { Feeds, Runtime, Session, SessionOptions, TensorArray, TensorData } from './session.ts';
