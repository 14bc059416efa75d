/** supervisord.conf: what its template shows. Nothing of the user's but service names flows into the INI file. */
import type { Plan, Program } from '../plan/plan.js';
import { isRealTime, isSignal, shortName } from '../plan/signal-names.js';

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

/** supervisord's parser knows no real-time signals (`supervisor.datatypes.signal_number`): the runtime sends those itself. */
function parserSignal(name: string): string {
  return isSignal(name) && !isRealTime(name) ? shortName(name) : 'TERM';
}
