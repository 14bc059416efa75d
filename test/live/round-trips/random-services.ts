/** Services with random words, variables, users and directories, half of them from variables of the caller. */
import fc from 'fast-check';
import { quotedText } from '../../../src/compose/quoted-text.js';

/** How a text stands in the compose file: itself, or through a variable of the caller. */
interface Slot {
  readonly text: string;
  readonly isLate: boolean;
}

export interface RandomService {
  /** The program's own words; `image`: nothing is said, and the image's hold. */
  readonly entrypoint: Command;
  readonly command: Command;
  readonly environment: readonly (readonly [name: string, value: Slot])[];
  readonly cwd: Slot | undefined;
  readonly user: Slot;
}

/** A list, a string that Compose splits into words, or nothing. */
type Command = readonly Slot[] | Slot | undefined;

/** NUL ends a string of the kernel's; texts with a line break of Unicode are refused. */
const UNUSABLE = /[\u0000\u0085\u2028\u2029\ud800-\udfff]/;

const AWKWARD = [
  '',
  ' ',
  ' \n',
  '\n',
  '\t',
  '~',
  'null',
  'yes',
  '0x1F',
  '1e3',
  '012',
  '2026-01-01',
  '- a',
  'a: b',
  '${A:-b}',
  '$$',
  '<<',
  '=',
  '---',
  'a\r\nb',
  `${'long '.repeat(60)}end`,
];

const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'$${}\\"\'`#%=:;,-[]!&*|>?@ \t\n\raZ0_~é'), maxLength: 30 }),
    fc.constantFrom(...AWKWARD),
  )
  .filter((text) => !UNUSABLE.test(text));

const slot = (texts: fc.Arbitrary<string>): fc.Arbitrary<Slot> =>
  fc.record({ text: texts, isLate: fc.boolean() });

const anyName = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/),
  fc.constantFrom('B__X', 'B_C__X', 'C__X', 'constructor', 'a.b', 'with-dash', '_', 'HOME', 'PATH'),
);

/** Words without a quote that is left open, which Compose would refuse; often none. */
const someWords = fc
  .array(fc.oneof(fc.stringMatching(/^[\w./=:-]{1,8}$/), fc.stringMatching(/^'[ \w#$]{0,8}'$/)), {
    maxLength: 4,
  })
  .map((words) => words.join(' '));

/** A component of a path that is none but itself. */
const anyFolder = fc
  .string({ unit: fc.constantFrom(...'aZ0 _-$\'"\\%é#'), minLength: 1, maxLength: 12 })
  .map((name) => `/in/${name}`);
const anyDirectory = fc.oneof(anyFolder, fc.constant(''));

const USERS = [
  '0',
  '1000',
  '1000:1000',
  '1234:0',
  'teller',
  'teller:tellers',
  '77:others',
  'root',
  ':56',
  '',
];

export function randomServices(count: number, seed: number): readonly RandomService[] {
  return fc.sample(
    fc.record({
      entrypoint: fc.oneof(
        fc.constant(undefined),
        fc.array(slot(anyText), { maxLength: 5 }).map((rest) => [TELL, ...rest]),
        slot(someWords).map(({ text, isLate }) => ({ text: text && `/tell ${text}`, isLate })),
      ),
      command: fc.oneof(fc.constant(undefined), fc.array(slot(anyText), { maxLength: 5 }), slot(someWords)),
      environment: fc
        .uniqueArray(fc.tuple(anyName, slot(anyText)), { selector: ([name]) => name, maxLength: 5 })
        .map((entries) => entries.map(([name, value]) => [name, value] as const)),
      cwd: fc.option(slot(anyDirectory), { nil: undefined }),
      user: slot(fc.constantFrom(...USERS)),
    }),
    { seed, numRuns: count },
  );
}

const TELL: Slot = { text: '/tell', isLate: false };

/** Names of which one's prefix of variables begins with another's. */
export function serviceName(index: number): string {
  return `s${Math.floor(index / 3)}${['', '-b', '-b-c'][index % 3]}`;
}

export interface WrittenProject {
  readonly text: string;
  /** The caller's variables. */
  readonly env: Readonly<Record<string, string>>;
}

export function writeProject(services: readonly RandomService[], image: string): WrittenProject {
  const env: Record<string, string> = {};
  const place = ({ text, isLate }: Slot): string => {
    if (!isLate) return quotedText(text.replaceAll('$', '$$$$'));
    const name = `V${Object.keys(env).length}`;
    env[name] = text;
    return quotedText(`\${${name}}`);
  };
  const commandLine = (key: string, command: Command): readonly string[] => {
    if (command === undefined) return [];
    return [`    ${key}: ${'text' in command ? place(command) : `[${command.map(place).join(', ')}]`}`];
  };
  const entries = services.map(({ entrypoint, command, environment, cwd, user }, index) => {
    const variables = environment.map(([name, value]) => `${quotedText(name)}: ${place(value)}`);
    return [
      `  ${serviceName(index)}:`,
      `    image: ${image}`,
      ...commandLine('entrypoint', entrypoint),
      ...commandLine('command', command),
      `    environment: {${variables.join(', ')}}`,
      `    user: ${place(user)}`,
      ...(cwd === undefined ? [] : [`    working_dir: ${place(cwd)}`]),
    ].join('\n');
  });
  return { text: `services:\n${entries.join('\n')}\n`, env };
}
