/** supervisord.conf: what its template shows. Nothing of the user's but service names flows into the INI file. */
import type { Plan, Program } from '../plan/plan.js';

/** Signals that supervisord's parser takes (`supervisor.datatypes.signal_number`); the runtime sends the others itself. */
const KNOWN_SIGNALS = new Set([
  'TERM',
  'HUP',
  'INT',
  'QUIT',
  'KILL',
  'USR1',
  'USR2',
  'WINCH',
  'CONT',
  'STOP',
  'ABRT',
  'ALRM',
  'PIPE',
]);

export interface SupervisordView {
  readonly project: string;
  readonly members: readonly (Omit<Program, 'exitcodes'> & {
    readonly service: string;
    readonly exitcodes: string;
  })[];
}

export function supervisordView(plan: Plan): SupervisordView {
  return {
    project: plan.project,
    members: plan.members.map(({ service, program }) => ({
      ...program,
      service,
      exitcodes: program.exitcodes.join(','),
      stopsignal: parserSignal(program.stopsignal),
    })),
  };
}

function parserSignal(name: string): string {
  const short = name.replace(/^SIG/, '');
  return KNOWN_SIGNALS.has(short) ? short : 'TERM';
}
