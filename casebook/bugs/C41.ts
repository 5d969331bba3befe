import { defineBug, undecided } from '../case.ts';

export default defineBug({
  id: 'C41',
  claim: 'e11f8b7b6c4e (4.11) "dax: fix radix tree insertion race"',
  ...undecided('not modelled yet', "The project's list does not describe the run, and the commit was not read."),
});
