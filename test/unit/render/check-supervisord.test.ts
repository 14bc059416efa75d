import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.js';
import { checkSupervisord } from '../../../src/render/check-supervisord.js';
import { readFixture } from '../../fixture.js';

const [plan] = readFixture('fixtures/words').planned.plan.bundles as [Plan];
const conf = readFileSync('fixtures/words/expected/supervisord.conf', 'utf8');
const messages = (text: string) => checkSupervisord(text, plan).map(({ message }) => message);

describe('supervisord.conf, read back', () => {
  it('has the programs of the plan, with their values', () => {
    expect(checkSupervisord(conf, plan)).toEqual([]);
  });

  it('is refused when a template loses a program', () => {
    const [first = ''] = plan.members.map(({ service }) => service);
    const without = conf.replace(`[program:${first}]`, '[program:other]');
    expect(messages(without)).toEqual([
      'supervisord.conf, read back, has the section [program:other], which the plan does not know',
      `supervisord.conf, read back, has no section [program:${first}]`,
    ]);
  });

  it('is refused when a template changes what the plan decided', () => {
    expect(messages(conf.replace('\nautostart=false', '\nautostart=true'))[0]).toContain(
      'has not autostart=false',
    );
    expect(messages(`${conf}\n[include]\nfiles=/srv/*.conf\n`)[0]).toContain('[include]');
  });
});
