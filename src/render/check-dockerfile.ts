/** The Dockerfile, read back: a template of the user's, or of an older version, may not lose what makes a bundle. */
import type { Plan } from '../plan/plan.js';
import type { Problem } from '../problems.js';
import { dockerfileView } from './dockerfile-view.js';
import { templateUnfit } from './template-unfit.js';

/** Instructions that count by their last one, or by being there. */
const WHOLE = [
  'COPY runtime/ /usr/lib/bundle-shared/',
  'COPY bundle.json /etc/bundle/',
  'COPY members/ /etc/bundle/members/',
  'COPY supervisord.conf /etc/supervisor/',
];
const LAST: Readonly<Record<string, string>> = {
  ENTRYPOINT: '["/usr/lib/bundle-shared/bin/bundle-hold", "/usr/lib/bundle-shared/bin/bundle-init"]',
  STOPSIGNAL: 'SIGTERM',
};

/** One problem for each thing that is missing; what a template adds is its own matter. */
export function checkDockerfile(text: string, plan: Plan): readonly Problem[] {
  const instructions = instructionsOf(text);
  const { members, sharing, volumes } = dockerfileView(plan);
  const has = (...parts: readonly string[]) =>
    instructions.some((instruction) => parts.every((part) => instruction.includes(part)));
  const steps = members.flatMap(({ service, image, mount }) =>
    [sharing, 'member']
      .filter(
        (step) =>
          !has(
            `"/mnt/assembly", "${step}", "/srv"`,
            `from=${image},target=${mount} `,
            `"${service}=${mount}"`,
          ),
      )
      .map((step) => unfit(`does not run assembly ${step} for "${service}"`)),
  );
  const last = Object.entries(LAST).filter(
    ([name, value]) => instructions.findLast((one) => one.startsWith(`${name} `)) !== `${name} ${value}`,
  );
  return [
    ...steps,
    ...WHOLE.filter((instruction) => !instructions.includes(instruction)).map((one) => unfit(`lacks ${one}`)),
    ...(has('bundle-selftest') ? [] : [unfit('does not run bundle-selftest')]),
    ...(volumes === '' || has(singleBlanks(`VOLUME ${volumes}`)) ? [] : [unfit(`lacks VOLUME ${volumes}`)]),
    ...last.map(([name, value]) => unfit(`does not end with ${name} ${value}`)),
  ];
}

/** Continued lines as one, without comments, blanks as one. */
function instructionsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map(singleBlanks);
}

function singleBlanks(line: string): string {
  return line.replace(/ +/g, ' ').trim();
}

function unfit(what: string): Problem {
  return templateUnfit(
    'Dockerfile',
    what,
    'without it the image is not the one that was planned',
    'its instructions and its loops over images, members and layers',
  );
}
