/** The Teach layout: which view goes into which pane of index.html. */
import callStack from './callStack.js';
import narration from './narration.js';
import source from './source.js';
import timeline from './timeline.js';

export default { source, stack: callStack, narration, timeline };
