/** The machine-readable result, as `--json` prints it: `faultline explain` reads it back. */
import { type Format, WHOLE } from '../format.ts';
import { resultJson } from '../json.ts';

const format: Format = {
  title: 'one object of schema faultline.result/1',
  extension: 'json',
  render: ({ runs, coverage, failed, notRun, compared }) => [
    {
      name: WHOLE,
      text: `${resultJson(runs, { coverage, errors: failed, notRun, ...(compared && { unexpected: compared }) })}\n`,
    },
  ],
};
export default format;
