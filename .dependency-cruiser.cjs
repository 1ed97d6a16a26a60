// The arrows of docs/architecture.md, checked. scripts/canary holds imports that must be refused, so that this file can be seen to work.
const below = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: `(^|/)packages/${from}/src/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: `(^|/)(packages|apps)/`,
    pathNot: [`(^|/)packages/(${[from, 'errors', ...allowed].join('|')})/`],
  },
});
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'packages-import-no-apps',
      severity: 'error',
      from: { path: '(^|/)packages/' },
      to: { path: '(^|/)apps/' },
    },
    {
      name: 'packages-are-pure',
      comment: 'no sockets, files, clock or environment in packages/',
      severity: 'error',
      from: { path: '(^|/)packages/(?!testkit/)[^/]+/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|url)$' },
    },
    {
      name: 'testkit-only-in-tests',
      severity: 'error',
      from: { path: '(^|/)(apps|packages)/(?!testkit/)', pathNot: '(\\.test\\.ts$|/test/)' },
      to: { path: '(^|/)packages/testkit/' },
    },
    {
      name: 'point-imports-no-point',
      severity: 'error',
      from: { path: '(^|/)apps/agent/src/points/([^/]+)/' },
      to: { path: '(^|/)apps/agent/src/points/[^/]+/', pathNot: '(^|/)apps/agent/src/points/$2/' },
    },
    {
      name: 'point-imports-no-control-plane-client',
      severity: 'error',
      from: { path: '(^|/)apps/agent/src/points/' },
      to: { path: '(^|/)apps/agent/src/control-plane/' },
    },
    {
      name: 'agent-imports-no-server',
      severity: 'error',
      from: { path: '(^|/)apps/agent/' },
      to: { path: '(^|/)apps/(control-plane|cli)/' },
    },
    {
      name: 'server-imports-no-agent',
      severity: 'error',
      from: { path: '(^|/)apps/control-plane/' },
      to: { path: '(^|/)apps/(agent|cli)/' },
    },
    {
      name: 'console-imports-only-packages',
      severity: 'error',
      from: { path: '(^|/)apps/console/src/' },
      to: { path: '(^|/)apps/(control-plane|agent|cli)/' },
    },
    {
      name: 'apps-import-no-console',
      severity: 'error',
      from: { path: '(^|/)apps/(control-plane|agent|cli)/' },
      to: { path: '(^|/)apps/console/' },
    },
    below('errors', []),
    below('reference', []),
    below('policy', ['reference']),
    below('catalog', ['policy', 'reference']),
    below('bundle', ['policy', 'reference']),
    below('protocol', ['policy', 'reference']),
    below('required-sign-in', []),
    below('wire', ['policy', 'reference']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What a build made. Only this one folder: a wider pattern would hide sources, and the check would pass by seeing nothing.
    exclude: { path: '(^|/)apps/console/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default'] },
  },
};
