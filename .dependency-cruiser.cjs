// The import rule of ARCHITECTURE.md: a module imports only modules before it, and nothing imports in a circle.
const modules = [
  'files',
  'random',
  'images',
  'tensor',
  'registry',
  'activations',
  'layers',
  'losses',
  'optimizers',
  'schedules',
  'augmentations',
  'network',
  'runtime',
  'training',
  'codes',
  'evaluation',
  'diagnosis',
  'formats',
  'runs',
  'charts',
  'sweep',
];
const core = 'packages/core/src';
const moduleRules = modules.slice(0, -1).map((module, i) => ({
  name: `${module}-imports-only-modules-before-it`,
  severity: 'error',
  from: { path: `^${core}/${module}/`, pathNot: '\\.test\\.ts$|/testing/' },
  to: { path: `^${core}/(${modules.slice(i + 1).join('|')})/` },
}));
module.exports = {
  forbidden: [
    // A component that draws what is nested calls itself; nothing else imports in a circle.
    { name: 'no-cycles', severity: 'error', from: { path: '^(.+)$' }, to: { circular: true, pathNot: '^$1$' } },
    ...moduleRules,
    {
      name: 'engines-only-in-their-adapters',
      severity: 'error',
      from: { pathNot: `^${core}/runtime/(node|web)\\.ts$` },
      to: { path: 'onnxruntime-(node|web)' },
    },
    {
      name: 'core-touches-no-node-builtin',
      severity: 'error',
      from: { path: `^${core}/`, pathNot: '\\.test\\.ts$|/testing/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-imports-no-door',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^(packages/cli|apps|bench)/' },
    },
    {
      name: 'explorer-imports-no-cli',
      severity: 'error',
      from: { path: '^apps/', pathNot: '/test/' },
      to: { path: '^packages/cli/' },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(latent-plane|virtual:|\\$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules|fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'svelte', 'default'] },
  },
};
