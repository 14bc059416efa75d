import { expect, it } from 'vitest';
import {
  isServicePlan,
  protectExpressions,
  restoreExpressions,
} from '../../../src/compose/protect-expressions.js';

const PLAN = `x-omnistrate-service-plan: { name: p, arn: $Arn }
x-hook: &hook 'echo $1 \${A:-b}'
services:
  web-app:
    image: \${IMAGE:-nginx}
    environment:
      A: $var.x$sys.id $web-app.sys.network.ep $func.random(string, 16) $plain $$var.x
      B: '{{ $a }} \${{ secrets.X }} $web-apple.sys.x'
      C: {{ $secret.N }}
    x-omnistrate-actionhooks: [{ commandTemplate: *hook }, { commandTemplate: 'echo $2' }]
`;

const shown = (text: string) => protectExpressions(text).replaceAll('\ue000', '@');

it('expressions of the platform are kept from Compose, variables of Compose are not', () => {
  const lines = shown(PLAN).split('\n');
  expect(lines[0]).toContain('arn: @Arn');
  expect(lines[1]).toBe("x-hook: &hook 'echo @1 @{A:-b}'");
  expect(lines[4]).toBe('    image: ${IMAGE:-nginx}');
  expect(lines[6]).toBe(
    '      A: @var.x@sys.id @web-app.sys.network.ep @func.random(string, 16) $plain $$var.x',
  );
  expect(lines[7]).toBe("      B: '{{ @a }} @{{ secrets.X }} $web-apple.sys.x'");
  expect(lines[8]).toBe("      C: '{{ @secret.N }}'");
  expect(lines[9]).toContain("commandTemplate: 'echo @2'");
});

it('what was protected comes back as it was', () => {
  expect(restoreExpressions(protectExpressions(PLAN))).toBe(
    PLAN.replace('C: {{ $secret.N }}', "C: '{{ $secret.N }}'"),
  );
});

it('a project without keys of the platform is no service plan', () => {
  expect([isServicePlan(PLAN), isServicePlan('services:\n  web: { image: a }\nx-bundle: {}\n')]).toEqual([
    true,
    false,
  ]);
});
