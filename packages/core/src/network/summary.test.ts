import { describe, expect, test } from 'vitest';
import { formatSummary, summarize } from './summary.ts';
import { findNetwork, networks } from './zoo/index.ts';

describe('summarize', () => {
  test('a row tells a layer, the totals tell the parts', () => {
    const summary = summarize(findNetwork('cnn-3'));
    expect(summary.parts[0].rows[2]).toEqual({
      name: 'dropout',
      type: 'dropout',
      outputShape: [13, 13, 4],
      neurons: 676,
      parameters: 0,
      activation: null,
      from: [],
      detail: 'rate 0.2',
    });
    expect(summary.parts.map(({ parameters }) => parameters)).toEqual([140, 53]);
    expect(summary.parameters).toBe(193);
  });

  test('is plain data', () => {
    const summary = summarize(findNetwork('vae-1'));
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });
});

describe('formatSummary', () => {
  test('dense-1 reads as it should', () => {
    expect(formatSummary(summarize(findNetwork('dense-1')))).toMatchInlineSnapshot(`
      "dense-1: Dense, sigmoid throughout

      encoder: 784 to 2
      layer    output  neurons  parameters  activation
      ────────────────────────────────────────────────
      dense    128         128     100,480  sigmoid
      dense_1  32           32       4,128  sigmoid
      dense_2  8             8         264  sigmoid
      dense_3  2             2          18  sigmoid
      ────────────────────────────────────────────────

      decoder: 2 to 784
      layer    output  neurons  parameters  activation
      ────────────────────────────────────────────────
      dense    8             8          24  sigmoid
      dense_1  32           32         288  sigmoid
      dense_2  128         128       4,224  sigmoid
      dense_3  784         784     101,136  sigmoid
      ────────────────────────────────────────────────

      parameters  encoder 104,890 + decoder 105,672 = 210,562
      loss        mean squared error
      "
    `);
  });

  test('vae-1 reads as it should', () => {
    expect(formatSummary(summarize(findNetwork('vae-1')))).toMatchInlineSnapshot(`
      "vae-1: Variational, dense relu with dropout

      encoder: 784 to 2
      layer      output  neurons  parameters  activation  detail
      ─────────────────────────────────────────────────────────────────
      dense      128         128     100,480  relu
      dropout    128         128           -  -           rate 0.2
      dense_1    64           64       8,256  relu
      dropout_1  64           64           -  -           rate 0.2
      dense_2    32           32       2,080  relu
      dropout_2  32           32           -  -           rate 0.2
      dense_3    8             8         264  relu
      sampling   2             2          36  sigmoid     noise std 0.1
      ─────────────────────────────────────────────────────────────────

      decoder: 2 to 784
      layer      output  neurons  parameters  activation  detail
      ─────────────────────────────────────────────────────────────────
      dense      8             8          24  relu
      dense_1    32           32         288  relu
      dense_2    64           64       2,112  relu
      dense_3    128         128       8,320  relu
      dense_4    784         784     101,136  sigmoid
      ─────────────────────────────────────────────────────────────────

      parameters  encoder 111,116 + decoder 111,880 = 222,996
      loss        mean squared error + 0.001 x divergence (log-sigma variant)
      "
    `);
  });

  test.each(networks.map((network) => [network.id, network] as const))(
    '%s fits in 80 columns, no line ends in a blank',
    (_id, network) => {
      for (const line of formatSummary(summarize(network)).split('\n')) {
        expect(line.length).toBeLessThanOrEqual(80);
        expect(line).toBe(line.trimEnd());
      }
    },
  );
});
