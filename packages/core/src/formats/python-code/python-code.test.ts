/** Networks as Python code, without Python: `scripts/check-python-code.py` runs what is only read here. */
import { describe, expect, it } from 'vitest';
import { activationRegistry } from '../../activations/index.ts';
import { definitionOf, type LayerSpec, layerDefinitions } from '../../layers/index.ts';
import { layerSamples } from '../../layers/testing/samples.ts';
import { parseNetworkFile } from '../../network/file/index.ts';
import { findNetwork, onlyParts, resolveNetwork } from '../../network/index.ts';
import { networkWith } from '../../network/testing/with-layer.ts';
import { exportFormats, writeFormat } from '../index.ts';
import { readModel } from '../read-model.ts';
import { decodeSafetensors } from '../safetensors.ts';
import { differingWeights, type SampleModel, sampleModel } from '../testing/sample-model.ts';
import { exportKerasCode } from './keras-file.ts';
import { identifiersOf, moduleName } from './names.ts';
import { exportTorchCode } from './torch-file.ts';

interface Written {
  readonly code: string;
  readonly file: string;
  readonly weights: Uint8Array;
}

const written = (files: ReadonlyMap<string, Uint8Array>): Written => {
  const [[python, code], [file, weights]] = [...files];
  expect(python.replace(/\.py$/, '.safetensors')).toBe(file);
  return { code: new TextDecoder().decode(code), file, weights };
};

/** What stands between `class NAME(` and the next line that is not indented. */
const classOf = (code: string, name: string): string =>
  new RegExp(`^class ${name}\\(.*\\n((?: .*\\n|\\n)*)`, 'm').exec(code)?.[1] ?? '';

