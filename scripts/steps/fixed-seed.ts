import fc from 'fast-check';

/** Makes property tests repeat themselves exactly, run after run, and stop at what they find instead of shortening it. */
fc.configureGlobal({ seed: 1, endOnFailure: true });
