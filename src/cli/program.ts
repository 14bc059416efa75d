/** The commands and their options, as commander's data: parsed, shown by --help, printed in docs/options.md. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { bundleOptions, type ProjectFlags, refuseUnavailable } from './bundle-flags.js';
import { ENV_FORMATS, type EnvFormat } from './env/env-text.js';
import { type Invocation, PROGRESS_MODES, type Printing, type ProgressMode } from './invocation.js';
import { parseCell } from './parse-cell.js';

/** `give` is called by the command that was typed. */
export function describeProgram(give: (invocation: Invocation) => void): Command {
  const program = new Command('bundle-shared')
    .description(
      'Turn the services of a Docker Compose project into one image that runs them all under supervisord',
    )
    .version(version(), '-V, --version')
    .addHelpText('after', HELP_TAIL);
  const build = program
    .command('build', { isDefault: true })
    .description('plan, write the files, build the image');
  buildFlags(projectFlags(build)).action((file: string | undefined, flags: ProjectFlags & BuildFlags) => {
    refuseUnavailable(flags);
    const { metadataFile } = flags;
    const options = bundleOptions(file, flags);
    give({
      name: 'build',
      options,
      ...printing(flags),
      ...(metadataFile === undefined ? {} : { metadataFile }),
    });
  });
  const plan = program
    .command('plan')
    .description(
      'show what would be done; missing images are built or pulled first, the bundle is not built; exit code 1 on problems',
    );
  projectFlags(plan).action((file: string | undefined, flags: ProjectFlags & PrintFlags) => {
    refuseUnavailable(flags);
    give({ name: 'plan', options: bundleOptions(file, flags), ...printing(flags) });
  });
  const verify = program
    .command('verify')
    .description(
      'start a built bundle apart from everything else, wait until it is healthy, report, remove it',
    )
    .argument('[folder]', 'output folder of the bundle', 'bundle')
    .option('--env-file <file>', 'variables of the project (repeatable)', collect)
    .option('--timeout <seconds>', 'how long it may take to become healthy', seconds, 120);
  printFlags(verify).action((folder: string, flags: VerifyFlags) => {
    const { envFile, timeout } = flags;
    give({ name: 'verify', folder, envFiles: envFile ?? [], timeoutSeconds: timeout, ...printing(flags) });
  });
  const env = program
    .command('env')
    .description('list the variables that the container of a built bundle needs')
    .argument('[folder]', 'output folder of the bundle', 'bundle')
    .addOption(new Option('--format <format>', 'in whose words').choices([...ENV_FORMATS]).default('docker'))
    .option('--bundle <name>', 'which one, where the folder holds several');
  printFlags(env).action((folder: string, flags: EnvFlags) => {
    const { format, bundle } = flags;
    give({ name: 'env', folder, format, ...(bundle === undefined ? {} : { bundle }), ...printing(flags) });
  });
  const inspect = program.command('inspect').description('show what is inside a bundle').argument('<image>');
  printFlags(inspect).action((image: string, flags: PrintFlags) => {
    give({ name: 'inspect', image, ...printing(flags) });
  });
  return program;
}

interface PrintFlags {
  readonly json?: boolean;
  readonly progress: ProgressMode;
}

interface BuildFlags extends PrintFlags {
  readonly metadataFile?: string;
}

interface VerifyFlags extends PrintFlags {
  readonly envFile?: readonly string[];
  readonly timeout: number;
}

interface EnvFlags extends PrintFlags {
  readonly format: EnvFormat;
  readonly bundle?: string;
}

function projectFlags(command: Command): Command {
  command
    .argument('[compose-file]', 'compose file; as --file, and the first of them')
    .option('-f, --file <file>', 'compose file (repeatable)', collect)
    .option('--env-file <file>', 'file of variables instead of .env (repeatable)', collect)
    .option('--profile <name>', 'profile to enable (repeatable)', collect)
    .option('-p, --project-name <name>', 'name of the project')
    .option('--project-directory <folder>', 'folder that relative paths count from')
    .option('--include <service>', 'only these services become members (repeatable)', collect)
    .option('--exclude <service>', 'these services stay dedicated (repeatable)', collect)
    .option('-t, --tag <name>', 'tag of the image (default: <project>-bundle:latest)')
    .option('--base <image>', 'image that supervisord comes from (default: debian:trixie-slim)')
    .option('--platform <platform>', 'linux/amd64, linux/arm64 … (default: that of the source images)')
    .option('--pull', 'pull source images and the base again; one that cannot be pulled is an error')
    .addOption(repeatable('--allow <grant>', 'what the compose file may ask of the host', ['sys-admin']))
    .addOption(
      new Option('--target <dialect>', 'who runs the bundle')
        .choices(['compose', 'swarm'])
        .default('compose'),
    )
    .option(
      '--no-dedup',
      'store files that members have in common once for each, for Engines without overlayfs',
    )
    .option('--split', 'the fewest bundles without a clash')
    .option('--cell <size>', 'how many tenants fit: cpus=8,memory=32G,headroom=20%', parseCell)
    .option('--strict', 'warnings are errors');
  return printFlags(command);
}

function buildFlags(command: Command): Command {
  return command
    .option('-o, --output <folder>', 'output folder (default: bundle)')
    .option('--templates <folder>', 'folder whose templates replace the shipped ones')
    .option('--no-build', 'write the files only')
    .option('--no-probe', 'do not try whether this Engine grants the image what it needs')
    .option('--push', 'push the tag after the build')
    .option('--metadata-file <file>', 'write image id, digest and tag, as docker buildx does');
}

function printFlags(command: Command): Command {
  const progress = new Option('--progress <mode>', 'how to show progress, on stderr').choices([
    ...PROGRESS_MODES,
  ]);
  return command.addOption(progress.default('auto')).option('--json', 'print the result as JSON, on stdout');
}

function printing(flags: PrintFlags): Printing {
  return { json: flags.json === true, progress: flags.progress };
}

function repeatable(flags: string, description: string, choices: readonly string[]): Option {
  const option = new Option(flags, description).choices(choices);
  const parseChoice = option.parseArg;
  return option.argParser((value: string, before: readonly string[] = []) => {
    parseChoice?.(value, []);
    return [...before, value];
  });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function seconds(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) === 0)
    throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(value);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

const HELP_TAIL = `
"bundle-shared compose.yaml" is "bundle-shared build compose.yaml"; its options: bundle-shared build --help

Exit codes: 0 done, 1 the input cannot be bundled, 2 wrong usage, 3 Docker failed, 130 interrupted`;
