import type { ResolvedNetwork } from 'latent-plane';

export const layerArrays: (network: Pick<ResolvedNetwork, 'parts'>) => readonly Readonly<Record<string, number>>[];
