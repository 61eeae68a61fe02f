// How many arrays each layer of a network stores, from the layers' own definitions.

/** By layer, in order: number of arrays by the group within the layer's own, `{ '': 2 }`, `{ z_mean: 2, z_log_var: 2 }`. */
export const layerArrays = ({ parts }) =>
  parts.flatMap((part) =>
    part.layers.map((layer) => {
      const groups = {};
      for (const { name } of layer.parameters) {
        const role = name.slice(`${part.name}/${layer.name}/`.length).split('/');
        const group = role.slice(0, -1).join('/');
        groups[group] = (groups[group] ?? 0) + 1;
      }
      return groups;
    }),
  );
