// How many arrays each layer of a network stores in a file of Keras.

/**
 * By layer, in order: number of arrays by the group within the layer's own, `{ '': 2 }`.
 *
 * @param parts - as they are written.
 */
export const layerArrays = ({ parts }) =>
  parts.flatMap((part) => part.layers.map(({ parameters: { length } }) => (length === 0 ? {} : { '': length })));
