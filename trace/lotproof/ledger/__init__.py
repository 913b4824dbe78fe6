"""The running log: inbox, sequencer, publisher, proofs, and the unit of work in which rows and events meet."""
