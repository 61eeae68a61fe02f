/**
 * A network as the peers read it: plain data in which nothing is left to be worked out.
 *
 * In: a network's spec. Out: the same with `resolved`, the layers of all parts in order, each with its inputs and
 * shapes, and `objective`, the loss as a reconstruction error and terms.
 */
import { type NetworkSpec, resolveNetwork } from 'latent-plane';
import { combinedOf, LABEL_INPUT, PART_INPUT } from 'latent-plane/internal';

/** Layers are called `<part>/<name>`; `input` is the image, `label` its label. */
export const networkForPeers = (spec: NetworkSpec) => {
  let entering: string = PART_INPUT;
  const resolved = resolveNetwork(spec).parts.flatMap(({ name: part, layers }) => {
    const before = entering;
    const called = (name: string): string => {
      if (name === PART_INPUT) return before;
      return name === LABEL_INPUT ? LABEL_INPUT : `${part}/${name}`;
    };
    entering = called(layers[layers.length - 1].name);
    return layers.map(({ spec: fields, name, inputs, inputShape, outputShape }) => ({
      ...fields,
      name: called(name),
      inputs: inputs.map(called),
      inputShape,
      outputShape,
    }));
  });
  return { ...spec, resolved, objective: combinedOf(spec.loss) };
};
