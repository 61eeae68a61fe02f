import { describe } from 'vitest';
import { layerDefinitions } from '../layers/index.ts';
import { describeLayerFiles } from './testing/layer-files.ts';

describe.each(layerDefinitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (_type, definition) => {
    describeLayerFiles(definition);
  },
);
