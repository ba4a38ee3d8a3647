import type { NodePaths } from '../host/index.ts'

/** The bridge of the node's pods: two nodes of one machine, with data directories of their own, have two. */
export const bridgeName = ({ id }: Pick<NodePaths, 'id'>): string => `cv${id}`
