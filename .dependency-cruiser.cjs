// The direction of imports: the folders under src/ are the stages of the pipeline.

/** A folder may use its own files, the problems and what finds the word that was meant, and the named ones of src/. */
const mayUse = (folder, allowed, comment) => ({
  name: `${folder}-may-use`,
  comment,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${folder}/`, '^src/problems', '^src/nearest', ...allowed.map((name) => `^src/${name}`)],
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'files in a cycle can only be understood, tested and changed together',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    mayUse('compose', [], 'what a project says is independent of images, plans and Docker'),
    mayUse('images', [], 'what an image is does not depend on who uses it'),
    mayUse('tenancy', ['compose/'], 'who shares with whom follows from what the project says'),
    mayUse('plan', ['compose/', 'images/', 'tenancy/'], 'the plan is decided from data alone'),
    mayUse(
      'render',
      ['plan/', 'compose/'],
      'files follow from the plan: what is not in it cannot get into them',
    ),
    mayUse(
      'engine',
      ['compose/', 'images/', 'plan/plan.ts', 'plan/keys/known-keys'],
      'Docker is told what to do, it decides nothing',
    ),
    {
      name: 'docker-only-in-engine',
      comment: 'everything else is testable without Docker, because it cannot reach it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/' },
      to: { path: ['^(node:)?child_process$', 'node_modules/(@types/)?dockerode/'] },
    },
    {
      name: 'flags-and-progress-only-in-cli',
      comment: 'a stage that knows flags or a terminal cannot be used from the public API',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: 'node_modules/(commander|log-update)/' },
    },
    {
      name: 'plan-and-render-are-pure',
      comment: 'the same input gives the same bytes: no disk, process, network, machine or clock',
      severity: 'error',
      from: { path: '^src/(plan|render|tenancy)/' },
      to: {
        path: '^(node:)?(fs|fs/promises|child_process|process|os|net|dns|http|https|timers|timers/promises|worker_threads)$',
      },
    },
    {
      name: 'stages-are-handed-an-engine',
      comment: 'only the command line and the public API choose the implementation; tests pass their own',
      severity: 'error',
      from: { path: '^src/[^/]+[.]ts$', pathNot: '^src/index[.]ts$' },
      to: { path: '^src/engine/', pathNot: '^src/engine/engine[.]ts$' },
    },
    {
      name: 'nobody-needs-the-command-line',
      comment: 'flags, streams and exit codes are the outermost layer',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'declared-packages-only',
      comment: 'what src/ imports has to be installed with the package',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
