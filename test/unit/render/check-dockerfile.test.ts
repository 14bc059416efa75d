import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.js';
import { checkDockerfile } from '../../../src/render/check-dockerfile.js';
import { readFixture } from '../../fixture.js';

const [plan] = readFixture('fixtures/shared').planned.plan.bundles as [Plan];
const dockerfile = readFileSync('fixtures/shared/expected/Dockerfile', 'utf8');
const messages = (text: string) => checkDockerfile(text, plan).map(({ message }) => message);

describe('the Dockerfile, read back', () => {
  it('may have more than the shipped one', () => {
    expect(messages(`${dockerfile}LABEL team=a\nRUN ["true"]\n`)).toEqual([]);
  });

  it('is refused when a template loses the root of a member', () => {
    const without = dockerfile.replace(/("member".*)"web=/, '$1"other=');
    expect(messages(without)).toEqual(['Dockerfile, read back, does not run assembly member for "web"']);
    const unmounted = dockerfile.replaceAll(/(from=tool:1,target=)\S+ /g, '$1/mnt/x ');
    expect(messages(unmounted)).toHaveLength(2 * plan.members.length);
    expect(messages(unmounted).slice(0, 2)).toEqual([
      'Dockerfile, read back, does not run assembly shared for "app"',
      'Dockerfile, read back, does not run assembly member for "app"',
    ]);
  });

  it('is refused when it stores files once that are to be apart', () => {
    const apart: Plan = { ...plan, dedup: false };
    expect(checkDockerfile(dockerfile, apart)).toHaveLength(plan.members.length);
    expect(checkDockerfile(dockerfile.replace('"shared"', '"apart"'), apart)).toEqual([]);
  });

  it('is refused when it does not start the runtime, or nothing is there for it to read', () => {
    expect(messages(`${dockerfile}ENTRYPOINT ["sh"]\n`)[0]).toContain('does not end with ENTRYPOINT');
    expect(messages(`${dockerfile}STOPSIGNAL SIGWINCH\n`)[0]).toContain('does not end with STOPSIGNAL');
    expect(messages(dockerfile.replace('COPY members/', '#COPY members/'))[0]).toContain(
      'lacks COPY members/',
    );
    expect(messages(dockerfile.replace('bin/bundle-selftest', 'bin/true'))[0]).toContain('bundle-selftest');
  });
});
