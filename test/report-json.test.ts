import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../model/config.ts';
import { resultJson } from '../report/json.ts';
import { madeRun, ONE_STEP, violated } from './report-fixtures.ts';

const run = madeRun(
  {},
  {
    properties: [
      { id: 'no-warn', verdict: 'holds' },
      { ...violated('p', ONE_STEP, 'lost'), element: 'file.a' },
    ],
    notApplicable: ['q'],
  },
);

it('the JSON result has the keys of the contract, in its order, and nothing that is not JSON', () => {
  const text = resultJson([run]);
  expect(Object.keys(JSON.parse(text))).toEqual(['schema', 'runs']);
  expect(JSON.parse(text)).toEqual({
    schema: 'faultline.result/1',
    runs: [
      {
        design: 'd1',
        scenario: 'a=hole: store a',
        config: DEFAULT_CONFIG,
        states: 1200,
        transitions: 3400,
        depth: 12,
        seconds: 0.5,
        peakBytes: 3145728,
        complete: true,
        properties: [
          { id: 'no-warn', verdict: 'holds' },
          {
            id: 'p',
            verdict: 'violated',
            trace: [
              {
                process: 'T0',
                function: 'store',
                step: 'store a',
                changes: {},
                section: 'hw',
                stack: ['op0_store', 'access'],
                lines: [{ text: 'store a', function: 'store' }],
              },
            ],
            length: 1,
            damage: 'lost',
            element: 'file.a',
          },
        ],
        notApplicable: ['q'],
        bounds: { processes: 1, addressSpaces: 1, pages: 1 },
        processes: ['T0'],
      },
    ],
  });
  expect(Object.keys(JSON.parse(text).runs[0]).slice(0, 11)).toEqual([
    'design',
    'scenario',
    'config',
    'states',
    'transitions',
    'depth',
    'seconds',
    'peakBytes',
    'complete',
    'properties',
    'notApplicable',
  ]);
  expect(Object.keys(JSON.parse(text).runs[0].properties[1].trace[0]).slice(0, 4)).toEqual([
    'process',
    'function',
    'step',
    'changes',
  ]);
});

it('differences from what is declared and failed runs are added where there are such', () => {
  const errors = [{ design: 'd2', scenario: 's', error: 'E_SECTION' }];
  const result = JSON.parse(resultJson([], { unexpected: [], errors }));
  expect(result).toEqual({ schema: 'faultline.result/1', runs: [], unexpected: [], errors });
});

it('coverage is added on request', () => {
  expect(JSON.parse(resultJson([run], { coverage: true })).runs[0].coverage).toMatchObject({ alternatives: 0 });
});