/** Modules of a class that hold arrays, by attribute. */
const modulesIn = (code: string, name: string): ReadonlyMap<string, string> =>
  new Map([...classOf(code, name).matchAll(/self\.(\w+) = (nn\.\w+)\(/g)].map(([, own, made]) => [own, made]));

const HOLDERS = /^nn\.(Linear|Conv2d|ConvTranspose2d|BatchNorm[12]d|LayerNorm|GroupNorm|PReLU|Embedding)$/;

/** Every array has a module, and every module that holds arrays has some. */
const expectSameNames = ({ code, file, weights }: Written): void => {
  const names = [...decodeSafetensors(weights, file).tensors.keys()];
  for (const part of ['encoder', 'decoder']) {
    const modules = modulesIn(code, part === 'encoder' ? 'Encoder' : 'Decoder');
    const own = names.flatMap((name) => (name.startsWith(`${part}.`) ? [name.split('.')[1]] : []));
    const holders = [...modules].flatMap(([name, made]) => (HOLDERS.test(made) ? [name] : []));
    expect([...new Set(own)].sort()).toEqual([...holders].sort());
  }
};

/** Brackets and quotes that open are closed, on every line but those of the docstring. */
const expectBalanced = (code: string): void => {
  const [, , ...rest] = code.split('"""');
  for (const line of rest.join('"""').split('\n')) {
    const bare = line.replace(/#.*/, '');
    for (const [open, close] of ['()', '[]']) expect(bare.split(open).length, line).toBe(bare.split(close).length);
    expect(bare.split('"').length % 2, line).toBe(1);
  }
  expect(code).not.toMatch(/undefined|null|NaN|\bnone\b|\[object/);
};

const modelOf = (file: string): SampleModel => sampleModel(parseNetworkFile(file, 'net.yaml').spec);

const IMAGES = `inputShape: [6, 5, 3]
encoder:
  - {type: conv2d, filters: 4, kernelSize: [3, 3], strides: [2, 2], padding: same, activation: relu}
  - {type: batch-normalization}
  - {type: flatten}
  - {type: gaussian-sampling, units: 2, meanActivation: linear}
decoder:
  - {type: dense, units: 30, activation: relu}
  - {type: reshape, targetShape: [6, 5, 1]}
  - {type: conv2d-transpose, filters: 3, kernelSize: [3, 3], padding: same, activation: sigmoid}
`;

describe.each(layerDefinitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (type, definition) => {
    const samples = layerSamples(definition);

    it('is code for PyTorch, whose names are those of the weights', () => {
      expect(definition.torchCode).not.toBeNull();
      for (const sample of samples) {
        const files = written(exportTorchCode(sampleModel(networkWith(sample))));
        expectSameNames(files);
        expectBalanced(files.code);
      }
    });

    it('is code for Keras with every layer under its name, or refused by it', () => {
      for (const sample of samples) {
        const model = sampleModel(networkWith(sample));
        const lacks = definition.kerasLacks(sample.spec) !== null || definition.keras === null;
        const { activation } = definition;
        const used = activation(sample.spec);
        if (lacks || (used !== null && activationRegistry.get(used).keras === null)) {
          expect(() => exportKerasCode(model)).toThrow(/unsupported-layer: layer "encoder\/.*--to onnx/);
          continue;
        }
        const { code, file, weights } = written(exportKerasCode(model));
        expectBalanced(code);
        const arrays = [...decodeSafetensors(weights, file).tensors.keys()];
        for (const name of arrays) {
          const [part, ...layer] = name.split('/').slice(0, -1);
          const own = classOf(code, part === 'encoder' ? 'Encoder' : 'Decoder');
          expect(own, type).toContain(`name="${layer.join('.')}"`);
        }
      }
    });
  },
);

describe('an activation', () => {
  it.each(activationRegistry.entries.map((entry) => [entry.id, entry] as const))('%s is code', (_, { torchCode }) => {
    expect(torchCode('x', '-1')).toMatch(/^(x|(F|torch)\.\w+\(x(, [\w=".-]+)*\))$/);
  });
});

describe('the weights of PyTorch code', () => {
  it.each([
    ['images that are flattened', modelOf(IMAGES)],
    ['a network of the zoo', sampleModel(findNetwork('convdense-1'))],
    ['a code of two heads', sampleModel(findNetwork('vae-1'))],
  ])('are read again to the bit: %s', async (_, model) => {
    const { file, weights } = written(exportTorchCode(model));
    const back = await readModel({ file, bytes: weights });
    expect(back.network.spec.id).toBe(model.network.spec.id);
    expect(differingWeights(back.weights, model.weights)).toEqual([]);
    expect(back.notes.join()).not.toContain('reordered');
  });

  it('fill in what a normalisation lacks and PyTorch has', () => {
    const model = modelOf(IMAGES.replace('{type: batch-normalization}', '{type: batch-normalization, scale: false}'));
    const { file, weights } = written(exportTorchCode(model));
    expect([
      ...(decodeSafetensors(weights, file).tensors.get('encoder.batch_normalization.weight')?.data ?? []),
    ]).toEqual([1, 1, 1, 1]);
  });
});

describe('the code', () => {
  const { code } = written(exportTorchCode(modelOf(IMAGES)));

  it('for Keras has activations that only Keras 3 computes as they are here', async () => {
    const model = modelOf(IMAGES.replace('activation: relu', 'activation: hard-sigmoid'));
    expect(written(exportKerasCode(model)).code).toContain('activation="hard_sigmoid"');
    await expect(writeFormat('keras', model)).rejects.toThrow('hard-sigmoid');
  });

  it('pads as Keras does, and turns images where modules want their channels first', () => {
    // Five columns by steps of two need a column on both sides, six rows a row below alone.
    expect(code).toContain('self.conv2d(F.pad(channels_first(x), (1, 1, 0, 1)))');
    expect(code).toContain('nn.BatchNorm2d(4, eps=0.001, momentum=0.01)');
    expect(code).toContain('channels_last(x).flatten(1)');
    expect(code).toContain('nn.ConvTranspose2d(1, 3, 3, padding=1)');
  });

  it('draws a code in training, and takes its mean else', () => {
    expect(code).toContain('return z_mean + torch.exp(0.5 * z_log_var) * torch.randn_like(z_mean)');
    expect(code).toContain('z = sample(z_mean, z_log_var) if self.training else z_mean');
  });

  it('takes a label where the network does', () => {
    const labelled = modelOf(`inputShape: [4]
label: {classes: 3}
encoder: [{type: concatenate, inputs: [input, label]}, {type: dense, units: 2}]
decoder: [{type: dense, units: 4}]
`);
    const torch = written(exportTorchCode(labelled)).code;
    expect(classOf(torch, 'Encoder')).toContain('def forward(self, x, label):');
    expect(classOf(torch, 'Decoder')).toContain('def forward(self, x):');
    expect(torch).toContain('one-hot, [n, 3], and goes to the encoder.');
    expect(written(exportKerasCode(labelled)).code).toContain('self.encoder([image, label], training=training)');
  });

  it('of a part alone has that part alone', () => {
    const model = modelOf(IMAGES);
    for (const write of [exportTorchCode, exportKerasCode]) {
      const decoder = written(write({ ...model, network: onlyParts(model.network, ['decoder']) })).code;
      expect(decoder).not.toMatch(/Encoder|Autoencoder|images? = /);
      expect(decoder).toContain('model = Decoder()');
    }
  });

  it('keeps words of a person within its docstring', () => {
    const title = 'a """\nimport os\n\\""" b';
    const model = modelOf(IMAGES);
    const spec = { ...model.network.spec, title };
    for (const write of [exportTorchCode, exportKerasCode]) {
      const own = written(write({ ...model, network: { ...model.network, spec } })).code;
      expect(own).not.toMatch(/^import os$/m);
      expect(own.split('"""')[1].split('\n')[0]).toMatch(/^a ''' import os \/''' b \(/);
    }
  });
});

describe('names', () => {
  it('are names of Python that nothing else has, whatever layers are called', () => {
    const names = ['forward', 'x', 'type', 'a-b', 'a_b', 'lambda', 'dense', 'label', 'forward_layer'];
    const found = identifiersOf(names);
    expect(new Set(found.values()).size).toBe(names.length);
    expect(found.get('dense')).toBe('dense');
    expect(found.get('a_b')).toBe('a_b');
    expect(found.get('forward_layer')).toBe('forward_layer');
    for (const taken of ['forward', 'x', 'type', 'lambda', 'a-b']) expect(found.get(taken)).not.toBe(taken);
    for (const name of found.values()) expect(name).toMatch(/^[A-Za-z]\w*$/);
  });

  it('of files are those of modules', () => {
    expect(moduleName('dense-1', 'pytorch')).toBe('dense_1_pytorch');
    expect(moduleName('2-numbers', 'keras')).toBe('network_2_numbers_keras');
  });
});

describe('what cannot be said', () => {
  it('is refused with the layer, whatever stands before it', async () => {
    const model = sampleModel(findNetwork('dense-1'));
    const graph = { type: 'onnx-graph', graph: '', outputShape: [2] } as LayerSpec;
    expect(definitionOf(graph).torchCode).toBeNull();
    const [encoder, ...others] = model.network.parts;
    const last = encoder.layers[encoder.layers.length - 1];
    const layers = [...encoder.layers.slice(0, -1), { ...last, name: 'nodes', spec: graph }];
    const network = { ...model.network, parts: [{ ...encoder, layers }, ...others] };
    for (const format of ['pytorch-code', 'keras-code'] as const)
      await expect(writeFormat(format, { ...model, network })).rejects.toThrow(
        /^unsupported-layer: layer "encoder\/nodes": .*--to onnx$/,
      );
  });
});

describe('the formats', () => {
  it.each(exportFormats.map((format) => [format.id, format] as const))(
    '%s: as many files as are said',
    async (id, format) => {
      const files = await writeFormat(id, sampleModel(findNetwork('dense-1')));
      expect(files.size === 1).toBe(format.isOneFile);
      if (format.isOneFile) expect([...files.keys()][0]).toBe(`dense-1${format.extension}`);
      expect(resolveNetwork(findNetwork('dense-1')).parts.length).toBe(2);
    },
  );
});
