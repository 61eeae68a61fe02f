/**
 * `latent import`: a model file of another program into a run folder.
 */
import { basename } from 'node:path';
import { Command } from 'commander';
import { summarize } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { note, print, printJson } from '../console.ts';
import { type Destination, outputFolder } from '../files/destination.ts';
import { packageVersion } from '../places.ts';
import { saveImported } from '../runs/imported.ts';
import { addModelOptions, DECODER_ARGUMENT, type ModelFlags, openGiven, withModel } from './model-arguments.ts';
import { summaryText } from './summary-text.ts';

interface ImportFlags extends ModelFlags {
  readonly out: Destination;
  readonly json?: boolean;
}

/** The command `import`. */
export const importCommand = (): Command =>
  addModelOptions(new Command('import'))
    .description('read a model of another program, or weights alone, into a run folder')
    .argument('<path>', 'the file; of TensorFlow.js its model.json, the weight files beside it')
    .requiredOption('--out <dir>', 'run folder to make', outputFolder('--out'))
    .argument('[decoder]', DECODER_ARGUMENT)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent import encod_decod_Dense-1.keras --out runs/dense-1-keras
  npx latent import vae.h5 --network vae-1 --out runs/vae
  npx latent import web/model.json --out runs/web
  npx latent import weights.pth --network net.yaml --out runs/torch
  npx latent import encoder.h5 decoder.h5 --out runs/both
  npx latent import tanh.onnx --input-range=-1,1 --out runs/tanh

Nothing in a file is ever executed: a Lambda layer between two heads is taken
for Gaussian sampling, any other is refused by name.`,
    )
    .action(
      withModel(async (path: string, { out, json = false, ...flags }: ImportFlags) => {
        const model = await openGiven(path, flags);
        if (model.source === null)
          throw inputError('not-a-file', {
            at: { subject: `"${path}"` },
            expected: 'a model file',
            got: 'a run folder, which needs no import',
          });
        const { weightsSha256, spec, notes, source } = model;
        await saveImported(out, model, {
          source: { file: basename(model.path), format: source, weightsSha256 },
          notes: [...notes],
          versions: { latentPlane: packageVersion(), node: process.versions.node },
        });
        const parts = model.network.parts.map(({ name }) => name);
        if (json)
          printJson({ run: out, id: spec.id, format: source, parts, parameters: model.network.parameterCount, notes });
        else print(summaryText(summarize(spec, parts)));
        note(`${out}: ${spec.id}, ${parts.join(' and ')}`);
      }),
    );
