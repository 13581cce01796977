import './scalars.ts';

/** The door for rooms: the builder with its scalars and errors, and how to name ids and results. */
export { AgentStop, ErrorCode, ErrorInterface, problemTypes, resultUnion } from './errors.ts';
export { nodeIds, prefixOf } from './ids.ts';
export { builder } from './schema-builder.ts';
